"""Taking a trained network where it is needed: one target, one function.

The public names are imported when they are first used: what a model file holds is exported without
scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.on_demand import on_demand

if TYPE_CHECKING:
    from neurona.export.code.doors import c, fmu, javascript, matlab, python, st
    from neurona.export.code.writing import Written
    from neurona.export.convert import exportable
    from neurona.export.excel.workbook import xlsx
    from neurona.export.exporters import EXPORTERS, write
    from neurona.export.source import Exportable
    from neurona.export.tensors.writing import onnx

_HOME = {
    "EXPORTERS": "neurona.export.exporters",
    "Exportable": "neurona.export.source",
    "Written": "neurona.export.code.writing",
    **dict.fromkeys(
        ("c", "fmu", "javascript", "matlab", "python", "st"), "neurona.export.code.doors"
    ),
    "exportable": "neurona.export.convert",
    "onnx": "neurona.export.tensors.writing",
    "write": "neurona.export.exporters",
    "xlsx": "neurona.export.excel.workbook",
}
__all__ = [
    "EXPORTERS",
    "Exportable",
    "Written",
    "c",
    "exportable",
    "fmu",
    "javascript",
    "matlab",
    "onnx",
    "python",
    "st",
    "write",
    "xlsx",
]


__getattr__ = on_demand(__name__, _HOME)
