"""Taking a trained network where it is needed: one target, one function."""

from neurona.export.excel.workbook import xlsx

__all__ = ["xlsx"]
