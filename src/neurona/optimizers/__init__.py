"""Optimizers: immutable values with the field's names, usable on a network or on any vector.

| name | class | mini-batches | numbers kept per weight |
|---|---|---|---|
| sgd | SGD | yes | 0 (1 with momentum) |
| momentum | SGD(momentum=0.9) | yes | 1 |
| nesterov | SGD(momentum=0.9, nesterov=True) | yes | 1 |
| adagrad | AdaGrad | yes | 1 |
| rmsprop | RMSProp | yes | 3 |
| adam | Adam | yes | 2 |
| amsgrad | Adam(amsgrad=True) | yes | 3 |
| adamw | AdamW | yes | 2 |
| nadam | Nadam | yes | 2 |
| adamax | Adamax | yes | 2 |
| adadelta | AdaDelta | yes | 2 |
| rprop | Rprop | no, full batch | 3 |
| lion | Lion | yes | 1 |

Every default is the paper's form; where libraries differ, the other form is an option (see each
file's head).

These step once per gradient. Full-batch solvers (`SOLVERS`: conjugate gradients, L-BFGS, Newton,
Levenberg-Marquardt, ...) are listed in `neurona.optimizers.solve`; `neurona.minimize` and
`neurona.least_squares` run either kind on any function.
"""

from neurona.optimizers.base import OPTIMIZERS, StepOptimizer, find
from neurona.optimizers.solve.bayesian_lm import BayesianLM
from neurona.optimizers.solve.bfgs import BFGS
from neurona.optimizers.solve.conjugate_gradient import (
    FletcherReeves,
    HestenesStiefel,
    PolakRibiere,
)
from neurona.optimizers.solve.gauss_newton import GaussNewton
from neurona.optimizers.solve.gradient_descent import GradientDescent
from neurona.optimizers.solve.lbfgs import LBFGS
from neurona.optimizers.solve.levenberg_marquardt import LevenbergMarquardt
from neurona.optimizers.solve.newton import Newton
from neurona.optimizers.solve.newton_cg import NewtonCG
from neurona.optimizers.solve.scg import SCG
from neurona.optimizers.solver import SOLVERS, Solver, find_solver
from neurona.optimizers.step.adadelta import AdaDelta
from neurona.optimizers.step.adagrad import AdaGrad
from neurona.optimizers.step.adam import Adam, AdamW
from neurona.optimizers.step.adamax import Adamax
from neurona.optimizers.step.lion import Lion
from neurona.optimizers.step.nadam import Nadam
from neurona.optimizers.step.rmsprop import RMSProp
from neurona.optimizers.step.rprop import Rprop
from neurona.optimizers.step.sgd import SGD
from neurona.optimizers.stepper import Stepper

__all__ = [
    "BFGS",
    "LBFGS",
    "OPTIMIZERS",
    "SCG",
    "SGD",
    "SOLVERS",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Adamax",
    "BayesianLM",
    "FletcherReeves",
    "GaussNewton",
    "GradientDescent",
    "HestenesStiefel",
    "LevenbergMarquardt",
    "Lion",
    "Nadam",
    "Newton",
    "NewtonCG",
    "PolakRibiere",
    "RMSProp",
    "Rprop",
    "Solver",
    "StepOptimizer",
    "Stepper",
    "find",
    "find_solver",
]
