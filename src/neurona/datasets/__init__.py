"""Datasets that are always there: generated from a seed, or bundled with scikit-learn. No network.

>>> from neurona import datasets
>>> arm = datasets.load("robot-arm", rows=100, seed=1)
>>> arm.X.shape, arm.y.shape, arm.target_names
((100, 6), (100, 2), ('torque_1', 'torque_2'))
"""

# the modules register their sets when they are imported
from neurona.datasets import bundled, kinematics, robot_arm, toys  # noqa: F401
from neurona.datasets.catalog import load, names
from neurona.datasets.dataset import Dataset

__all__ = ["Dataset", "load", "names"]
