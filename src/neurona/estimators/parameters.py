"""The table of parameters: of each name the values that are accepted, their type, and a text.

Where an estimator means something else by a name, its own docstring says so; see `constructors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple

import numpy as np
from sklearn.utils._param_validation import (
    Interval,
    InvalidParameterError,
    Options,
    StrOptions,
    validate_parameter_constraints,
)

from neurona import elsewhere
from neurona.nearest import nearest
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.initializers import INITIALIZERS
from neurona.numerics.losses import LOSSES, Loss
from neurona.numerics.noise import NOISES, Noise
from neurona.numerics.schedules import SCHEDULES, Schedule
from neurona.optimizers import OPTIMIZERS, StepOptimizer
from neurona.optimizers.solver import SOLVERS, Solver
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

Sizes = int | Sequence[int] | Sequence[Sequence[int]] | np.ndarray[Any, Any]
Activations = str | Activation | Sequence[str | Activation]
Listener = Callback | Callable[[Training, EpochRecord], str | None]
Listeners = Listener | Sequence[Listener] | None

FIND = "find"
"""What is said instead of a rate that is to be found."""
COUNT = Interval(Integral, 1, None, closed="left")
NOT_NEGATIVE = Interval(Real, 0, None, closed="left")
POSITIVE = Interval(Real, 0, None, closed="neither")
SHARE = Interval(Real, 0, 1, closed="left")
INNER_SHARE = Interval(Real, 0, 1, closed="neither")
WHOLE_SHARE = Interval(Real, 0, 1, closed="both")


class Names(Set[str]):
    """The names in registries and lists as they are now: what is registered later is among them.

    `elsewhere` has other tools' words for them.
    """

    def __init__(self, *sources: Iterable[str], elsewhere: Mapping[str, str] | None = None) -> None:
        self._sources: tuple[Any, ...] = sources
        self._elsewhere = elsewhere or {}

    @property
    def elsewhere(self) -> dict[str, str]:
        """Other tools' words, and the names here."""
        found = dict(self._elsewhere)
        for source in self._sources:
            found |= getattr(source, "elsewhere", {})
        return found

    def __contains__(self, name: object) -> bool:
        return any(name in source for source in self._sources)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(set(chain(*self._sources))))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @classmethod
    def _from_iterable(cls, names: Iterable[Any]) -> Set[Any]:
        return set(names)


class Described(NamedTuple):
    """What a docstring says of a name: its type and a text; and what scikit-learn's validation is
    told of it, if it is a parameter.
    """

    kind: str
    text: str = ""
    accepts: Sequence[Any] = ()


PARAMETERS: dict[str, Described] = {
    "hidden_layer_sizes": Described(
        "array-like of shape (n_layers - 2,) or int",
        "Units of each hidden layer; `()` is a linear model. A list of such shapes, "
        "`[(20,), (8, 8), ()]`, is trained side by side, a shape per start in turn (`()`, which "
        "has one optimum, once).",
        ["array-like", COUNT],
    ),
    "activation": Described(
        "str, Activation, or list with one per hidden layer",
        "See `neurona.numerics.activations`: identity, step, logistic, tanh, softmax, relu, "
        "leaky_relu, elu, selu, gelu, silu, softplus, mish; `LeakyRelu(0.1)` is one with another "
        "option.",
        [StrOptions(Names(ACTIVATIONS)), Activation, list, tuple],
    ),
    "loss": Described(
        "str or Loss",
        "squared_error, absolute_error, huber, log_cosh, quantile, poisson, or a value such as "
        "`Quantile(0.9)`; see `neurona.numerics.losses`. The loss of a row is the sum over its "
        "outputs.",
        [StrOptions(Names(LOSSES)), Loss],
    ),
    "solver": Described(
        "str, StepOptimizer or Solver",
        "Any optimizer of `neurona.optimizers` by name or as a value (`Adam(beta1=0.8)`); a "
        'full-batch solver of `neurona.optimizers.solve`: "lm", "bayesian-lm" (finds its own '
        'regularisation, instead of alpha), "lbfgs", "bfgs", "scg", "cg", "newton", "newton-cg", '
        '"gauss-newton", "gradient-descent"; or "auto", by the size of the task '
        '(`solver_reason_` says why). "sgd" and "adam" take their options from the flat words '
        "below, as in scikit-learn; other names have their own.",
        [StrOptions(Names(["auto"], SOLVERS, OPTIMIZERS)), StepOptimizer, Solver],
    ),
    "alpha": Described(
        "float",
        "Strength of the L2 penalty; divided by the number of rows, as in scikit-learn.",
        [NOT_NEGATIVE],
    ),
    "batch_size": Described(
        "int",
        'Rows per step: 1 is online learning, the number of rows is batch learning, "auto" '
        "min(200, n_samples).",
        [StrOptions(Names(["auto"])), COUNT],
    ),
    "learning_rate": Described(
        '{"constant", "invscaling", "adaptive"}',
        'scikit-learn\'s schedules, for solver="sgd" only; `schedule` works for all.',
        [StrOptions(Names(["constant", "invscaling", "adaptive"]))],
    ),
    "learning_rate_init": Described(
        'float or "find"',
        'Initial learning rate; "find" looks for it by short trainings from the first weights '
        "(`learning_rate_found_`, `rate_curve_`; see `find_rate`).",
        [StrOptions(Names([FIND])), POSITIVE],
    ),
    "power_t": Described("float", 'Exponent of "invscaling".', [NOT_NEGATIVE]),
    "max_iter": Described("int", 'Most epochs (iterations for "lbfgs").', [COUNT]),
    "shuffle": Described("bool", "Whether to shuffle the rows before each epoch.", ["boolean"]),
    "random_state": Described(
        "int, RandomState instance or None",
        "Determines initial weights, validation split, row order and dropout. The same seed gives "
        "the same bits for any number of threads. None takes fresh entropy and leaves NumPy's "
        "global generator alone.",
        ["random_state"],
    ),
    "tol": Described(
        "float",
        "An improvement of the monitored result of less than this does not count.",
        [NOT_NEGATIVE],
    ),
    "verbose": Described(
        "bool or int",
        "1 shows the data, the network, epochs and the end on standard output, as the command line "
        "does: on a terminal and in a notebook in one line that changes, in a log in few lines. "
        "2 and more print scikit-learn's lines, one per epoch, as `partial_fit` always does.",
        ["verbose"],
    ),
    "warm_start": Described(
        "bool", "Begin the next fit from the weights of the last.", ["boolean"]
    ),
    "momentum": Described("float", 'For solver="sgd".', [WHOLE_SHARE]),
    "nesterovs_momentum": Described("bool", 'For solver="sgd".', ["boolean"]),
    "early_stopping": Described(
        "bool",
        "Stop when the validation score is flat, on a share of the rows put aside (or on X_val), "
        "and keep the weights of the best epoch.",
        ["boolean"],
    ),
    "validation_fraction": Described("float", "Share of the rows put aside.", [SHARE]),
    "beta_1": Described("float", 'For solver="adam".', [SHARE]),
    "beta_2": Described("float", 'For solver="adam".', [SHARE]),
    "epsilon": Described("float", 'For solver="adam".', [POSITIVE]),
    "n_iter_no_change": Described(
        "int",
        "Epochs without improvement before training stops.",
        [COUNT, Options(Real, {np.inf})],
    ),
    "max_fun": Described("int", 'Most function evaluations of "lbfgs".', [COUNT]),
    "class_weight": Described(
        'dict, "balanced" or None',
        'Weights of the classes; "balanced" makes all classes weigh the same.',
        [dict, StrOptions(Names(["balanced"])), None],
    ),
    "output_activation": Described(
        "str or Activation", "", [StrOptions(Names(ACTIVATIONS)), Activation, None]
    ),
    "alpha_l1": Described(
        "float",
        "Strength of an L1 penalty, divided by the number of rows like alpha.",
        [NOT_NEGATIVE],
    ),
    "dropout": Described(
        "float or list with one per hidden layer",
        "Share of a hidden layer's values that each step sets to 0.",
        [SHARE, list, tuple],
    ),
    "clip_norm": Described(
        "float",
        "Limit for the gradient's norm, for each of its numbers.",
        [POSITIVE, None],
    ),
    "clip_value": Described(
        "float",
        "Limit for the gradient's norm, for each of its numbers.",
        [POSITIVE, None],
    ),
    "schedule": Described(
        "str or Schedule",
        "Learning rate over time for any solver, see `neurona.numerics.schedules`; times are in "
        "epochs.",
        [StrOptions(Names(SCHEDULES)), Schedule, None],
    ),
    "initializer": Described(
        "str or callable",
        "See `neurona.numerics.initializers`.",
        [StrOptions(Names(INITIALIZERS, elsewhere=elsewhere.INITIALIZERS)), callable],
    ),
    "monitor": Described(
        '{"auto", "loss", "val_loss", "score"}',
        'What stops training and chooses the best weights: "auto" is the score with '
        "early_stopping, else the loss.",
        [StrOptions(Names(["auto", "loss", "val_loss", "score"]))],
    ),
    "restore_best": Described(
        'bool or "auto"',
        'Whether to end with the weights of the best epoch; "auto": if the monitored result is a '
        "validation result.",
        [StrOptions(Names(["auto"])), "boolean"],
    ),
    "callbacks": Described(
        "Callback, function (training, record), or a list of them",
        "See `neurona.training.callbacks`; they may stop training with a reason.",
        [Callback, list, tuple, callable, None],
    ),
    "n_threads": Described(
        "int",
        "Threads for one training, or for several starts side by side; None takes more than one "
        "for large networks and for starts. Never changes a result.",
        [COUNT, None],
    ),
    "engine": Described(
        "str",
        'What computes: "compiled", by our own kernels on the processor; "jax" (`pip install '
        "'neurona[jax]'`), on a GPU or through XLA on the processor; \"dask\" (`neurona[dask]`), "
        'full-batch solvers over the workers of the Dask client in force; "auto", JAX where it '
        "wins (`engine_reason_` says why); or the name of another distribution's. The same "
        "training, whatever computes it, but for rounding.",
        [str],
    ),
    "device": Described(
        '{"auto", "cpu", "cuda"}',
        'Where engine="jax" trains; "auto" is a GPU where there is one.',
        [StrOptions(Names(["auto", "cpu", "cuda"]))],
    ),
    "n_starts": Described(
        "int", "Trainings from initial weights of their own, in parallel threads.", [COUNT]
    ),
    "combine": Described(
        '{"best", "average"}',
        "Whether the best start predicts (by the monitored result on validation rows, else by the "
        'evidence, else by the loss), or the mean of all; of those of "bayesian-lm", where the '
        "shape `()` is among them, of all with more evidence than it.",
        [StrOptions(Names(["best", "average"]))],
    ),
    "n_components": Described(
        "int",
        "Numbers in the code. More than there are columns makes sense with noise or penalties "
        "only.",
        [COUNT],
    ),
    "code_activation": Described(
        "str or Activation", "Of the code.", [StrOptions(Names(ACTIVATIONS)), Activation]
    ),
    "tied": Described(
        "bool",
        "Whether the decoder's matrices are the encoder's transposed: half the weights, trained as "
        "one. Biases are not tied.",
        ["boolean"],
    ),
    "noise": Described(
        "str or Noise",
        "What the inputs are spoiled with, anew every epoch, while the clean ones are to be given "
        'back: "gaussian", "masking", or a value such as `Masking(share=0.3)`; see '
        "`neurona.numerics.noise`. For optimizers of mini-batches; needs a copy of X.",
        [StrOptions(Names(NOISES)), Noise, None],
    ),
    "contamination": Described(
        "float",
        "Share of the rows seen in `fit` that score as anomalies (more than 1).",
        [SHARE],
    ),
}


class SaysWhatItTakes:
    """An estimator that says what each of its parameters may be."""

    _parameter_constraints: ClassVar[dict[str, Any]]

    def accepted_values(self) -> dict[str, Any]:
        """Return for each parameter, by name, what it may be: scikit-learn's constraints."""
        return self._parameter_constraints

    def _validate_params(self) -> None:
        # scikit-learn's name: its own tools ask by it
        check_parameters(self)


def check_parameters(estimator: Any) -> None:
    """Raise scikit-learn's InvalidParameterError, a ValueError, for a parameter that cannot be.

    For an unknown word it asks whether the nearest name was meant.
    """
    given = estimator.get_params(deep=False)
    try:
        validate_parameter_constraints(estimator.accepted_values(), given, type(estimator).__name__)
    except InvalidParameterError as error:
        raise InvalidParameterError(f"{error}{_did_you_mean(estimator)}") from None


def _did_you_mean(estimator: Any) -> str:
    """Return a question with the name nearest to the first word that is unknown, or nothing.

    scikit-learn's first parameter is the loss, where people put the layers.
    """
    layers = getattr(estimator, "loss", None)
    if isinstance(layers, (int, tuple, list)) and hasattr(estimator, "hidden_layer_sizes"):
        return f" Did you mean hidden_layer_sizes={layers!r}?"
    for name, constraints in estimator.accepted_values().items():
        value = getattr(estimator, name)
        known = [name for c in constraints if isinstance(c, StrOptions) for name in c.options]
        if known and isinstance(value, str) and value not in known:
            words = [getattr(c.options, "elsewhere", {}) for c in constraints
                     if isinstance(c, StrOptions)]  # fmt: skip
            near = nearest(value, known, dict(chain.from_iterable(one.items() for one in words)))
            return f" Did you mean {near!r}?" if near else ""
    return ""
