"""What Perceptron and Adaline share: a layer of linear units that learn row by row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model._base import LinearClassifierMixin, SparseCoefMixin
from sklearn.utils.extmath import safe_sparse_dot
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import check_is_fitted

from neurona.engine import unit_memory
from neurona.engine.unit_learner import Learned, Progress, learn, make_rows
from neurona.engine.unit_memory import Rows, Rule, Task, Vector
from neurona.errors import DivergenceError, DivergenceWarning, StopReason
from neurona.estimators.fits import fits
from neurona.estimators.front import ShowsItself
from neurona.estimators.layers.mistakes import mistakes_of
from neurona.estimators.layers.parameters import LayerParameters
from neurona.estimators.layers.rows import DTYPES, check_chunks, rows_and_classes
from neurona.estimators.layers.sums import dense_weights, sums_within
from neurona.estimators.layers.unit_tasks import (
    class_tasks,
    first_progress,
    held_rows,
    label_tasks,
    shuffle_seeds,
    validation_score,
)
from neurona.estimators.parameters import SaysWhatItTakes, check_parameters
from neurona.estimators.tasks import FitRows, TakesCallbacks, through_tasks
from neurona.estimators.validated import validated
from neurona.estimators.warn import warn_once, warn_user
from neurona.estimators.weights import ScoresWeighedRows, check_weights, row_weights
from neurona.training.blas import one_blas_thread

SPARSE_BIAS_RATE = 0.01
"""scikit-learn's: with sparse rows the bias would otherwise learn much faster than the weights."""


class ThresholdLayer(  # type: ignore[misc]
    TakesCallbacks,
    ScoresWeighedRows,
    LinearClassifierMixin,
    SparseCoefMixin,
    LayerParameters,
    SaysWhatItTakes,
    ShowsItself,
    BaseEstimator,
    ABC,
):
    """Shared part of the estimators. Use Perceptron or Adaline.

    Two classes are one unit; several classes one unit each, that class against the others; several
    labels one unit each. Units learn independently.
    """

    coef_: Any
    intercept_: Any

    @abstractmethod
    def _rules(self, rows: Rows, tasks: list[Task], first: bool) -> list[Rule]:
        """Return how each unit learns but for what `_full_rule` adds; `first`: it is to begin."""

    def _check_partial(self) -> None:
        """Refuse parameters that cannot be used one chunk of rows at a time."""
        check_chunks(self.early_stopping, self.class_weight)

    @fits
    def fit(
        self, X: Any, y: Any, coef_init: Any = None, intercept_init: Any = None,
        sample_weight: Any = None,
    ) -> Any:  # fmt: skip
        """Learn the classes y of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs; float32 is learned in float32, anything else in float64.

        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or 0 and 1 for several labels.

        coef_init, intercept_init : array-like, default=None
            Weights and biases to begin from, of the shapes of coef_ and intercept_.

        sample_weight : array-like of shape (n_samples,), default=None
            What the updates of a row are multiplied by.

        Returns
        -------
        self : object
        """
        check_parameters(self)
        # units learn in one compiled piece, which has no epochs to be looked at
        rows = FitRows(X, y, sample_weight)
        through_tasks(
            self, rows, lambda _: self._fit(X, y, coef_init, intercept_init, sample_weight)
        )
        return self

    def _fit(self, X: Any, y: Any, coef_init: Any, intercept_init: Any, sample_weight: Any) -> None:
        keep = self.warm_start and hasattr(self, "coef_")
        X, y = self._validate(X, y, reset=True)
        self.classes_ = np.arange(y.shape[1]) if y.ndim == 2 else np.unique(y)
        self._multilabel = y.ndim == 2
        if len(self.classes_) < 2 and not self._multilabel:
            raise ValueError(
                "The number of classes has to be greater than one; got 1 class: "
                f"{self.classes_[0]!r}."
            )
        shape = self._units(), X.shape[1]
        if keep:
            coef_init = dense_weights(self.coef_) if coef_init is None else coef_init
            intercept_init = self.intercept_ if intercept_init is None else intercept_init
        self._progress = first_progress(shape, X.dtype, coef_init, intercept_init)
        self.t_ = 1.0
        with one_blas_thread():
            learned = self._learn(X, y, sample_weight, self.max_iter, True)
        self._report(learned)
        if self.tol is not None and any(
            one.epochs == self.max_iter and one.status == unit_memory.GOING for one in learned
        ):
            warn_once(
                f"Maximum number of iteration reached before convergence "
                f"(max_iter={self.max_iter}). Consider increasing max_iter to improve the fit.",
                ConvergenceWarning,
            )

    @fits
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Any:
        """Learn from these rows for one more epoch.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
        classes : array of shape (n_classes,), default=None
            All classes that there will ever be; needed in the first call only.
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        self : object
        """
        first = not hasattr(self, "classes_")
        if first:
            check_parameters(self)
        self._check_partial()
        X, y = self._validate(X, y, reset=first)
        if y.ndim == 2 and classes is None:
            classes = np.arange(y.shape[1])
        if _check_partial_fit_first_call(self, classes):
            self._multilabel = y.ndim == 2
            if len(self.classes_) < 2 and not self._multilabel:
                raise ValueError("The number of classes has to be greater than one; got 1 class.")
        if self._multilabel != (y.ndim == 2) or (y.ndim == 2 and y.shape[1] != self._units()):
            raise ValueError(
                f"y has the shape {y.shape}, which is not that of the first call to partial_fit."
            )
        if y.ndim == 1:
            unknown = np.setdiff1d(y, self.classes_)
            if len(unknown):
                raise ValueError(
                    f"`y` has classes not in `self.classes_`: {unknown}. `self.classes_` has "
                    f"{self.classes_}."
                )
        begins = not hasattr(self, "coef_")
        if begins:
            self._progress = first_progress((self._units(), X.shape[1]), X.dtype, None, None)
            self.t_ = 1.0
        elif not self._is_current():
            # set by hand
            self._progress = first_progress(
                self.coef_.shape, X.dtype, dense_weights(self.coef_), self.intercept_
            )
        with one_blas_thread():
            self._learn(X, y, sample_weight, 1, begins)
        return self

    def _validate(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        return rows_and_classes(self, X, y, reset)

    def _is_binary(self) -> bool:
        return len(self.classes_) == 2 and not self._multilabel

    def _units(self) -> int:
        return 1 if self._is_binary() else len(self.classes_)

    def _learn(
        self, X: Any, y: Any, sample_weight: Any, max_epochs: int, first: bool
    ) -> list[Learned]:
        if sample_weight is None:
            sample_weight = np.ones(X.shape[0], X.dtype)
        else:
            sample_weight = row_weights(sample_weight, X, X.dtype)
        held = np.zeros(len(y), np.uint8)
        if self.early_stopping:
            held = held_rows(y, sample_weight, self.validation_fraction, self.random_state)
        rows = make_rows(X, held)
        seeds = shuffle_seeds(self.random_state, None if self._is_binary() else self._units())
        tasks = self._tasks(y, sample_weight)
        for task in tasks if self.class_weight is not None else ():
            check_weights(task.factors[held == 0], "class_weight", "The rows to train on")
        rules = [self._full_rule(rule, rows) for rule in self._rules(rows, tasks, first)]
        jobs = [
            partial(self._learn_unit, X, rows, task, rule, seed, progress, max_epochs)
            for task, rule, seed, progress in zip(tasks, rules, seeds, self._progress, strict=True)
        ]
        if self.n_jobs in (None, 1) or len(jobs) == 1:
            learned = [job() for job in jobs]
        else:
            parallel = Parallel(n_jobs=self.n_jobs, require="sharedmem")
            learned = parallel(delayed(job)() for job in jobs)
        self._take_over(learned, X)
        gone = [one.epochs for one in learned if one.status == unit_memory.DIVERGED]
        if gone:
            said = f"In epoch {min(gone)} learning left all bounds. {self._advice(rows)} The best "
            warn_user(f"{said}weights seen were kept.", DivergenceWarning)
        return learned

    def _full_rule(self, rule: Rule, rows: Rows) -> Rule:
        bias_rate = 1.0 if rows.dense else SPARSE_BIAS_RATE
        return rule._replace(
            watches_loss=not self.early_stopping,
            shuffles=bool(self.shuffle),
            bias_rate=bias_rate if self.fit_intercept else 0.0,
            tol=-np.inf if self.tol is None else float(self.tol),
            patience=int(self.n_iter_no_change),
        )

    def _learn_unit(
        self,
        X: Any,
        rows: Rows,
        task: Task,
        rule: Rule,
        seed: int,
        start: Progress,
        max_epochs: int,
    ) -> Learned:
        rule = rule._replace(seed=seed)
        score = validation_score(X, rows.held, task) if self.early_stopping else None
        capacity = min(self._capacity(), len(task.targets) * max_epochs)
        with np.errstate(all="ignore"):

            def again(epochs: int) -> Learned:
                return learn(rows, task, rule, start, epochs, capacity, score)

            return self._settled(again(max_epochs), again, X, rows, task, start)

    def _settled(
        self,
        learned: Learned,
        again: Callable[[int], Learned],
        X: Any,
        rows: Rows,
        task: Task,
        start: Progress,
    ) -> Learned:
        """Return what a unit is to keep of what it learned; `again` learns anew for some epochs.

        DivergenceError where that is nothing.
        """
        if learned.status == unit_memory.DIVERGED:
            raise DivergenceError(
                f"Floating-point under-/overflow occurred at epoch #{learned.epochs}. "
                + self._advice(rows)
            )
        return learned

    def _report(self, learned: list[Learned]) -> None:
        """Warn if learning came to nothing."""

    def _capacity(self) -> int:
        return 0

    def _advice(self, rows: Rows) -> str:
        return "Scaling input data with StandardScaler or MinMaxScaler might help."

    def _tasks(self, y: Vector, sample_weight: Vector) -> list[Task]:
        if self._multilabel:
            return label_tasks(y, self.class_weight, sample_weight)
        return class_tasks(y, self.classes_, self.class_weight, sample_weight)

    def _take_over(self, learned: list[Learned], X: Any) -> None:
        self._progress = [one.progress for one in learned]
        self.coef_ = np.stack([one.weights for one in learned])
        self.intercept_ = np.array([one.bias for one in learned], X.dtype)
        self._shown = self.coef_, self.intercept_
        self.n_iter_ = max(one.epochs for one in learned)
        self.t_ += float(self.n_iter_ * X.shape[0])
        sums = np.zeros(self.n_iter_)
        counts = np.zeros((self.n_iter_, len(learned)), np.int64)
        for k, one in enumerate(learned):
            sums[: one.epochs] += one.losses
            counts[: one.epochs, k] = one.mistakes
        self.loss_curve_ = (sums / len(learned)).tolist()
        self.stop_reason_ = str(self._reason(learned))
        self.mistakes_ = mistakes_of(learned, counts)
        if self.verbose:
            for epoch, (loss, row) in enumerate(zip(self.loss_curve_, counts, strict=True), 1):
                print(f"Epoch {epoch}, loss = {loss:.8f}, mistakes = {row.sum()}")

    def _reason(self, learned: list[Learned]) -> StopReason:
        if any(one.status == unit_memory.DIVERGED for one in learned):
            return StopReason.DIVERGED
        if all(one.status == unit_memory.IDLE or not one.mistakes[-1] for one in learned):
            return StopReason.NO_MISTAKES
        if any(one.status == unit_memory.GOING for one in learned):
            return StopReason.MAX_EPOCHS
        return StopReason.MONITOR_FLAT if self.early_stopping else StopReason.LOSS_FLAT

    def has_labels(self) -> bool:
        """Whether the classes are labels that may be on at once."""
        return bool(self._multilabel)

    def progress(self) -> list[Progress]:
        """Return where each unit's learning stands: anew, if coef_ was set by hand."""
        weights = dense_weights(self.coef_)
        if self._is_current() or weights is not self.coef_:
            return self._progress
        return [
            Progress(row, float(bias)) for row, bias in zip(weights, self.intercept_, strict=True)
        ]

    def take_up(
        self, weights: Vector, biases: Vector, progress: list[Progress], has_labels: bool
    ) -> None:
        """Take over weights and biases, and where each unit's learning stands."""
        self.coef_, self.intercept_ = self._shown = weights, biases
        self._progress, self._multilabel = progress, has_labels

    def _is_current(self) -> bool:
        """Whether coef_ and intercept_ are those that learning left."""
        shown = getattr(self, "_shown", (None, None))
        return shown[0] is self.coef_ and shown[1] is self.intercept_

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coef_")

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state["_was_current"] = hasattr(self, "coef_") and self._is_current()
        state.pop("_shown", None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        current = state.pop("_was_current", False)
        super().__setstate__(state)
        if current:
            self._shown = self.coef_, self.intercept_

    def decision_function(self, X: Any) -> Vector:
        """Return the sums of the units for the rows of X: 0 is on the plane between two classes.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        sums : ndarray of shape (n_samples,), or (n_samples, n_classes) for several units
        """
        check_is_fitted(self)
        X = validated(self, X, accept_sparse="csr", dtype=DTYPES, reset=False)
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            sums: Vector = safe_sparse_dot(X, self.coef_.T, dense_output=True) + self.intercept_
        if not np.isfinite(sums).all():
            return sums_within(X, self)
        return sums.ravel() if sums.shape[1] == 1 else sums

    def predict(self, X: Any) -> Vector:
        """Predict the class, or the labels, of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        """
        if not getattr(self, "_multilabel", False):
            return super().predict(X)  # type: ignore[no-any-return]
        sums = np.asarray(self.decision_function(X))
        return (sums.reshape(len(sums), -1) > 0).astype(np.int64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags
