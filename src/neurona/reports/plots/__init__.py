"""Drawings, with matplotlib.

A display holds the numbers of a chart, and draws them: `RocDisplay.from_estimator(model, X, y)`,
`.from_predictions(...)`, `.plot(ax)`; then it has `ax_` and `figure_`, and a `caption()` says its
main numbers. A function returns the axes it drew on: those given as `ax`, or those of a new figure
that needs no display; `ax.figure.savefig("name.png")` writes it. Nothing is shown and no global
setting of matplotlib is read for colors or changed. What colors say, dashes, marks and widths say
too.

>>> from neurona.reports import plots
>>> ax = plots.activation("tanh")
>>> ax.get_title(), ax.get_xlabel()
('tanh', 'sum z')
"""

from neurona.reports.plots.activation_chart import activation
from neurona.reports.plots.boundaries import decision_boundary, decision_line
from neurona.reports.plots.confusion_chart import ConfusionDisplay, confusion
from neurona.reports.plots.coverage_chart import CoverageDisplay
from neurona.reports.plots.dependence_chart import DependenceDisplay
from neurona.reports.plots.display import Display
from neurona.reports.plots.error_histogram import ErrorHistogramDisplay
from neurona.reports.plots.history_chart import HistoryDisplay, learning_curves
from neurona.reports.plots.importance_chart import ImportanceDisplay
from neurona.reports.plots.landscapes import surface, surface_3d
from neurona.reports.plots.network_diagram import network
from neurona.reports.plots.neuron_diagram import neuron
from neurona.reports.plots.parity_chart import ParityDisplay, parity
from neurona.reports.plots.precision_recall_chart import PrecisionRecallDisplay
from neurona.reports.plots.rate_chart import rate_curve
from neurona.reports.plots.regression_fit import regression_fit
from neurona.reports.plots.relevance_chart import RelevanceDisplay, relevance
from neurona.reports.plots.reliability_chart import ReliabilityDisplay
from neurona.reports.plots.residuals_chart import ResidualsDisplay, residuals
from neurona.reports.plots.roc_chart import RocDisplay
from neurona.reports.plots.training_state import TrainingStateDisplay
from neurona.reports.plots.weights_chart import WeightsDisplay

__all__ = [
    "ConfusionDisplay",
    "CoverageDisplay",
    "DependenceDisplay",
    "Display",
    "ErrorHistogramDisplay",
    "HistoryDisplay",
    "ImportanceDisplay",
    "ParityDisplay",
    "PrecisionRecallDisplay",
    "RelevanceDisplay",
    "ReliabilityDisplay",
    "ResidualsDisplay",
    "RocDisplay",
    "TrainingStateDisplay",
    "WeightsDisplay",
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
