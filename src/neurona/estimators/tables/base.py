"""The part that TableRegressor and TableClassifier share: from a table as it is to a trained
network.
"""

from __future__ import annotations

import copy
import time
from abc import abstractmethod
from functools import cache
from inspect import signature
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from neurona.data.preparation import Preparation
from neurona.data.split import Split, everything
from neurona.data.table import Column, Table
from neurona.data.targets import known_rows
from neurona.errors import CollapsedWarning, IncompatibleError, TableError
from neurona.estimators import showing, tasks
from neurona.estimators.choices import solver_of
from neurona.estimators.fits import fits
from neurona.estimators.members import HasMembers
from neurona.estimators.parameters import check_parameters
from neurona.estimators.random_state import generator
from neurona.estimators.tables import inputs
from neurona.estimators.tables.budget import budget
from neurona.estimators.tables.contest.begin import contest_folds
from neurona.estimators.tables.contest.candidates import FOLDS
from neurona.estimators.tables.contest.holding import hold_contest
from neurona.estimators.tables.contest.ways import check_also
from neurona.estimators.tables.larger import Large, Ways, lesson_of_blocks, opened
from neurona.estimators.tables.learning import OF_CONTEST, LearnsTables, Lesson, check_rows
from neurona.estimators.tables.of_network import attribute_of
from neurona.estimators.tables.parameters import TargetTableParameters
from neurona.estimators.tables.plan import BATCH_WORDS, STACK, Plan, Task, is_bayesian, make_plan
from neurona.estimators.tables.splitting import Rows, table_split
from neurona.estimators.tables.time_budget import end_in_time, seconds_given
from neurona.estimators.warn import warn_once
from neurona.estimators.weights import row_weights
from neurona.inference.learned import Comparison
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import Loss
from neurona.training.callbacks import as_callbacks


class BaseTable(HasMembers, TargetTableParameters, LearnsTables):  # type: ignore[misc]
    """Shared part of the table estimators. Use TableRegressor or TableClassifier."""

    @abstractmethod
    def _named_targets(self, table: Table, names: list[str]) -> Column:
        """Return target columns as values."""

    @abstractmethod
    def _given_targets(self, y: Any) -> tuple[list[str], Column]:
        """Return names and values of targets that y holds."""

    @abstractmethod
    def _learn_targets(self, values: Column) -> None:
        """Learn what the targets are, from all rows."""

    @abstractmethod
    def _encode_targets(self, values: Column) -> Column:
        """Return targets as the network learns them."""

    @abstractmethod
    def _classes_of(self, values: Column) -> Column | None:
        """Return what to stratify a split by, None if nothing."""

    @abstractmethod
    def learns(self) -> tuple[int, Loss]:
        """Return the number of outputs and the loss."""

    @abstractmethod
    def _compare(self, train: Column, values: Column, said: Column) -> tuple[Comparison, Column]:
        """Return what was `said` beside the baseline that knows the targets `train`, and the gains
        of each row over it.
        """

    @abstractmethod
    def _outputs_of(self, lesson: Lesson) -> tuple[Column, Column | None]:
        """Return the targets as the network says them, rows x outputs, and the rows' weights."""

    @abstractmethod
    def _said(self, outputs: Column) -> Column:
        """Return outputs of the network as quantities, or as a probability per class or label."""

    @abstractmethod
    def _collapsed(self, comparison: Comparison, gains: Column, lesson: Lesson) -> str | None:
        """Return a sentence if the model is no better than the baseline."""

    # -- fitting

    @fits
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None
    ) -> Any:
        """Fit to the rows of a table.

        Parameters
        ----------
        X : Table, pandas, polars or pyarrow frame, dict of columns, or array (n_samples, n_columns)
            Inputs of any kind: numbers, texts, booleans, dates, with missing cells. A file, a
            folder of Parquet files, whatever speaks the Arrow stream, a pyarrow Dataset, a memmap
            or `Blocks` of them is learned in blocks if it does not fit into memory; then y are
            names (but for a memmap).

        y : str, list of str, or array-like of shape (n_samples,) or (n_samples, n_targets)
            The target columns of X by name (rows where one is missing are left out, and counted in
            `notes_`), or the targets themselves.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss.

        X_val, y_val : as X and y, default=None
            Rows to validate on, instead of some of X. `y_val` may be left out if y is names.

        Returns
        -------
        self : object

        Raises
        ------
        TableError
            A table that cannot be learned from; the sentence names row, column and cell.
        """
        X = opened(self, X, y)
        lesson = self._lesson(X, y, sample_weight, X_val=X_val, y_val=y_val)
        with showing.shown(self, lesson.source, lesson.rows) as callbacks:
            self._fit_to(lesson, self._as_scored(X, y, sample_weight), callbacks)
        return self

    def _as_scored(self, X: Any, y: Any, sample_weight: Any) -> tasks.FitRows:
        """Return what a fit was given as scores can be made of it: target columns as values."""
        if isinstance(X, Large) or not inputs.is_named(self, X, y):
            return tasks.FitRows(X, y, sample_weight)

        @cache
        def rows() -> Rows:
            other = tasks.shallow(self)
            other.notes_ = []
            found: Rows = other._rows(X, y, sample_weight, False)[0]  # noqa: SLF001 - a copy
            return found

        weights = None if sample_weight is None else lambda: rows().weights
        return tasks.FitRows(lambda: rows().table, lambda: rows().values, weights)

    def _lesson(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        preparation: Preparation | None = None,
        alone: bool = False,
    ) -> Lesson:
        check_parameters(self)
        if X_val is None and y_val is not None:
            raise ValueError("y_val is provided, but X_val was not provided.")
        began, _ = time.perf_counter(), seconds_given(self)
        # the last one: what a run knew of the model that this was
        for name in (*OF_CONTEST, "provenance_"):
            self.__dict__.pop(name, None)
        self.notes_: list[str] = []
        random = generator(self.random_state)
        X = opened(self, X, y)
        if isinstance(X, Large):
            return self._lesson_of_blocks(X, y, sample_weight, X_val, y_val, random)
        rows, named = self._rows(X, y, sample_weight, True)
        self._learn_targets(rows.values)
        self.left_out_ = [] if self.split_column is None else [self.split_column]
        table = rows.table.without(self.left_out_)
        if preparation is None:
            inputs.learn_columns(self, table, named, self.bins)
        else:
            inputs.keep_columns(self, table, named, preparation)
        self.plan_ = self._plan(len(rows.values))
        classes = self._classes_of(rows.values)
        evidence = is_bayesian(self.plan_.solver)
        folds = () if alone or X_val is not None else contest_folds(self, rows, classes, random)
        check_also(self.also, folds)
        if folds:
            self.split_ = everything(len(rows.values), folds[0].how)
            self.notes_.append(
                f"Several ways to learn are tried on {FOLDS} folds, and count by what they "
                "say of rows that they did not see."
            )
        else:
            if self.solver == "auto":
                self.notes_.append(f"Solver {self.plan_.describe()}.")
            self.split_, note = table_split(
                vars(self), rows, classes, evidence, X_val is not None, random
            )
            self.notes_ += note
        train, held, dtype = self.split_.train, self.split_.held, np.dtype(self._dtype())
        matrix = self.preparation_.transform(table, dtype)
        targets = _as_dtype(self._encode_targets(rows.values), dtype)
        values, count = rows.values[held], len(rows.values)
        if X_val is None:
            matrix_val, targets_val = matrix[held], targets[held]
        else:
            given, _ = self._rows(X_val, inputs.held_targets(self, X_val, y, y_val), None, False)
            self.preparation_.check_columns(given.table)
            matrix_val, values = self.preparation_.transform(given.table, dtype), given.values
            targets_val = _as_dtype(self._encode_targets(values), dtype)
            count += len(values)
        validate = len(matrix_val) > 0
        return Lesson(
            words=self._words(len(train), validate, random),
            matrix=matrix[train],
            targets=targets[train],
            weights=None if rows.weights is None else rows.weights[train],
            matrix_val=matrix_val if validate else None,
            targets_val=targets_val if validate else None,
            train_values=rows.values[train],
            values=values if validate else rows.values[train],
            source=table.source,
            rows=count,
            table=table if folds else None,
            folds=folds,
            began=began,
        )

    def _trained(self, lesson: Lesson) -> Lesson:
        if not lesson.folds:
            end_in_time(self, lesson.words, lesson.began)
            return super()._trained(lesson)
        outputs, weights = self._outputs_of(lesson)
        return hold_contest(self, lesson, outputs, weights)

    def _lesson_of_blocks(
        self, X: Large, y: Any, sample_weight: Any, X_val: Any, y_val: Any, random: Any
    ) -> Lesson:
        if sample_weight is not None:
            raise IncompatibleError("A table in blocks takes no sample_weight; leave it out.")
        ways = Ways(
            self._named_targets, self._learn_targets, self._encode_targets,
            self._rows, self._dtype, self._words,
        )  # fmt: skip
        return lesson_of_blocks(self, ways, X, y, X_val, y_val, random)

    def _rows(self, X: Any, y: Any, sample_weight: Any, first: bool) -> tuple[Rows, bool]:
        """Return inputs, targets and weights of the rows whose targets are known, and whether the
        columns have names.
        """
        if y is None:
            raise ValueError(
                f"This {type(self).__name__} estimator requires y to be passed, but the target y "
                "is None; name the target columns of X, or give their values."
            )
        table, named = inputs.inputs_of(self, X)
        check_rows(table, "rows to learn from")
        names = inputs.target_names(table, y)
        if names is None:
            given, values = self._given_targets(y)
            inputs.check_lengths(table, values)
            known = None
        else:
            given, known = names, known_rows(table, names)
            if not len(known):
                raise TableError(
                    f"{table.source}: every row misses a target {', '.join(map(repr, names))}; "
                    "give rows with targets."
                )
        if sample_weight is not None:
            sample_weight = row_weights(sample_weight, np.zeros((table.rows, 1)), np.float64)
        if known is not None and names is not None:
            values = self._named_targets(table, names)
            dropped = table.rows - len(known)
            table = table.without(names)
            if dropped:
                self.notes_.append(
                    f"{table.source}: {dropped:,} of {table.rows:,} rows have no target and are "
                    "left out."
                )
                table, values = table.take(known), values[known]
                sample_weight = None if sample_weight is None else sample_weight[known]
            if not table.names:
                raise TableError(f"{table.source} has no columns besides the targets; add inputs.")
        if first:
            self.target_names_ = given
        return Rows(table, values, sample_weight), named

    def _judge(self, lesson: Lesson) -> None:
        """Compare what the network came to with the trivial baseline."""
        outputs = lesson.out_of_fold
        if outputs is None:
            outputs = self.network_.outputs(lesson.measured)
        compared, gains = self._compare(lesson.train_values, lesson.values, self._said(outputs))
        self.comparison_ = compared._replace(held_out=lesson.held_out)
        said = self._collapsed(self.comparison_, gains, lesson)
        if said:
            self.notes_.append(said)
            warn_once(said, CollapsedWarning)

    def _plan(self, rows: int) -> Plan:
        """Return how this table will be learned, and say so if it was left to us."""
        task = self.task_of(rows)
        defaults = signature(type(self)).parameters
        asked = [
            name
            for name in BATCH_WORDS
            if repr(getattr(self, name)) != repr(defaults[name].default)
        ]
        alone = any(one.needs_one_start for one in as_callbacks(self.callbacks))
        return make_plan(vars(self), task, asked, alone)

    def task_of(self, rows: int) -> Task:
        """Return what is to be learned of so many rows."""
        outputs, loss = self.learns()
        return Task(rows, self.preparation_.width, outputs, loss, ACTIVATIONS.find(loss.link))

    def _dtype(self) -> str:
        if self.dtype != "auto":
            return str(self.dtype)
        return "float32" if solver_of(self.plan_.solver) is None else "float64"

    def _words(self, rows: int, validate: bool, random: np.random.RandomState) -> dict[str, Any]:
        """Return the parameters of the MLP: a budget in steps becomes one in epochs."""
        plan = self.plan_
        return {
            **budget(vars(self), plan.solver, rows, validate, plan.iterations),
            **plan.parameters(),
            "random_state": int(random.randint(2**31 - 1)),
        }

    def prepared(
        self, X: Any, y: Any, sample_weight: Any, dtype: Any
    ) -> tuple[Column, Column, Column | None]:
        """Return rows as the fitted network would learn them: inputs, targets, weights."""
        self.notes_ = []
        rows, _ = self._rows(X, y, sample_weight, False)
        named = inputs.target_names(inputs.inputs_of(self, X)[0], y) is not None
        table = inputs.matched(self, rows.table if named else X)
        matrix = self.preparation_.transform(table, dtype)
        return matrix, self._encode_targets(rows.values), rows.weights

    def divided(self, X: Any, y: Any) -> tuple[Rows, Split]:
        """Return the rows whose targets are known, and which of them `fit` trains on and holds out.

        Arguments are those of `fit`. The model, which is fitted, is not changed; with a
        `random_state` that is no number the split is that of the last fit, if these are its rows.
        """
        check_is_fitted(self, "preparation_")
        notes, self.notes_ = self.notes_, []
        try:
            rows, _ = self._rows(X, y, None, False)
        finally:
            self.notes_ = notes
        found: Split = self.split_
        if len(found.train) + len(found.held) == len(rows.values):
            return rows, found
        if vars(self).get("candidates_"):
            # every row was trained on by most of the networks
            return rows, everything(len(rows.values), found.how)
        evidence, classes = is_bayesian(self.plan_.solver), self._classes_of(rows.values)
        random = generator(self.random_state)
        return rows, table_split(vars(self), rows, classes, evidence, False, random)[0]

    def encoded(self, table: Table, values: Column, dtype: Any) -> tuple[Column, Column]:
        """Return rows of `divided` as the fitted network learns them: inputs and targets."""
        targets = self._encode_targets(values)
        return self.preparation_.transform(table, dtype), _as_dtype(targets, np.dtype(dtype))

    def _watched(self, X: Any, y: Any) -> tuple[Any, Any]:
        given, _ = self._rows(X, self.target_names_ if y is None else y, None, False)
        return self.encoded(given.table, given.values, np.dtype(self._dtype()))

    @property
    def is_stacked(self) -> bool:
        """Whether the model's networks were trained in several ways, and count by rows not seen."""
        plan: Plan | None = vars(self).get("plan_")
        return plan is not None and plan.combine == STACK

    @property
    def solver_reason_(self) -> str:
        """Why the solver was taken; see the class."""
        plan: Plan | None = vars(self).get("plan_")
        return str(attribute_of(self, "solver_reason_") if plan is None else plan.reason)

    # -- prediction

    def _member(self, index: int) -> Any:
        check_is_fitted(self, "network_")
        one = copy.copy(self)
        # of all networks together
        for name in OF_CONTEST:
            one.__dict__.pop(name, None)
        one.network_ = self.network_.member(index)
        return one


def _as_dtype(targets: Column, dtype: Any) -> Column:
    return targets.astype(dtype) if targets.dtype.kind == "f" else targets
