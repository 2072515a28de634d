"""How the estimators for tables learn: a lesson prepared, a network fitted to it, and judged."""

from __future__ import annotations

import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from neurona.data.split import Split
from neurona.data.table import Column, Table
from neurona.errors import CollapsedWarning, StopReason, TableError
from neurona.estimators.about import SaysWhose
from neurona.estimators.available import NotThere
from neurona.estimators.fits import fits
from neurona.estimators.front import ShowsItself
from neurona.estimators.mlp.fitting import attributes_of, check_begun
from neurona.estimators.mlp.parameters import ATTRIBUTES, attribute_names
from neurona.estimators.parameters import SaysWhatItTakes
from neurona.estimators.tables import inputs
from neurona.estimators.tables.of_network import attribute_of, shows_network
from neurona.estimators.tables.parameters import OF_COLUMNS
from neurona.estimators.tasks import FitRows, TakesCallbacks, changed, shallow, through_tasks
from neurona.observers.watch import read_all
from neurona.training.callbacks import Callback, as_callbacks
from neurona.training.loop import Training

OUT_OF_FOLD = "said_out_of_fold"
OF_CONTEST = "candidates_", "held_out_errors_", "noise_scale_"
"""What a table's model has of all its networks together."""
"""The attribute that has, after a contest, rows and what its networks said of them unseen."""
PASSING = "_begun", OUT_OF_FOLD
"""Attributes of this very fit, which no copy and no file has."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a table's network is given, and what its answers are measured by.

    Attributes
    ----------
    words : dict
        The parameters of the network.
    matrix, targets, weights : array, array or None, array or None
        The prepared rows to train on.
    matrix_val, targets_val, weights_val : arrays or None
        Those held out, if there are any.
    train_values, values : array or None
        The targets of the rows trained on, and of the `measured` ones, in the user's own units.
    source : str
        What the table is called.
    rows : int
        How many there are, those held out included.
    table : Table or None
        Where several ways are to be tried, the columns.
    folds : sequence of Split
        Where several ways are to be tried, the rows that each network does not see.
    out_of_fold : array or None
        What those networks said of such rows, rows x outputs.
    seen : array or None
        Where the rows to train on come in blocks, prepared rows that `values` are of.
    began : float
        When the fit did, by `time.perf_counter`.
    """

    words: dict[str, Any]
    matrix: Column
    targets: Column | None = None
    weights: Column | None = None
    matrix_val: Column | None = None
    targets_val: Column | None = None
    weights_val: Column | None = None
    train_values: Any = None
    values: Any = None
    source: str = ""
    rows: int = 0
    table: Table | None = None
    folds: Sequence[Split] = ()
    out_of_fold: Column | None = None
    seen: Column | None = None
    began: float = field(default_factory=time.perf_counter)

    @property
    def held_out(self) -> bool:
        """Whether answers are measured on rows that were held out."""
        return self.matrix_val is not None or self.out_of_fold is not None

    @property
    def measured(self) -> Column:
        """The prepared rows that answers are measured on: those held out, else all."""
        if self.matrix_val is not None:
            return self.matrix_val
        return self.matrix if self.seen is None else self.seen

    def arguments(self) -> dict[str, Any]:
        """Return what the network's `fit` takes."""
        given = {
            "X": self.matrix,
            "y": self.targets,
            "sample_weight": self.weights,
            "X_val": self.matrix_val,
            "y_val": self.targets_val,
            "sample_weight_val": self.weights_val,
        }
        return {name: value for name, value in given.items() if value is not None}


@shows_network(
    name for name in attribute_names(ATTRIBUTES) if name not in attribute_names(OF_COLUMNS)
)
class LearnsTables(  # type: ignore[misc]
    TakesCallbacks, SaysWhatItTakes, ShowsItself, BaseEstimator, ABC
):
    """Shared part of the estimators for tables."""

    partial_fit = NotThere(
        "kinds, scales and categories of the columns are learned from a whole table. Call fit with "
        "all rows that there are."
    )

    @abstractmethod
    def _lesson(self, *rows: Any, **held: Any) -> Lesson:
        """Learn the columns and targets of a table, and return what its network is given."""

    @abstractmethod
    def new_network(self, words: dict[str, Any]) -> Any:
        """Return an unfitted MLP for what is to be learned."""

    @abstractmethod
    def _judge(self, lesson: Lesson) -> None:
        """Take over what the network came to, and measure it."""

    def _fit_network(self, lesson: Lesson) -> Lesson:
        """Fit the network; returns the lesson that it is to be judged by."""
        for passing in PASSING:
            self.__dict__.pop(passing, None)
        self.network_ = self.new_network(lesson.words)
        with _the_budget_may_end():
            return self._trained(lesson)

    def _trained(self, lesson: Lesson) -> Lesson:
        self.network_.fit(**lesson.arguments())
        return lesson

    def networks_begun(self) -> list[Any]:
        """Return the MLPs that the fit under way trains: of a contest one per candidate."""
        contest = vars(self).get("contest")
        return [self.network_, *([] if contest is None else contest.first_models())]

    def _fit_to(self, lesson: Lesson, rows: FitRows, shown: Sequence[Callback] = ()) -> None:
        """Fit the network, followed by what shows it, our callbacks and scikit-learn's; judge."""

        def fit(watching: list[Callback]) -> None:
            own = as_callbacks(self.callbacks)
            whose = [SaysWhose(self)] if own else []
            read_all(own, self._watched, first=True)
            if shown or own or watching:
                lesson.words["callbacks"] = [*shown, *whose, *own, *watching]
            if shown:
                lesson.words["verbose"] = False
            done = lesson
            try:
                done = self._fit_network(lesson)
            finally:
                # what watches a fit is not the model's
                network = vars(self).get("network_")
                if network is not None and network.callbacks is lesson.words.get("callbacks"):
                    network.set_params(callbacks=self.callbacks, verbose=self.verbose)
            self._judge(done)

        def attributes(training: Training) -> dict[str, Any]:
            other, network = shallow(self), shallow(self.network_)
            vars(network).update(attributes_of(self.network_, training))
            other.network_, other.notes_ = network, []
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                other._judge(lesson)  # noqa: SLF001 - a copy of this one
            return changed(self, other)

        through_tasks(self, rows, fit, attributes)

    def _watched(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Return rows to be watched as the network learns them."""
        raise TypeError(f"Watch reads rows with targets, and a {type(self).__name__} takes none.")

    @fits
    def begin_fit(self, *rows: Any, **held: Any) -> Training:
        """Return the training that `fit` with these arguments would run; see `begin`."""
        lesson = self._lesson(*rows, **held, alone=True)
        self.network_ = self.new_network(lesson.words)
        training: Training = self.network_.begin_fit(**lesson.arguments())
        self._begun = training, lesson
        return training

    @fits
    def finish_fit(self, training: Training, reason: str) -> None:
        """Take over what the training of `begin_fit` came to, and judge it; see `finish`."""
        begun, lesson = vars(self).get("_begun", (None, None))
        check_begun(self, begun, training)
        del self._begun
        with _the_budget_may_end():
            self.network_.finish_fit(training, reason)
        if lesson is not None and reason != StopReason.FAILED:
            self._judge(lesson)

    @property
    def relevance_(self) -> dict[str, float]:
        """How much each column matters, of "bayesian-lm"; see the class."""
        shares = iter(attribute_of(self, "relevance_"))
        return {
            encoder.name: float(sum(next(shares) for _ in encoder.features()))
            for encoder in self.preparation_.encoders
        }

    @property
    def learning_rate_found_(self) -> float:
        """The rate that was found; there with learning_rate_init="find"."""
        return float(self.network_.learning_rate_found_)

    @property
    def rate_curve_(self) -> Any:
        """What the rates that were tried came to; there with learning_rate_init="find"."""
        return self.network_.rate_curve_

    def _matrix(self, X: Any) -> Column:
        """Return the prepared rows of a table to answer for."""
        check_is_fitted(self, "network_")
        return self._prepared(X, self.network_.coefs_[0].dtype)

    def _prepared(self, X: Any, dtype: Any, wanted: str = "rows to predict") -> Column:
        table = inputs.matched(self, X)
        check_rows(table, wanted)
        prepared: Column = self.preparation_.transform(table, dtype)
        return prepared

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        for passing in PASSING:
            state.pop(passing, None)
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "impute"
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags


def check_rows(table: Table, wanted: str) -> None:
    """TableError if a table has no rows."""
    if not table.rows:
        raise TableError(
            f"{table.source} has 0 rows (Found array with 0 sample(s)); a minimum of 1 is "
            f"required, give {wanted}."
        )


@contextmanager
def _the_budget_may_end() -> Iterator[None]:
    """Say nothing of the end of the budget of steps: the schedule is made for it; nor of a model
    that is worse than the trivial answer, which `_judge` says of the table.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", CollapsedWarning)
        yield
