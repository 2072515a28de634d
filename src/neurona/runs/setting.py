"""The one table of what can be set: of it come flags, keys of config files, and parameters.

A setting more is one line here, and nothing elsewhere.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from neurona.runs import names
from neurona.runs.column_kinds import types
from neurona.runs.takers import (
    AUTO,
    Named,
    NamedList,
    Taker,
    choice,
    columns,
    duration_or_auto,
    mark_or_auto,
    number,
    share,
    sizes,
    split,
    text,
    whole,
    yes_or_no,
)


@dataclass(frozen=True)
class Setting:
    """One thing that can be set.

    Parameters
    ----------
    key : str
        "section.name": the table and the key of a config file.
    default : bool, number, text or list
        What holds if nobody says anything; "auto" leaves it to the estimator.
    take : function
        Returns a value from TOML's types or from text, or raises ValueError (`takers`).
    help : str
        What it is, as `neurona train --help` says it.
    parameter : str, default=""
        The estimator's parameter that it becomes.
    flag : str, default=""
        How a command line writes it, and what its value is called: "--rate X".
    """

    key: str
    default: Any
    take: Taker
    help: str
    parameter: str = ""
    flag: str = ""

    @property
    def name(self) -> str:
        """The key without its section."""
        return self.key.partition(".")[2]

    @property
    def option(self) -> str:
        """How a command line writes it: its flag, or --set with its key."""
        return re.split("[ /]", self.flag)[0] or f"--set {self.key}"

    @property
    def placeholder(self) -> str:
        """What the flag's value is called."""
        return self.flag.partition(" ")[2]

    @property
    def choices(self) -> list[str]:
        """What the flag's value may be, if it is one of a few: "[refuse|missing]"."""
        return self.placeholder[1:-1].split("|") if "|" in self.placeholder else []

    @property
    def may_stand_alone(self) -> bool:
        """Whether the flag's value may be left out, for "auto": "[DIR]"."""
        return self.placeholder.startswith("[") and not self.choices

    @property
    def negation(self) -> str:
        """The flag that says no, of a flag without a value."""
        return self.flag.partition("/")[2]

    @property
    def several(self) -> bool:
        """Whether the flag may be repeated."""
        return isinstance(self.default, list)


_ALL = (
    Setting("data.source", "", text, "The table: a file, or the name of a data set."),
    Setting(
        "data.target", [], columns, "Column to predict; may be repeated.", flag="--target COL,..."
    ),
    Setting(
        "data.ignore", [], columns, "Column to leave out; repeatable.", flag="--ignore COL,..."
    ),
    Setting(
        "data.types",
        [],
        types,
        "What a column is: numeric, piecewise, boolean, category, date, time, id-like; repeatable.",
        flag="--type COL=KIND",
    ),
    Setting(
        "data.task",
        AUTO,
        choice(AUTO, "regression", "classification"),
        "auto, regression or classification.",
        flag="--task TASK",
    ),
    Setting(
        "data.split",
        AUTO,
        split,
        "auto, random, stratified, last, none, group:COL or time:COL.",
        flag="--split HOW",
    ),
    Setting(
        "data.validation",
        "",
        text,
        "Validation rows, instead of a share.",
        flag="--validation FILE",
    ),
    Setting(
        "data.validation_share",
        0.15,
        number("a share above 0 and below 1", lambda x: 0 < x < 1),
        "The share of the rows to validate on.",
    ),
    Setting(
        "data.test_share",
        0.15,
        share,
        "Rows kept back for the test; 0 for none.",
        flag="--test-share SHARE",
    ),
    Setting(
        "data.folds",
        0,
        whole(0),
        "Cross-validate in so many folds, too; 0 for none.",
        flag="--folds K",
    ),
    Setting("data.missing", "impute", choice("impute", "refuse"), "Missing inputs.", "missing"),
    Setting(
        "data.bad_cells",
        "refuse",
        choice("refuse", "missing", "number"),
        "Cells of a number column that are no numbers are refused, if not told else; 'number' "
        "takes the number alone of cells such as '<0,5' and '21.6 b'.",
        flag="--bad-cells [refuse|missing|number]",
    ),
    Setting(
        "data.bins",
        AUTO,
        whole(0, AUTO),
        "Cut numbers into so many pieces, too: thresholds become easy.",
        "bins",
        flag="--bins N",
    ),
    Setting("data.max_levels", AUTO, whole(2, AUTO), "Most columns of a category.", "max_levels"),
    Setting(
        "data.delimiter",
        AUTO,
        mark_or_auto,
        "What separates the cells of a table.",
        flag="--delimiter CHAR",
    ),
    Setting(
        "data.decimal", AUTO, mark_or_auto, "The decimal mark of a table.", flag="--decimal CHAR"
    ),
    Setting(
        "data.thousands",
        AUTO,
        mark_or_auto,
        "What separates thousands in numbers.",
        flag="--thousands CHAR",
    ),
    Setting(
        "data.header",
        AUTO,
        yes_or_no,
        "Whether the first row names the columns.",
        flag="--header/--no-header",
    ),
    Setting(
        "data.skip_rows",
        AUTO,
        whole(0, AUTO),
        "Lines before the header to leave out.",
        flag="--skip-rows N",
    ),
    Setting(
        "data.units_row",
        AUTO,
        yes_or_no,
        "Whether the row below the header has units.",
        flag="--units-row/--no-units-row",
    ),
    Setting("data.comment", AUTO, text, "What begins lines to leave out.", flag="--comment MARK"),
    Setting(
        "data.missing_marks",
        AUTO,
        text,
        "More texts of missing cells, e.g. -9999.",
        flag="--missing-marks TEXT,...",
    ),
    Setting("data.encoding", AUTO, text, "The encoding of a table.", flag="--encoding NAME"),
    Setting("data.sheet", AUTO, text, "The sheet of a workbook.", flag="--sheet NAME"),
    Setting(
        "data.max_cells",
        AUTO,
        whole(1, AUTO),
        "Most cells of a table in memory; 200 million if nobody says.",
        flag="--max-cells N",
    ),
    Setting("data.in_memory", 10**7, whole(1), "More cells are in blocks.", flag="--in-memory N"),
    Setting(
        "model.hidden",
        AUTO,
        sizes,
        "Hidden layers, e.g. 32,32 (or none).",
        "hidden_layer_sizes",
        "--hidden SIZES",
    ),
    Setting(
        "model.activation",
        AUTO,
        Named("activation", (names.ACTIVATIONS,)),
        "Of the hidden layers, e.g. silu, tanh.",
        "activation",
        "--activation NAME",
    ),
    Setting(
        "model.loss",
        AUTO,
        Named("loss", (names.LOSSES,)),
        "Of a regression, e.g. huber, quantile(0.9).",
        "loss",
        "--loss NAME",
    ),
    Setting(
        "model.target_transform",
        AUTO,
        choice(AUTO, "none", "log", "sqrt", "yeo_johnson"),
        "Of a regression, e.g. log; answers are medians.",
        "target_transform",
        "--target-transform NAME",
    ),
    Setting(
        "model.dropout",
        AUTO,
        number("a share of 0 or more, and below 1", lambda x: 0 <= x < 1, AUTO),
        "Share of the hidden units to leave out, anew each step.",
        "dropout",
    ),
    Setting(
        "training.solver",
        AUTO,
        Named("solver", (names.OPTIMIZERS, names.SOLVERS)),
        "auto, bayesian-lm, lm, adam(beta1=0.8), ...",
        "solver",
        "--solver NAME",
    ),
    Setting(
        "training.effort", AUTO, choice(AUTO, *names.EFFORTS), "One way, or several.", "effort"
    ),
    Setting(
        "training.also",
        [],
        NamedList("way to learn", (names.WAYS,)),
        "Further ways that compete, e.g. leaves, relu(width=64).",
        "also",
    ),
    Setting(
        "training.time_budget",
        AUTO,
        duration_or_auto,
        "How long to learn, like 20s: what is tried is chosen to fill it.",
        "time_budget",
        "--time-budget TIME",
    ),
    Setting(
        "training.starts",
        AUTO,
        whole(1, AUTO),
        "Trainings side by side from different weights.",
        "n_starts",
        "--starts N",
    ),
    Setting(
        "training.combine",
        AUTO,
        choice(AUTO, "best", "average"),
        "The prediction of several starts: that of the best, or the mean of all.",
        "combine",
    ),
    Setting(
        "training.rate",
        AUTO,
        number("a number above 0", lambda x: 0 < x < math.inf, AUTO, "find"),
        "Learning rate; find looks for it by short trainings.",
        "learning_rate_init",
        "--rate X",
    ),
    Setting(
        "training.schedule",
        AUTO,
        Named("schedule", (names.SCHEDULES,)),
        "How the learning rate goes down.",
        "schedule",
    ),
    Setting(
        "training.batch", AUTO, whole(1, AUTO), "Rows of a step.", "batch_size", "--batch ROWS"
    ),
    Setting(
        "training.epochs", AUTO, whole(1, AUTO), "Most passes over rows.", "epochs", "--epochs N"
    ),
    Setting("training.steps", AUTO, whole(1, AUTO), "Most steps.", "steps", "--steps N"),
    Setting(
        "training.patience", AUTO, whole(1, AUTO), "Steps without progress to stop at.", "patience"
    ),
    Setting(
        "training.time_limit",
        math.inf,
        number("a number of seconds above 0", lambda x: x > 0),
        "Stop after so long.",
        flag="--time-limit SECONDS",
    ),
    Setting(
        "training.alpha",
        AUTO,
        number("a number of 0 or more", lambda x: 0 <= x < math.inf, AUTO),
        "The L2 penalty.",
        "alpha",
    ),
    Setting("training.threads", AUTO, whole(1, AUTO), "Threads that train.", "n_threads"),
    Setting(
        "training.engine",
        "compiled",
        choice("compiled", "jax", "dask", AUTO),
        "What computes; auto takes JAX where it wins; dask: the cluster at DASK_SCHEDULER_ADDRESS.",
        "engine",
        "--engine [compiled|jax|dask|auto]",
    ),
    Setting(
        "training.device",
        AUTO,
        choice(AUTO, "cpu", "cuda"),
        "Where engine jax trains.",
        "device",
        "--device [auto|cpu|cuda]",
    ),
    Setting("training.seed", 0, whole(0), "Same seed, same result.", "random_state", "--seed N"),
    Setting(
        "run.out", "", text, "The run's folder; else runs/NAME-0001 and so on.", flag="--out DIR"
    ),
    Setting(
        "run.checkpoint_every",
        0,
        whole(0),
        "Epochs between two checkpoints.",
        flag="--checkpoint-every N",
    ),
    Setting(
        "run.tensorboard",
        "",
        text,
        "Files for TensorBoard, in DIR or the run's folder.",
        flag="--tensorboard [DIR]",
    ),
    Setting(
        "run.fingerprints",
        True,
        yes_or_no,
        "Whether the model keeps fingerprints of its rows, so that evaluate knows them again.",
    ),
)
SETTINGS: dict[str, Setting] = {setting.key: setting for setting in _ALL}


def options_of_parameters() -> dict[str, str]:
    """Return how a command line writes keys, and the parameters of reading and of estimators."""
    found: dict[str, str] = {}
    for setting in SETTINGS.values():
        names = [setting.key, setting.parameter or setting.name * setting.key.startswith("data.")]
        found |= dict.fromkeys(filter(None, names), setting.option)
    return found
