"""Drawings, with matplotlib (`pip install "neurona[plots]"`).

Each function returns the axes it drew on: those given as `ax`, or those of a new figure that needs
no display; `ax.figure.savefig("name.png")` writes it. Nothing is shown and no global setting of
matplotlib is read for colors or changed. What colors say, dashes, marks and widths say too.

>>> from neurona.reports import plots
>>> ax = plots.activation("tanh")
>>> ax.get_title(), ax.get_xlabel()
('tanh', 'sum z')
"""

from neurona.reports.plots.activation_chart import activation
from neurona.reports.plots.boundaries import decision_boundary, decision_line
from neurona.reports.plots.classification_charts import confusion
from neurona.reports.plots.landscapes import surface, surface_3d
from neurona.reports.plots.learning import learning_curves
from neurona.reports.plots.network_diagram import network
from neurona.reports.plots.neuron_diagram import neuron
from neurona.reports.plots.rate_chart import rate_curve
from neurona.reports.plots.regression_charts import parity, regression_fit, residuals
from neurona.reports.plots.relevance_chart import relevance

__all__ = [
    "activation",
    "confusion",
    "decision_boundary",
    "decision_line",
    "learning_curves",
    "network",
    "neuron",
    "parity",
    "rate_curve",
    "regression_fit",
    "relevance",
    "residuals",
    "surface",
    "surface_3d",
]
