"""The parameters and attributes that MLPRegressor, MLPClassifier and Autoencoder share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from neurona.estimators.constructors import parameter_group
from neurona.estimators.parameters import PARAMETERS, Described, Listeners
from neurona.numerics.activations import Activation
from neurona.numerics.initializers import Initializer
from neurona.numerics.losses import Loss
from neurona.numerics.noise import Noise
from neurona.numerics.schedules import Schedule
from neurona.optimizers import StepOptimizer
from neurona.optimizers.solver import Solver


@parameter_group
class NetworkParameters:
    """How a network is trained, whatever it learns."""

    solver: str | StepOptimizer | Solver = "adam"
    alpha: float = 0.0001
    batch_size: int | Literal["auto"] = "auto"
    learning_rate: Literal["constant", "invscaling", "adaptive"] = "constant"
    learning_rate_init: float | Literal["find"] = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: int | np.random.RandomState | None = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: int | float = 10
    max_fun: int = 15000
    output_activation: str | Activation | None = None
    alpha_l1: float = 0.0
    dropout: float | Sequence[float] = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    schedule: str | Schedule | None = None
    initializer: str | Initializer = "scikit_learn"
    monitor: Literal["auto", "loss", "val_loss", "score"] = "auto"
    restore_best: bool | Literal["auto"] = "auto"
    callbacks: Listeners = None
    n_threads: int | None = None
    engine: str = "compiled"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    n_starts: int = 1


@parameter_group
class StartParameters:
    """What several trained networks answer together."""

    combine: Literal["best", "average"] = "best"


@parameter_group
class ClassParameters:
    """What MLPClassifier adds to scikit-learn's words, which come first in its signature."""

    loss: str | Loss = "log_loss"
    class_weight: dict[Any, float] | Literal["balanced"] | None = None


@parameter_group
class CodeParameters:
    """What makes the code of an autoencoder."""

    code_activation: str | Activation = "identity"
    tied: bool = False
    noise: str | Noise | None = None
    contamination: float = 0.01
    loss: str | Loss = "squared_error"


CODER_PARAMETERS = PARAMETERS | {
    "hidden_layer_sizes": Described(
        "array-like of int or int",
        "Units of the encoder's layers before the code; `()` is a linear encoder if "
        'code_activation="identity".',
        PARAMETERS["hidden_layer_sizes"].accepts,
    ),
    "activation": Described(
        "str, Activation, or list",
        "Of the hidden layers besides the code: one for all, one for each of the encoder's (the "
        "decoder mirrors them), or one for each.",
        PARAMETERS["activation"].accepts,
    ),
    "loss": Described(
        "str or Loss",
        "As in `MLPRegressor`, and binary_cross_entropy for columns in [0, 1].",
        PARAMETERS["loss"].accepts,
    ),
}

ATTRIBUTES = {
    "coefs_, intercepts_": Described(
        "list of ndarray",
        "Weight matrices (inputs x outputs) and bias vectors of the layers; where several starts "
        "predict together, of the best one (`member(k)` has the others').",
    ),
    "loss_, best_loss_, loss_curve_": Described(
        "float, float or None, list",
        "Training loss of the last epoch, the least, and all; of the best start.",
    ),
    "validation_scores_, best_validation_score_": Described(
        "list or None, float or None",
        "Scores on the validation rows, if there were any; of the best start.",
    ),
    "history_": Described(
        "History",
        "One record per epoch: loss, val_loss, score, learning_rate, gradient_norm, seconds, "
        'damping (of "lm" and "bayesian-lm"); `to_frame()`. Of the best start.',
    ),
    "stop_reason_": Described(
        "str", "Why training ended, in a sentence; of several starts, the best one's."
    ),
    "solver_, solver_reason_": Described(
        "str or value, str", "The solver that trained, and why it was taken."
    ),
    "engine_, engine_reason_": Described(
        "str, str",
        "What computed the last fit of this object, and why it was taken; there with an `engine` "
        "that was named.",
    ),
    "learning_rate_found_, rate_curve_": Described(
        "float, RateCurve", 'With learning_rate_init="find": the rate, and what others came to.'
    ),
    "starts_, best_start_": Described(
        "list, int",
        "For each start the result that starts are compared by (less is better; less the log "
        'evidence for "bayesian-lm"), its loss, epochs and reason to end; which one is the best.',
    ),
    "effective_parameters_, log_evidence_": Described(
        "float",
        'For "bayesian-lm": how many parameters the data determine (the mean of the members that '
        "predict), and the largest log evidence of them.",
    ),
    "relevance_": Described(
        "ndarray of shape (n_features_in_,)",
        "For \"bayesian-lm\": each input's share of the prior variances of the first layer's "
        "weights; the mean of the members that predict.",
    ),
    "n_iter_, t_": Described("int", "Epochs done, rows trained on; of the best start."),
    "n_layers_, n_outputs_, out_activation_": Described(
        "int, int, str",
        "Layers with inputs and outputs counted, outputs, name of the output activation.",
    ),
    "n_features_in_, feature_names_in_": Described(
        "int, ndarray", "Number of inputs; their names if X had any."
    ),
}

NOISE = {
    "noise_": Described(
        "ndarray of shape (n_outputs_,)",
        'For "bayesian-lm": how far observations scatter around what the best model could say, a '
        "standard deviation per output, in its units; of several members the root of their mean "
        "variance.",
    )
}
QUANTITY_ATTRIBUTES = ATTRIBUTES | NOISE


def attribute_names(described: Iterable[str]) -> list[str]:
    """Return the single names of a table of attributes, of which one entry may tell of several."""
    return [name for names in described for name in names.split(", ")]
