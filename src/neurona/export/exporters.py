"""The exporters: a function for each language or program that a model can be taken to.

One from another distribution is an entry point of the group `neurona.exporters`, whose name is what
users say: `carry = "their_package:write"`. It is imported when it is first used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from neurona.errors import UnknownNameError
from neurona.nearest import unknown
from neurona.plugins import outside

GROUP = "neurona.exporters"
Exporter = Callable[..., Any]
"""`write(model: Exportable, path, **options)`: writes files as a whole, or nothing; what it returns
is said as one line.
"""


class Exporters:
    """Exporters by name: those that were added, and those of other distributions.

    A name that was added counts more than an entry point of the same name.
    """

    def __init__(self, group: str) -> None:
        self.group = group
        self._loaders: dict[str, Callable[[], Exporter]] = {}

    def add(self, name: str, loader: Callable[[], Exporter]) -> None:
        """Make an exporter known; `loader` imports it and returns it."""
        self._loaders[name] = loader

    def find(self, name: str) -> Exporter:
        """Return the exporter of a name; UnknownNameError lists the known ones."""
        loader = self._loaders.get(name) or outside(self.group).get(name)
        if loader is None:
            raise UnknownNameError(unknown("exporter", name, self, {"excel": "xlsx"}))
        return loader()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._loaders, *outside(self.group)}))

    def __contains__(self, name: object) -> bool:
        return name in set(self)


EXPORTERS = Exporters(GROUP)


def _xlsx() -> Exporter:
    from neurona.export.excel.workbook import write_workbook

    return write_workbook


def _code(language: str) -> Exporter:
    from neurona.export.code.writing import writer

    return writer(language)


EXPORTERS.add("xlsx", _xlsx)


def _onnx() -> Exporter:
    from neurona.export.tensors.writing import write_onnx

    return write_onnx


def _fmu() -> Exporter:
    from neurona.export.code.fmu import write_fmu

    return write_fmu


LANGUAGES = ("c", "python", "javascript", "matlab", "st")
"""The exporters that print the one form in between."""
for _language in LANGUAGES:
    EXPORTERS.add(_language, partial(_code, _language))
EXPORTERS.add("onnx", _onnx)
EXPORTERS.add("fmu", _fmu)
FOLDERS = (*LANGUAGES, "onnx", "fmu")
"""The exporters that write several files into a folder, with a name."""


def write(model: Any, path: str | os.PathLike[str], to: str, **options: Any) -> Any:
    """Write a fitted model with the exporter of a name.

    Parameters
    ----------
    model : as in `exportable`
    path : str or PathLike
        The file to write; of a language, the folder.
    to : str
        A name in `EXPORTERS`: "xlsx", "c", "python", ..., or one that another distribution brings.
    **options
        The exporter's own.

    Returns
    -------
    written : object or None
        What the exporter says of it; of a language, a `Written`.

    Raises
    ------
    UnknownNameError
        There is no such exporter.
    PluginError
        It is another distribution's, and cannot be loaded.

    Examples
    --------
    >>> import tempfile, neurona
    >>> gate = neurona.neuron.gate("AND")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     neurona.export.write(gate, f"{folder}/and.xlsx", "xlsx")
    """
    from neurona.export.convert import exportable

    return EXPORTERS.find(to)(exportable(model), path, **options)
