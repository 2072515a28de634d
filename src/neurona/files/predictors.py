"""load_predictor: the model in a file, ready to answer, without its estimator."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from neurona.errors import FormatError
from neurona.files.container import MAX_BYTES, Container, read
from neurona.files.fields import Arrays, entry
from neurona.files.fitted import decode_fitted
from neurona.files.fitted_table import decode_fitted_table
from neurona.inference.predictors import NetworkPredictor, TablePredictor

KIND = "model"
Maker = Callable[[Any, Arrays], Any]


def _network(classifies: bool) -> Maker:
    def make(document: Any, arrays: Arrays) -> Any:
        state = decode_fitted(document, arrays, "", classifies)
        return None if state is None else NetworkPredictor(state)

    return make


def _table(classifies: bool) -> Maker:
    def make(document: Any, arrays: Arrays) -> Any:
        state = decode_fitted_table(document, arrays, "", classifies)
        return None if state is None else TablePredictor(state)

    return make


MAKERS: dict[str, Maker] = {
    "MLPRegressor": _network(False),
    "MLPClassifier": _network(True),
    "TableRegressor": _table(False),
    "TableClassifier": _table(True),
}
"""The classes that can answer without their estimator; others are loaded with it."""


def load_predictor(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Any:
    """Return the model in a file that `save` wrote, to predict with; None if it is not fitted.

    The answers are those of `load`, which this is for classes outside MAKERS. Raises as `load`
    does.
    """
    return predictor_of(read(path, max_bytes), path)


def predictor_of(container: Container, path: str | os.PathLike[str]) -> Any:
    """Return the predictor in a container that was read from `path`."""
    try:
        if container.kind != KIND:
            raise FormatError(f"it holds a {container.kind[:60]!r}, not a model")
        document, arrays = entry(container.document, "model", dict), Arrays(container.arrays)
        maker = MAKERS.get(entry(document, "class", str))
        if maker is not None:
            found = maker(document, arrays)
            arrays.finish()
            return found
    except FormatError as error:
        raise FormatError(f"{os.fspath(path)!r} cannot be read: {error}") from None
    except Exception as error:
        # nothing that is known to come here; a stranger's file must not get further
        raise FormatError(f"{os.fspath(path)!r} cannot be read: {error!r}") from error
    from neurona.files.models import model_of

    return model_of(container, path)
