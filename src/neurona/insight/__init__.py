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

from neurona.on_demand import on_demand

_HOME = {
    "CHARTS": "neurona.insight.charts",
    "Chart": "neurona.insight.charts",
    "Drawing": "neurona.insight.charts",
    "Exhibit": "neurona.insight.exhibit",
    "draw": "neurona.insight.drawing",
    "exhibit_of": "neurona.insight.exhibit",
    "report": "neurona.insight.reporting",
}

__all__ = ["CHARTS", "Chart", "Drawing", "Exhibit", "draw", "exhibit_of", "report"]


__getattr__ = on_demand(__name__, _HOME)
