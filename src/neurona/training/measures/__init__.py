"""Measures of a network's loss at some weights, on some rows; none changes anything.

| name | what it tells |
|---|---|
| `Place` | where: network, loss, weights, rows; `Place.of(training.problem)` |
| `sharpness`, `stable_rate` | the largest curvature, and the rate beyond which steps grow |
| `gradient_noise` | how many rows a batch needs to see more signal than noise |
| `unit_activity` | shares of units that are dead, and of values that are saturated |
| `layer_gradients` | how large the gradient is in each layer |

They work on the computation graph, in float64, whatever engine trains; `Place.of` takes every so
many rows where there are more than a measure needs.
"""

from neurona.training.measures.layers import LayerGradient, layer_gradients
from neurona.training.measures.noise import GradientNoise, gradient_noise
from neurona.training.measures.place import Place
from neurona.training.measures.sharpness import Sharpness, preconditioner, sharpness, stable_rate
from neurona.training.measures.units import UnitActivity, unit_activity

__all__ = [
    "GradientNoise",
    "LayerGradient",
    "Place",
    "Sharpness",
    "UnitActivity",
    "gradient_noise",
    "layer_gradients",
    "preconditioner",
    "sharpness",
    "stable_rate",
    "unit_activity",
]
