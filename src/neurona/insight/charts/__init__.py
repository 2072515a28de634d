"""Charts by name, each a value in a registry: which models it fits, and how it is drawn.

One more is a class in a family's file; from outside, `CHARTS.register("name")` over the class.
"""

import importlib

from neurona.insight.charts.chart import CHARTS, Chart, Drawing

# they register their charts, in the order in which these are drawn
for _family in ("training", "quantities", "classes", "inputs"):
    importlib.import_module(f"neurona.insight.charts.{_family}")

__all__ = ["CHARTS", "Chart", "Drawing"]
