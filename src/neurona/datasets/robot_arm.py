"""robot-arm: the inverse dynamics of a two-link arm, as a log of its sensors would show them."""

from __future__ import annotations

import numpy as np

from neurona.datasets.arm import Arm, friction, torques
from neurona.datasets.catalog import generated
from neurona.datasets.dataset import Array, Dataset

LARGEST = np.array([np.pi, 0.9 * np.pi, 3.0, 4.0, 10.0, 15.0])
"""Working range, plus and minus: two angles in rad, two speeds in rad/s, two accelerations."""


@generated("robot-arm", rows=8000, noise=0.01)
def robot_arm(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """Draw states from the working range and compute the torques; then every sensor errs."""
    arm = Arm()
    states = random.uniform(-LARGEST, LARGEST, (rows, 6))
    angles, speeds, accelerations = states[:, :2], states[:, 2:4], states[:, 4:]
    y = torques(arm, angles, speeds, accelerations) + friction(arm, speeds)
    inputs = states + noise * LARGEST / np.sqrt(3) * random.standard_normal(states.shape)
    measured = y + noise * _spread(y) * random.standard_normal(y.shape)
    return Dataset(
        name="robot-arm",
        X=inputs,
        y=measured,
        input_names=(
            "angle_1",
            "angle_2",
            "speed_1",
            "speed_2",
            "acceleration_1",
            "acceleration_2",
        ),
        target_names=("torque_1", "torque_2"),
        task="regression",
        description=(
            "Inverse dynamics of a two-link planar arm in a vertical plane: joint angles, speeds "
            "and accelerations, and the torques that the motors must give, with viscous and "
            "Coulomb friction. States are drawn uniformly from the working range. Every sensor "
            "has Gaussian noise; `noise` is its standard deviation as a share of the column's own, "
            "0.01 unless told otherwise, so no model can do much better than an R^2 of 0.9995."
        ),
        source=f"Lagrange's equations of motion (neurona/datasets/arm.py) with {arm}",
        input_units=("rad", "rad", "rad/s", "rad/s", "rad/s^2", "rad/s^2"),
        target_units=("N m", "N m"),
    )


def _spread(y: Array) -> Array:
    spread: Array = y.std(axis=0)
    return spread
