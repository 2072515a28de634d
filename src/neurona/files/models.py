"""save and load: which classes a file may hold, and how each is turned into data and back."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple, TypeVar

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
Class = TypeVar("Class", bound=type)


class ModelFormat(NamedTuple):
    """How a class is kept.

    `encode(model, arrays, prefix)` returns a JSON document and adds arrays whose names begin with
    the prefix; `decode(cls, document, arrays, prefix)` returns a model of the class, or raises
    FormatError. A model that has models inside calls `encode_model` and `decode_model` for them,
    with longer prefixes.
    """

    cls: type
    encode: Callable[[Any, dict[str, Array], str], dict[str, Any]]
    decode: Callable[[Any, Any, Arrays, str], Any]


FORMATS: dict[str, ModelFormat] = {}
"""The class names that a file may say: a file makes nothing else, and imports nothing."""


def register(cls: Class, encode: Any = None, decode: Any = None) -> Class:
    """Let files hold models of a class, under its name; also a decorator.

    A program that loads such a file imports the class first: a file imports nothing.

    Parameters
    ----------
    cls : class
        An estimator with `get_params`, by which its parameters are kept.
    encode, decode : function, default=None
        How it is kept (see `ModelFormat`), both or neither: without them as the nearest class that
        it inherits and that files hold, which is enough if `fit` leaves no more attributes.

    Returns
    -------
    cls : the same

    Raises
    ------
    TypeError
        It inherits no class that files hold, and says not how it is kept.
    ValueError
        The name is another class's.

    Examples
    --------
    >>> import tempfile, neurona
    >>> from neurona.files.models import FORMATS
    >>> @neurona.files.register
    ... class Forecaster(neurona.MLPRegressor):
    ...     pass
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     neurona.save(Forecaster(max_iter=9), f"{folder}/f.neurona")
    ...     neurona.load(f"{folder}/f.neurona")
    Forecaster(max_iter=9)
    >>> del FORMATS["Forecaster"]
    """
    name = cls.__name__
    known = FORMATS.get(name)
    if known is not None and known.cls.__module__ != cls.__module__:
        raise ValueError(f"files hold a class {name!r} already, {known.cls!r}")
    if encode is None or decode is None:
        inherited = [FORMATS[one.__name__] for one in cls.__mro__[1:] if is_kept(one)]
        if not inherited:
            raise TypeError(
                f"{name} inherits no class that files hold ({', '.join(FORMATS)}): say how it is "
                "kept, by `encode` and `decode`."
            )
        encode, decode = inherited[0].encode, inherited[0].decode
    FORMATS[name] = ModelFormat(cls, encode, decode)
    return cls


def is_kept(cls: type) -> bool:
    """Whether files hold models of just this class."""
    known = FORMATS.get(cls.__name__)
    return known is not None and known.cls is cls


for _mlp in (MLPRegressor, MLPClassifier):
    register(_mlp, encode_mlp, decode_mlp)
register(Autoencoder, encode_autoencoder, decode_autoencoder)
register(TableAutoencoder, encode_table_autoencoder, decode_table_autoencoder)
for _table in (TableRegressor, TableClassifier):
    register(_table, encode_table, decode_table)
for _layer in (Perceptron, Adaline):
    register(_layer, encode_layer, decode_layer)


def encode_model(model: Any, arrays: dict[str, Array], prefix: str = "") -> dict[str, Any]:
    """Return the document of a model of any class in the table."""
    cls = type(model)
    if not is_kept(cls):
        raise TypeError(
            f"A file cannot hold a {cls.__module__}.{cls.__qualname__}; it holds "
            f"{', '.join(FORMATS)}, and what `neurona.files.register` is told of."
        )
    return {"class": cls.__name__, **FORMATS[cls.__name__].encode(model, arrays, prefix)}


def decode_model(document: Any, arrays: Arrays, prefix: str = "") -> Any:
    """Return the model that `encode_model` described."""
    name = entry(document, "class", str)
    if name not in FORMATS:
        raise FormatError(
            f"it holds a {name[:60]!r}, which is not one of {', '.join(FORMATS)}; it may be of a "
            "later version of neurona, or of another package, to be imported first"
        )
    known = FORMATS[name]
    return known.decode(known.cls, document, arrays, prefix)


def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Write a model to a file that `load` makes the same model of, bit for bit.

    The constructor's parameters, the weights, classes and feature names, the history, and the
    optimizer's state are kept, so that `partial_fit` and warm starts go on as if nothing had
    happened. `callbacks` are not kept. The file is replaced as a whole: if writing fails, the old
    one is as it was.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor, TableClassifier, Perceptron, Adaline, \
Autoencoder, TableAutoencoder, or of a class that was registered
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

    Examples
    --------
    >>> import os, tempfile
    >>> import neurona
    >>> model = neurona.MLPRegressor(solver="lbfgs").fit([[0.0], [1.0]], [0.0, 1.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     neurona.save(model, os.path.join(folder, "model.neurona"))
    ...     loaded = neurona.load(os.path.join(folder, "model.neurona"))
    >>> bool((loaded.predict([[0.5]]) == model.predict([[0.5]])).all())
    True
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
