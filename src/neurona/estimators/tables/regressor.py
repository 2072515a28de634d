"""TableRegressor: one or several quantities from a table."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY
from typing import Any, Literal

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array

from neurona import metrics
from neurona.data.table import Column, Table
from neurona.data.targets import NumericTargets, numeric_targets
from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.estimators.constructors import constructed
from neurona.estimators.error_bars import HasErrorBars
from neurona.estimators.given import targets_given
from neurona.estimators.mlp.regressor import MLPRegressor
from neurona.estimators.parameters import Activations, Sizes
from neurona.estimators.sentences import in_a_sentence
from neurona.estimators.tables import inputs
from neurona.estimators.tables.base import BaseTable
from neurona.estimators.tables.clear import (
    LEAST_GAIN,
    is_clear,
    is_clear_of_most,
    what_would_tell,
)
from neurona.estimators.tables.learning import Lesson
from neurona.estimators.tables.of_network import attribute_of
from neurona.estimators.tables.own_rows import over_fits
from neurona.estimators.tables.parameters import QUANTITY_TABLE_ATTRIBUTES, TABLE_PARAMETERS
from neurona.estimators.tables.scored import ScoresNamedTargets
from neurona.estimators.validated import placed
from neurona.inference.answers import flat
from neurona.inference.in_units import in_units
from neurona.inference.learned import Comparison
from neurona.inference.uncertainty import Uncertainty, measured_uncertainty
from neurona.numerics.losses import LOSSES, Loss
from neurona.spelling import parameter


@constructed(TABLE_PARAMETERS, QUANTITY_TABLE_ATTRIBUTES)
class TableRegressor(ScoresNamedTargets, RegressorMixin, HasErrorBars, BaseTable):
    """Predict quantities from a table: columns are prepared, targets scaled, the best network kept.

    Parameters
    ----------
    split : {"auto", "random", "group", "time", "last", "none"}
        How held-out rows are chosen: by lot, whole groups or the latest by `split_column`, the last
        ones. With fewer than 10 rows none are.

    Attributes
    ----------
    targets_ : NumericTargets
        How targets are scaled.

    network_ : MLPRegressor
        The network, on prepared inputs and scaled targets.

    comparison_ : Comparison
        The model beside the mean on the held-out rows.

    task_ : Task
        "regression".

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import TableRegressor
    >>> r = np.random.default_rng(0)
    >>> table = {"angle": r.uniform(-3, 3, 400), "motor": r.choice(["a", "b"], 400)}
    >>> table["torque"] = 1000 * np.sin(table["angle"]) + 300 * (table["motor"] == "b")
    >>> model = TableRegressor(steps=2000, random_state=0).fit(table, "torque")
    >>> bool(abs(model.predict({"motor": ["b"], "angle": [0.5]})[0] - 779) < 50)
    True
    """

    hidden_layer_sizes: Sizes | Literal["auto"] = "auto"
    activation: Activations = "auto"
    _: KW_ONLY
    loss: str | Loss = "squared_error"
    split: Literal["auto", "random", "group", "time", "last", "none"] = "auto"
    target_transform: Literal["none", "log", "sqrt", "yeo_johnson"] = "none"

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Predict the targets of the rows of X, in their own units.

        Parameters
        ----------
        X : as in `fit`; columns are found by name, in any order, and others are ignored
        return_std : bool, default=False
            Whether to return standard deviations, too (solver "bayesian-lm" only).

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets), float64
        std : ndarray of the same shape, if asked for
            How far a new observation is expected from y: noise and weights together.

        Raises
        ------
        TableError
            A missing column, or a cell that is not of its column's kind.
        """
        if return_std:
            found = self.predict_uncertainty(X)
            return found.mean, found.std
        return self._predict(self._matrix(X))

    def _uncertainty(self, X: Any) -> Uncertainty:
        matrix = self._matrix(X)
        errors, scale = (vars(self).get(name) for name in ("held_out_errors_", "noise_scale_"))
        known = measured_uncertainty(self.network_.learned().predicting, matrix, errors, scale)
        return in_units(known, self.targets_).mapped(flat)

    @property
    def noise_(self) -> Column:
        """How far the targets (or what was learned of them) scatter, of "bayesian-lm"; see the
        class.
        """
        scaled: Column = attribute_of(self, "noise_") * np.abs(np.asarray(self.targets_.scale))
        return scaled

    def _predict(self, matrix: Column) -> Column:
        return self._said(self.network_.predict(matrix).reshape(len(matrix), -1))

    def _outputs_of(self, lesson: Lesson) -> tuple[Column, Column | None]:
        targets = np.asarray(lesson.targets, float)
        return targets.reshape(len(targets), -1), lesson.weights

    def _said(self, outputs: Column) -> Column:
        restored = self.targets_.back(outputs)
        return restored.ravel() if restored.shape[1] == 1 else restored

    def _named_targets(self, table: Table, names: list[str]) -> Column:
        values = numeric_targets(table, names)
        return values.ravel() if len(names) == 1 else values

    def _given_targets(self, y: Any) -> tuple[list[str], Column]:
        table = inputs.target_table(y)
        if table is None:
            values = targets_given(y, numeric=True)
        else:
            values = numeric_targets(table, table.names)
        try:
            values = check_array(
                values, ensure_2d=False, dtype=np.float64, input_name="y", estimator=self
            )
        except (ValueError, TypeError, OverflowError) as error:
            raise placed(in_a_sentence(error, "y", values), y=values) from None
        if values.ndim == 2 and values.shape[1] == 1:
            values = values.ravel()
        count = 1 if values.ndim == 1 else values.shape[1]
        return inputs.values_names(y, count) if table is None else table.names, values

    def _learn_targets(self, values: Column) -> None:
        self.task_ = Task.REGRESSION
        matrix = values.reshape(len(values), -1)
        loss = LOSSES.find(self.loss)
        # what must lie within bounds is not moved past them
        center, scaled = loss.target_low == -math.inf, loss.target_high == math.inf
        if self.target_transform != "none" and not (center and scaled):
            raise IncompatibleError(
                f"{parameter('loss', self.loss)} needs targets within bounds, and a transform "
                f"moves them; leave {parameter('target_transform', self.target_transform)} out."
            )
        self.targets_ = NumericTargets.fit(
            self.target_names_, matrix, center, scaled, self.target_transform
        )
        for name, column in zip(self.target_names_, matrix.T, strict=True):
            if len(column) > 1 and (column == column[0]).all():
                self.notes_.append(
                    f"Target {name!r} is {column[0]:g} in every row; the model can only say that."
                )

    def _encode_targets(self, values: Column) -> Column:
        scaled = self.targets_.forward(values.reshape(len(values), -1))
        return scaled.ravel() if scaled.shape[1] == 1 else scaled

    def _classes_of(self, values: Column) -> Column | None:
        return None

    def learns(self) -> tuple[int, Loss]:
        """Return the number of outputs and the loss."""
        return len(self.target_names_), LOSSES.find(self.loss)

    def new_network(self, words: dict[str, Any]) -> Any:
        """Return an unfitted MLP for what is to be learned."""
        return MLPRegressor(loss=self.loss, **words)

    def _compare(self, train: Column, values: Column, said: Column) -> tuple[Comparison, Column]:
        train, values = train.reshape(len(train), -1), values.reshape(len(values), -1)
        # in units of the spread, so that no square leaves the finite numbers
        scale = np.array(self.targets_.spread)
        errors = (values - said.reshape(values.shape)) / scale
        middle = usual = (values - np.median(train, axis=0)) / scale
        if LOSSES.find(self.loss).baseline == "median":
            name, mean = "mae", metrics.mae
            gains = np.abs(usual) - np.abs(errors)
        else:
            name, mean = "rmse", metrics.rmse
            usual = (values - train.mean(axis=0)) / scale
            gains = usual**2 - errors**2
        ours, trivial = ((mean(each) * scale).tolist() for each in (errors, usual))
        # of heavy tails a few rows decide on the mean of squares; most of them tell as well
        better = (gains.mean(axis=0) > 0) & np.array(is_clear_of_most(errors, middle))
        clear = (better | is_clear(gains)).tolist()
        return Comparison(name, ours, trivial, clear, len(values), True), gains

    def _collapsed(self, comparison: Comparison, gains: Column, lesson: Lesson) -> str | None:
        middle = LOSSES.find(self.loss).baseline
        if middle is None:
            # neither the mean nor the median is the trivial answer to, e.g., a quantile's loss
            return None
        for k, (target, scale, model, baseline, clear, gain) in enumerate(
            zip(
                self.target_names_,
                self.targets_.spread,
                comparison.model,
                comparison.baseline,
                comparison.clear,
                gains.T,
                strict=True,
            )
        ):
            # a constant target leaves nothing to beat
            if baseline > 1e-9 * scale and not clear:
                where = "held-out" if comparison.held_out else "training"
                why = what_would_tell(gain)
                if why and model < (1 - LEAST_GAIN) * baseline:
                    return (
                        f"The rows do not suffice to tell if the model of target {target!r} knows "
                        f"more than the {middle}: its {comparison.metric} of {model:.4g} on "
                        f"{comparison.rows:,} {where} rows is below the {baseline:.4g} of always "
                        f"saying the {middle}, {why}."
                    )
                of = f"target {target!r}"
                fits = over_fits(self, lesson, comparison, k, of, f"the {middle}")
                return fits or (
                    f"The model of target {target!r} collapsed to the {middle}: its "
                    f"{comparison.metric} of {model:.4g} on {comparison.rows:,} {where} rows is "
                    f"not clearly better than the {baseline:.4g} of always saying the {middle}; "
                    "check that the inputs tell something about it, give more rows or more steps."
                )
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
