"""The parameters and attributes that the estimators for tables share."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions

from neurona.data.preparation import DEFAULT_MAX_LEVELS
from neurona.data.split import SPLITTERS
from neurona.data.transforms import TRANSFORMS
from neurona.estimators.constructors import parameter_group
from neurona.estimators.mlp.parameters import ATTRIBUTES, CODER_PARAMETERS, NOISE
from neurona.estimators.parameters import (
    COUNT,
    INNER_SHARE,
    PARAMETERS,
    Described,
    Listeners,
    Names,
)
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.schedules import Schedule
from neurona.optimizers import OPTIMIZERS, StepOptimizer
from neurona.optimizers.solver import SOLVERS, Solver


@parameter_group
class TableParameters:
    """How a network learns a table's rows, and how the columns are prepared."""

    steps: int = 20_000
    epochs: int | None = None
    patience: int | float | None = None
    batch_size: int | Literal["auto"] = "auto"
    learning_rate_init: float | Literal["find"] = 0.003
    schedule: str | Schedule | None = "cosine"
    alpha: float = 0.0001
    dropout: float | Sequence[float] = 0.0
    validation_fraction: float = 0.1
    kinds: dict[str, str] | None = None
    max_levels: int = DEFAULT_MAX_LEVELS
    missing: Literal["impute", "refuse"] = "impute"
    dtype: Literal["auto", "float32", "float64"] = "auto"
    random_state: int | np.random.RandomState | None = None
    callbacks: Listeners = None
    verbose: bool | int = False
    n_threads: int | None = None
    engine: str = "compiled"
    device: Literal["auto", "cpu", "cuda"] = "auto"


@parameter_group
class TargetTableParameters(TableParameters):
    """How a network learns the targets of a table: what is chosen by their number of rows."""

    solver: str | StepOptimizer | Solver = "auto"
    n_starts: int | Literal["auto"] = "auto"
    combine: Literal["auto", "best", "average"] = "auto"
    split: Literal["auto", "random", "stratified", "group", "time", "last", "none"] = "auto"
    split_column: str | None = None
    bins: int = 0
    effort: Literal["quick", "normal", "thorough"] = "normal"
    also: Sequence[Any] = ()
    time_budget: float | str | None = None


_OF_TABLES = {
    # networks' tell of partial_fit, which tables do not have
    "verbose": Described("bool or int", "As in `MLPRegressor`.", PARAMETERS["verbose"].accepts),
    "batch_size": Described(
        "int",
        'Rows per step: 1 is online learning, the number of rows is batch learning, "auto" is 32 '
        "rows for small tables and up to 256.",
        PARAMETERS["batch_size"].accepts,
    ),
    "steps": Described(
        "int",
        "Most training steps (batches), whatever the number of rows. If it is not given, solvers "
        "with matrices do at most 300 iterations, other full-batch methods 1,500.",
        [COUNT],
    ),
    "epochs": Described(
        "int", "Most passes over the training rows, instead of `steps`.", [COUNT, None]
    ),
    "patience": Described(
        "int",
        "Steps without a better result on the held-out rows after which training stops; None is "
        "half of `steps`, a tenth of a full-batch method's iterations.",
        [COUNT, Options(Real, {np.inf}), None],
    ),
    "validation_fraction": Described("float", "Share of the rows to hold out.", [INNER_SHARE]),
    "kinds": Described(
        "dict",
        'Kinds of columns that are not to be guessed: "numeric", "piecewise", "boolean", '
        '"category", "date", "time"; and "constant" or "id-like" to leave a column out.',
        [dict, None],
    ),
    "max_levels": Described(
        "int",
        "Most columns that one category becomes; rarer levels share one.",
        [Interval(Integral, 2, None, closed="left")],
    ),
    "missing": Described(
        '{"impute", "refuse"}',
        "Missing inputs: the median and a column that marks them, or a TableError naming the cell.",
        [StrOptions(Names(["impute", "refuse"]))],
    ),
    "dtype": Described(
        '{"auto", "float32", "float64"}',
        'Of the network: float32, but float64 for full-batch solvers ("lbfgs", "lm", ...).',
        [StrOptions(Names(["auto", "float32", "float64"]))],
    ),
}
_STARTS = '"auto" is, for "bayesian-lm", the average of up to 11 starts, as time allows; else one.'

TABLE_PARAMETERS = (
    PARAMETERS
    | _OF_TABLES
    | {
        "hidden_layer_sizes": Described(
            'as in `MLPRegressor`, or "auto"',
            '"auto" is, for "bayesian-lm", one wide layer, two narrow ones and a straight line '
            "side by side, as large as the rows allow; one wide layer for other solvers with "
            "matrices; else (64, 64).",
            [StrOptions(Names(["auto"])), *PARAMETERS["hidden_layer_sizes"].accepts],
        ),
        "activation": Described(
            'as in `MLPRegressor`, or "auto"',
            '"auto" is "tanh" for solvers with matrices ("bayesian-lm", "lm", ...), else "silu".',
            [StrOptions(Names(["auto"], ACTIVATIONS)), *PARAMETERS["activation"].accepts[1:]],
        ),
        "solver": Described(
            "str, StepOptimizer or Solver",
            'As in `MLPRegressor`; "auto" takes Bayesian Levenberg-Marquardt for small tables, '
            'other full-batch solvers in between, and "adam" for large ones and where a word of '
            "mini-batches (`steps`, `epochs`, `patience`, `batch_size`, ...) is given. `notes_` "
            "and `plan_` say which, and why.",
            PARAMETERS["solver"].accepts,
        ),
        "n_starts": Described(
            'as in `MLPRegressor`, or "auto"',
            _STARTS,
            [StrOptions(Names(["auto"])), *PARAMETERS["n_starts"].accepts],
        ),
        "combine": Described(
            'as in `MLPRegressor`, or "auto"',
            _STARTS,
            [StrOptions(Names(["auto", "best", "average"]))],
        ),
        "bins": Described(
            "int",
            "Into how many pieces between quantiles each column of numbers is cut besides; 0 for "
            "none. With 8 or 16 thresholds in the inputs are easy to learn.",
            [Interval(Integral, 0, 1024, closed="both")],
        ),
        "effort": Described(
            '{"quick", "normal", "thorough"}',
            'How much is tried where nothing says how to learn: "quick" takes one method by the '
            'size of the table; "normal" and "thorough" let several compete on folds and stack '
            "them, the latter with up to ten times the work.",
            [StrOptions(Names(["quick", "normal", "thorough"]))],
        ),
        "also": Described(
            "sequence of str or Way",
            "Further ways to learn, where several compete: they are tried as the others are, and "
            'count by what they say of rows that they did not see. "leaves" are boosted trees '
            'turned into layers and trained on, "silu", "relu" and "thresholds" layers trained in '
            'steps; options follow in parentheses: "leaves(trees=200)".',
            ["array-like"],
        ),
        "time_budget": Described(
            "float or str",
            'Seconds, or a text like "20s" or "5m", that `fit` may take: where several ways are '
            "tried, as much as fits, in place of what `effort` says; else training ends then. Only "
            "with it does time decide anything: the same seed then need not mean the same bits.",
            [Interval(Real, 0, None, closed="neither"), str, None],
        ),
        "split": Described(
            '{"auto", "random", "stratified", "group", "time", "last", "none"}',
            "How held-out rows are chosen: by lot, whole groups or the latest by `split_column`, "
            "the last ones. With fewer than 10 rows none are.",
            [StrOptions(Names(SPLITTERS))],
        ),
        "target_transform": Described(
            '{"none", "log", "sqrt", "yeo_johnson"}',
            "The monotone function of the targets that is learned, for those whose errors grow "
            "with them. Predictions come back in the targets' units, as medians.",
            [StrOptions(Names(TRANSFORMS))],
        ),
        "split_column": Described(
            "str",
            "The column of groups or times; the network does not see it.",
            [str, None],
        ),
    }
)

CODER_TABLE_PARAMETERS = (
    CODER_PARAMETERS
    | _OF_TABLES
    | {
        # the budget in steps asks for mini-batches or not
        "solver": Described(
            "str, StepOptimizer or Solver",
            'As in `Autoencoder`. There is no solver="auto".',
            [StrOptions(Names(SOLVERS, OPTIMIZERS)), StepOptimizer, Solver],
        ),
    }
)

OF_COLUMNS = {
    "relevance_": Described(
        "dict of str to float",
        'For "bayesian-lm": for each column its share of the prior variances of the first layer\'s '
        "weights, all that it was encoded to together; the mean of the members that predict.",
    ),
    "n_features_in_, feature_names_in_": Described(
        "int, ndarray", "Number of input columns; their names if X had any."
    ),
}
"""What a table says by its columns, where its network says it by their encodings."""
CODER_TABLE_ATTRIBUTES = {
    "notes_": Described("list of str", "What was done with the table, in sentences."),
    "columns_": Described("list of ColumnReport", "What each input column was found to be."),
    "preparation_": Described("Preparation", "How inputs become a matrix."),
    "split_": Described("Split", "Rows trained on and held out."),
    **ATTRIBUTES,
    "coefs_, intercepts_": Described(
        "list of ndarray",
        "As in `MLPRegressor`, of `network_`: its inputs are the `preparation_.features`.",
    ),
    **OF_COLUMNS,
}
TABLE_ATTRIBUTES = {
    "plan_": Described(
        "Plan",
        "How the table was learned: solver, hidden_layer_sizes, activation, n_starts, combine, "
        "initializer, iterations, reason.",
    ),
    "candidates_": Described(
        "list of Judged",
        "Where several ways to learn were tried: name, loss on rows not seen, weight, seconds, "
        "networks.",
    ),
    "target_names_": Described("list of str", "Names of the targets."),
    "left_out_": Described("list of str", "Columns that were used for the split only."),
} | CODER_TABLE_ATTRIBUTES
QUANTITY_TABLE_ATTRIBUTES = TABLE_ATTRIBUTES | NOISE
