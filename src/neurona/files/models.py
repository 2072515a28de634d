"""save and load: which classes a file may hold, and how each is turned into data and back."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from neurona import __version__
from neurona.errors import FormatError
from neurona.estimators.layers.adaline import Adaline
from neurona.estimators.layers.perceptron import Perceptron
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.regressor import MLPRegressor
from neurona.estimators.tables.autoencoder import TableAutoencoder
from neurona.estimators.tables.classifier import TableClassifier
from neurona.estimators.tables.regressor import TableRegressor
from neurona.files.atomic import write_atomically
from neurona.files.autoencoder import decode_autoencoder, encode_autoencoder
from neurona.files.container import MAX_BYTES, Array, Container, pack, read
from neurona.files.fields import Arrays, entry
from neurona.files.layers import decode_layer, encode_layer
from neurona.files.mlp import decode_mlp, encode_mlp
from neurona.files.table_autoencoder import (
    decode_table_autoencoder,
    encode_table_autoencoder,
)
from neurona.files.tables import decode_table, encode_table

KIND = "model"


class ModelFormat(NamedTuple):
    """How a class is kept.

    `encode(model, arrays, prefix)` returns a JSON document and adds arrays whose names begin with
    the prefix; `decode(document, arrays, prefix)` returns the model, or raises FormatError. A model
    that has models inside calls `encode_model` and `decode_model` for them, with longer prefixes.
    """

    cls: type
    encode: Callable[[Any, dict[str, Array], str], dict[str, Any]]
    decode: Callable[[Any, Arrays, str], Any]


FORMATS: dict[str, ModelFormat] = {}
"""The fixed table: the class names that a file may say."""


def register(cls: type, encode: Any, decode: Any) -> None:
    """Add a class to the table, under its name."""
    FORMATS[cls.__name__] = ModelFormat(cls, encode, decode)


for _cls in (MLPRegressor, MLPClassifier):
    register(_cls, encode_mlp, partial(decode_mlp, _cls))
register(Autoencoder, encode_autoencoder, decode_autoencoder)
register(TableAutoencoder, encode_table_autoencoder, decode_table_autoencoder)
for _table in (TableRegressor, TableClassifier):
    register(_table, encode_table, partial(decode_table, _table))
for _layer in (Perceptron, Adaline):
    register(_layer, encode_layer, partial(decode_layer, _layer))


def encode_model(model: Any, arrays: dict[str, Array], prefix: str = "") -> dict[str, Any]:
    """Return the document of a model of any class in the table."""
    known = FORMATS.get(type(model).__name__)
    if known is None or known.cls is not type(model):
        raise TypeError(
            f"A file cannot hold a {type(model).__module__}.{type(model).__qualname__}; it holds "
            f"{', '.join(FORMATS)}."
        )
    return {"class": type(model).__name__, **known.encode(model, arrays, prefix)}


def decode_model(document: Any, arrays: Arrays, prefix: str = "") -> Any:
    """Return the model that `encode_model` described."""
    name = entry(document, "class", str)
    if name not in FORMATS:
        raise FormatError(
            f"it holds a {name[:60]!r}, which is not one of {', '.join(FORMATS)}; it may be of a "
            "later version of neurona"
        )
    return FORMATS[name].decode(document, arrays, prefix)


def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Write a model to a file that `load` makes the same model of, bit for bit.

    The constructor's parameters, the weights, classes and feature names, the history, and the
    optimizer's state are kept, so that `partial_fit` and warm starts go on as if nothing had
    happened. `callbacks` are not kept. The file is replaced as a whole: if writing fails, the old
    one is as it was.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor, TableClassifier, Perceptron, Adaline, \
Autoencoder or TableAutoencoder
        Fitted or not.
    path : str or PathLike
        Conventionally ends in `.neurona`.

    Raises
    ------
    TypeError
        A parameter is a function or an object of a class that is not registered, or the model is of
        another class.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile, neurona
    >>> model = neurona.MLPRegressor(hidden_layer_sizes=(4,), random_state=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     neurona.save(model, f"{folder}/arm.neurona")
    ...     neurona.load(f"{folder}/arm.neurona")
    MLPRegressor(hidden_layer_sizes=(4,), random_state=0)
    """
    arrays: dict[str, Array] = {}
    document = {"versions": versions(), "model": encode_model(model, arrays)}
    write_atomically(path, pack(Container(KIND, document, arrays)))


def load(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Any:
    """Return the model in a file that `save` wrote. No code in the file is run; there is none.

    Parameters
    ----------
    path : str or PathLike
    max_bytes : int, default=2**30
        Larger files are refused: a limit to the memory that a stranger's file may take.

    Raises
    ------
    FormatError
        The file is damaged, hostile, of a later version, or not neurona's.
    OSError
        The file cannot be opened.
    """
    return model_of(read(path, max_bytes), path)


def model_of(container: Container, path: str | os.PathLike[str]) -> Any:
    """Return the model in a container that was read from `path`."""
    try:
        if container.kind != KIND:
            raise FormatError(f"it holds a {container.kind[:60]!r}, not a model")
        arrays = Arrays(container.arrays)
        model = decode_model(entry(container.document, "model", dict), arrays)
        arrays.finish()
    except FormatError as error:
        raise FormatError(f"{os.fspath(path)!r} cannot be read: {error}") from None
    except Exception as error:
        # nothing that is known to come here; a stranger's file must not get further
        raise FormatError(f"{os.fspath(path)!r} cannot be read: {error!r}") from error
    return model


def versions() -> dict[str, str]:
    """Return the versions of what wrote a file, for the curious; nothing depends on them."""
    found = {"neurona": __version__, "python": platform.python_version()}
    for package in ("numpy", "scipy", "numba", "scikit-learn"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
