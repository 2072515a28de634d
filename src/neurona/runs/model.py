"""A model from a file or a run folder, and what every command asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurona.runs.failures import Failure

if TYPE_CHECKING:
    import numpy as np

    from neurona.data.gather import ColumnType
    from neurona.data.table import Table
    from neurona.inference.provenance import SeenRows
    from neurona.inference.uncertainty import Uncertainty

FILE = "model.neurona"


def check_given(model: str, table: str) -> None:
    """Raise if a model or a table is not there, before what reads them is imported."""
    model_file(model)
    if table != "-" and not Path(table).is_dir():
        from neurona.data.read import open_file

        open_file(Path(table)).close()


def model_file(given: str) -> Path:
    """Return the model file that a person means: the file itself, or the one in a run folder."""
    path = Path(given)
    if path.is_dir():
        inside = path / FILE
        if not inside.is_file():
            raise Failure(
                f"The folder {given!r} has no {FILE}; name a model file, or a folder that "
                "`neurona train` wrote."
            )
        return inside
    if not path.exists():
        raise Failure(
            f"There is no model {given!r}; name a model file, or a folder that `neurona train` "
            "wrote."
        )
    return path


class Model:
    """A fitted model that reads tables: a table model, or an MLP with a column per input.

    `estimator` is the estimator, or its predictor (`inference.predictors`), which has the same
    names for what is asked of it here.
    """

    def __init__(self, estimator: Any, path: Path) -> None:
        self.estimator, self.path = estimator, path
        self.of_tables = hasattr(estimator, "preparation_")
        inside = estimator.network_ if self.of_tables else estimator
        self.inside = inside
        self.classifies = getattr(inside, "classes_", None) is not None
        if self.of_tables:
            self.task = str(estimator.task_)
            self.targets: list[str] = list(estimator.target_names_)
        else:
            count = int(estimator.n_outputs_)
            kind = _kind(estimator)
            self.task = {"multilabel-indicator": "multilabel"}.get(kind, str(kind))
            several = self.task in ("regression", "multilabel") and count > 1
            self.targets = [f"y{k + 1}" for k in range(count)] if several else ["y"]

    @property
    def classes(self) -> list[Any]:
        """The classes of one target, nothing for labels and quantities."""
        if not self.classifies or self.task == "multilabel":
            return []
        found: list[Any] = self.estimator.classes_.tolist()
        return found

    def inputs(self, names: Sequence[str], source: str) -> list[str]:
        """Return the columns that the model takes; a Failure if a table with these cannot fit."""
        if self.of_tables:
            return list(self.estimator.preparation_.needed)
        if getattr(self.estimator, "feature_names_in_", None) is not None:
            return [str(name) for name in self.estimator.feature_names_in_]
        count = self.estimator.n_features_in_
        if len(names) != count:
            raise Failure(
                f"{source} has {len(names)} columns but the model takes {count}, by position: "
                "it was trained on an array without names; give exactly these columns."
            )
        return list(names)

    def types(self, needed: Sequence[str]) -> dict[str, ColumnType]:
        """Return how the columns are to be read."""
        if self.of_tables:
            types: dict[str, ColumnType] = self.estimator.preparation_.types()
            return types
        return dict.fromkeys(needed, "number")

    def extra(self, names: Sequence[str], needed: Sequence[str]) -> list[str]:
        """Return the columns of a table that the model has no use for, targets left out."""
        known = {*needed, *self.targets}
        if self.of_tables:
            known |= {*self.estimator.preparation_.names, *self.estimator.left_out_}
        return [name for name in names if name not in known]

    def predict(self, table: Table) -> np.ndarray[Any, Any]:
        """Return the predictions, rows x targets."""
        return self._call("predict", table).reshape(table.rows, -1)  # type: ignore[no-any-return]

    def probabilities(self, table: Table) -> np.ndarray[Any, Any]:
        """Return the probabilities, rows x classes (or labels)."""
        return self._call("predict_proba", table).reshape(table.rows, -1)  # type: ignore[no-any-return]

    @property
    def has_error_bars(self) -> bool:
        """Whether the model knows how sure it is of the quantities that it predicts."""
        return bool(getattr(self.estimator, "has_error_bars", False))

    def uncertainty(self, table: Table) -> Uncertainty:
        """Return predictions and their standard deviations, rows x targets."""
        found: Uncertainty = self._call("predict_uncertainty", table)
        return found

    @property
    def has_sets(self) -> bool:
        """Whether the model knows which classes a row may well have."""
        return bool(getattr(self.estimator, "has_sets", False))

    def sets(self, table: Table, coverage: float) -> np.ndarray[Any, Any]:
        """Return which classes the set of each row has, rows x classes (or labels x 2)."""
        found: np.ndarray[Any, Any] = self._call("predict_set", table, coverage)
        return found

    @property
    def seen_rows(self) -> SeenRows | None:
        """The rows that the model was made of, None if it does not know them."""
        known = getattr(self.estimator, "provenance_", None)
        found: SeenRows | None = None if known is None else known.seen
        return found

    def _call(self, method: str, table: Table, *how: Any) -> Any:
        import warnings

        import numpy as np

        from neurona.data.encoders import numbers_of

        with warnings.catch_warnings():
            # the commands tell it themselves, once for all blocks
            warnings.simplefilter("ignore")
            if self.of_tables:
                return getattr(self.estimator, method)(table, *how)
            columns = [numbers_of(table, name) for name in table.names]
            for name, column in zip(table.names, columns, strict=True):
                missing = np.flatnonzero(np.isnan(column))
                if len(missing):
                    raise Failure(
                        f"{table.where(missing[0], name)}: the cell is missing, and the model "
                        "takes none; fill it, or train with `neurona train`, which handles them."
                    )
            return getattr(self.estimator, method)(np.column_stack(columns), *how)


def _kind(estimator: Any) -> str:
    """Return scikit-learn's name of the kind of an MLP's target."""
    known = getattr(estimator, "kind_", None)
    if known is None and hasattr(estimator, "labels") and hasattr(estimator, "classes_"):
        known = estimator.labels().kind
    return str(known or "regression")


def open_model(given: str) -> Model:
    """Load the model that a person named, to predict; FormatError or a Failure says why not."""
    path = model_file(given)
    from neurona.files.predictors import load_predictor

    predictor = load_predictor(path)
    check_readable(predictor, given)
    if predictor is None or not is_fitted(predictor):
        raise Failure(f"The model {given!r} was saved before it was trained; train it first.")
    return Model(predictor, path)


def is_fitted(estimator: Any) -> bool:
    """Whether an estimator, or a predictor, can predict."""
    return any(hasattr(estimator, name) for name in ("network_", "coefs_", "outputs"))


_UNREADABLE = {
    "Perceptron": "a Perceptron, a single layer",
    "Adaline": "an Adaline, a single layer",
    "Autoencoder": "an Autoencoder, which has no targets",
    "TableAutoencoder": "a TableAutoencoder, which has no targets",
}


def check_readable(estimator: Any, given: str) -> None:
    """Fail if a model is of a class that the commands do not read."""
    names = (cls.__name__ for cls in type(estimator).__mro__)
    what = next((_UNREADABLE[name] for name in names if name in _UNREADABLE), None)
    if what is not None:
        raise Failure(
            f"{given!r} holds {what}; the commands read networks and table models that predict. "
            "Load it in Python, with neurona.load."
        )


def is_model(given: str) -> bool:
    """Whether a path is a model's, or at least nothing that a table could be."""
    path = Path(given)
    if path.is_dir() or path.suffix == ".neurona":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(24)[8:] == b'{"__metadata__":'
