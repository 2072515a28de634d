"""Gradient descent seen alone: surfaces to walk down, and optimizers that race.

| name | class | what it shows |
|---|---|---|
| quadratic | Quadratic | the learning rate, the condition number, oscillation, momentum |
| features | Features | features of unlike scale: a long narrow bowl |
| rosenbrock | Rosenbrock | a curved valley |
| beale | Beale | flat here, steep there |
| himmelblau | Himmelblau | four minima: the start decides |
| saddle | Saddle | a place without slope that is no minimum |
| plateau | Plateau | a plain without slope |
| rastrigin | Rastrigin | many local minima |

`LinearModel` is the error of a linear model by its weights (feature scaling); `of_network`,
`along_weights`, `along_directions` and `between` show the error of a network.

>>> from neurona import surfaces
>>> result = surfaces.race("rosenbrock", ["sgd", "adam"], steps=500, learning_rate=[0.001, 0.1])
>>> [path.diverged for path in result]
[False, False]
"""

from neurona.surfaces.base import SURFACES, Grid, SumOfSquares, Surface, Window, find_surface
from neurona.surfaces.classic import Beale, Himmelblau, Rosenbrock
from neurona.surfaces.error import ErrorSurface
from neurona.surfaces.features import Features
from neurona.surfaces.linear import LinearModel
from neurona.surfaces.models import along_directions, along_weights, between, of_network
from neurona.surfaces.quadratic import Quadratic
from neurona.surfaces.race import Path, Race, race
from neurona.surfaces.shapes import Plateau, Rastrigin, Saddle
from neurona.surfaces.stability import largest_stable_rate

__all__ = [
    "SURFACES",
    "Beale",
    "ErrorSurface",
    "Features",
    "Grid",
    "Himmelblau",
    "LinearModel",
    "Path",
    "Plateau",
    "Quadratic",
    "Race",
    "Rastrigin",
    "Rosenbrock",
    "Saddle",
    "SumOfSquares",
    "Surface",
    "Window",
    "along_directions",
    "along_weights",
    "between",
    "find_surface",
    "largest_stable_rate",
    "of_network",
    "race",
]
