"""neurona: feed-forward neural networks for tables, trained fast.

Public names are imported when they are first used, so that `import neurona` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.on_demand import on_demand

if TYPE_CHECKING:
    from neurona import autodiff, datasets, export, neuron, surfaces
    from neurona.data.preparation import Preparation
    from neurona.data.read import read_table
    from neurona.data.table import Table
    from neurona.diagnosis import diagnose
    from neurona.errors import (
        CollapsedWarning,
        DivergenceError,
        DivergenceWarning,
        FormatError,
        IncompatibleError,
        NeuronaError,
        TableError,
        TableWarning,
        UnknownNameError,
    )
    from neurona.estimators.advice import advise_batch, find_rate
    from neurona.estimators.begin import begin, finish
    from neurona.estimators.layers.adaline import Adaline
    from neurona.estimators.layers.perceptron import Perceptron
    from neurona.estimators.mlp.autoencoder import Autoencoder
    from neurona.estimators.mlp.classifier import MLPClassifier
    from neurona.estimators.mlp.graph import computation_graph
    from neurona.estimators.mlp.regressor import MLPRegressor
    from neurona.estimators.tables.autoencoder import TableAutoencoder
    from neurona.estimators.tables.classifier import TableClassifier
    from neurona.estimators.tables.larger import Blocks
    from neurona.estimators.tables.regressor import TableRegressor
    from neurona.files import Checkpoint, load, save
    from neurona.insight.reporting import report
    from neurona.laboratory.front import lab
    from neurona.numerics.graph_loss import GraphLoss
    from neurona.observers.limit import Limit
    from neurona.observers.log import Log
    from neurona.observers.prune import Prune
    from neurona.observers.tensorboard import TensorBoard
    from neurona.observers.watch import Watch
    from neurona.optimizers.minimize import least_squares, minimize
    from neurona.runs.comparing.comparison import compare
    from neurona.runs.searching.front import search
    from neurona.tracing import check_gradient, trace
    from neurona.training.callbacks import Callback
    from neurona.training.history import EpochRecord, History

__version__ = "0.1.0"

_MODULES = ("autodiff", "datasets", "export", "neuron", "surfaces")

_HOME = {
    "Adaline": "neurona.estimators.layers.adaline",
    "Autoencoder": "neurona.estimators.mlp.autoencoder",
    "Blocks": "neurona.estimators.tables.larger",
    "Callback": "neurona.training.callbacks",
    "Checkpoint": "neurona.files",
    "CollapsedWarning": "neurona.errors",
    "DivergenceError": "neurona.errors",
    "DivergenceWarning": "neurona.errors",
    "EpochRecord": "neurona.training.history",
    "FormatError": "neurona.errors",
    "GraphLoss": "neurona.numerics.graph_loss",
    "History": "neurona.training.history",
    "IncompatibleError": "neurona.errors",
    "Limit": "neurona.observers.limit",
    "Log": "neurona.observers.log",
    "MLPClassifier": "neurona.estimators.mlp.classifier",
    "MLPRegressor": "neurona.estimators.mlp.regressor",
    "NeuronaError": "neurona.errors",
    "Perceptron": "neurona.estimators.layers.perceptron",
    "Preparation": "neurona.data.preparation",
    "Prune": "neurona.observers.prune",
    "Table": "neurona.data.table",
    "TableAutoencoder": "neurona.estimators.tables.autoencoder",
    "TableClassifier": "neurona.estimators.tables.classifier",
    "TableError": "neurona.errors",
    "TableRegressor": "neurona.estimators.tables.regressor",
    "TableWarning": "neurona.errors",
    "TensorBoard": "neurona.observers.tensorboard",
    "UnknownNameError": "neurona.errors",
    "Watch": "neurona.observers.watch",
    "advise_batch": "neurona.estimators.advice",
    "begin": "neurona.estimators.begin",
    "check_gradient": "neurona.tracing",
    "compare": "neurona.runs.comparing.comparison",
    "computation_graph": "neurona.estimators.mlp.graph",
    "diagnose": "neurona.diagnosis",
    "find_rate": "neurona.estimators.advice",
    "finish": "neurona.estimators.begin",
    "from_matlab": "neurona.files.foreign.matlab",
    "from_sklearn": "neurona.files.foreign.scikit",
    "lab": "neurona.laboratory.front",
    "least_squares": "neurona.optimizers.minimize",
    "load": "neurona.files",
    "minimize": "neurona.optimizers.minimize",
    "read_table": "neurona.data.read",
    "report": "neurona.insight.reporting",
    "save": "neurona.files",
    "search": "neurona.runs.searching.front",
    "trace": "neurona.tracing",
}

__all__ = [
    "Adaline",
    "Autoencoder",
    "Blocks",
    "Callback",
    "Checkpoint",
    "CollapsedWarning",
    "DivergenceError",
    "DivergenceWarning",
    "EpochRecord",
    "FormatError",
    "GraphLoss",
    "History",
    "IncompatibleError",
    "Limit",
    "Log",
    "MLPClassifier",
    "MLPRegressor",
    "NeuronaError",
    "Perceptron",
    "Preparation",
    "Prune",
    "Table",
    "TableAutoencoder",
    "TableClassifier",
    "TableError",
    "TableRegressor",
    "TableWarning",
    "TensorBoard",
    "UnknownNameError",
    "Watch",
    "__version__",
    "advise_batch",
    "autodiff",
    "begin",
    "check_gradient",
    "compare",
    "computation_graph",
    "datasets",
    "diagnose",
    "export",
    "find_rate",
    "finish",
    "from_matlab",
    "from_sklearn",
    "lab",
    "least_squares",
    "load",
    "minimize",
    "neuron",
    "read_table",
    "report",
    "save",
    "search",
    "surfaces",
    "trace",
]


__getattr__ = on_demand(__name__, _HOME, _MODULES)


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
