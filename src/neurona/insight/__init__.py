"""Insight: charts of a fitted model by name, and the report that a colleague opens.

| name | what it is |
|---|---|
| `report` | writes what there is to say of a fitted model into one file, HTML or Markdown |
| `draw` | draws charts of a fitted model by their names: "parity", "roc", "importance" |
| `CHARTS`, `Chart` | the registry of charts by name, and the base of one |
| `Exhibit`, `exhibit_of` | a model and its rows by part: training, validation, test |

It stands above the diagnosis; pictures are drawn by `neurona.reports.plots`, pages by
`neurona.reports.page`.
"""

import importlib
from typing import Any

_HOME = {
    "CHARTS": "charts",
    "Chart": "charts",
    "Drawing": "charts",
    "Exhibit": "exhibit",
    "draw": "drawing",
    "exhibit_of": "exhibit",
    "report": "reporting",
}

__all__ = ["CHARTS", "Chart", "Drawing", "Exhibit", "draw", "exhibit_of", "report"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurona.insight' has no attribute {name!r}")
    return getattr(importlib.import_module(f"neurona.insight.{_HOME[name]}"), name)
