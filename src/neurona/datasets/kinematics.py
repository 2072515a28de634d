"""robot-arm-inverse-kinematics: which joint angles bring the tip of a two-link arm to a place."""

from __future__ import annotations

import numpy as np

from neurona.datasets.arm import Arm, tip
from neurona.datasets.catalog import generated
from neurona.datasets.dataset import Dataset


@generated("robot-arm-inverse-kinematics", rows=4000, noise=0.0)
def inverse_kinematics(rows: int, noise: float, random: np.random.Generator) -> Dataset:
    """Draw joint angles, compute where the tip is, and ask for the angles back."""
    arm = Arm()
    low, high = np.array([-np.pi / 2, 0.05 * np.pi]), np.array([np.pi / 2, 0.95 * np.pi])
    angles = random.uniform(low, high, (rows, 2))
    tips = tip(arm, angles)
    return Dataset(
        name="robot-arm-inverse-kinematics",
        X=tips + noise * random.standard_normal(tips.shape),
        y=angles,
        input_names=("x", "y"),
        target_names=("angle_1", "angle_2"),
        task="regression",
        description=(
            "Inverse kinematics of a two-link planar arm: the position of the tip, and the joint "
            "angles that bring it there. Of the two solutions the elbow is always bent the same "
            "way (angle_2 > 0), so the angles are a function of the position. `noise` is the "
            "standard deviation of the measured position in metres, 0 unless told otherwise."
        ),
        source=f"The arm's geometry (neurona/datasets/arm.py) with lengths {arm.lengths} m",
        input_units=("m", "m"),
        target_units=("rad", "rad"),
    )
