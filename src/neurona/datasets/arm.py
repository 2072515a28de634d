"""A planar arm of two links that moves in a vertical plane: where it is, and what its motors do.

Angles are in radians. q1 is measured from the horizontal x axis, q2 from the first link; y points
up, against gravity. Each link is a rigid body with mass m, length l, its centre of mass at the
distance c from its joint, and the inertia I about that centre. With kinetic energy K and potential
energy P, Lagrange's equations d/dt dK/dq' - dK/dq + dP/dq = torque become

    torque = M(q) q'' + C(q, q') + G(q) + friction(q')

    M11 = I1 + I2 + m1 c1^2 + m2 (l1^2 + c2^2 + 2 l1 c2 cos q2)
    M12 = I2 + m2 (c2^2 + l1 c2 cos q2)
    M22 = I2 + m2 c2^2
    C1  = -m2 l1 c2 sin q2 (2 q1' q2' + q2'^2)
    C2  =  m2 l1 c2 sin q2 q1'^2
    G1  = (m1 c1 + m2 l1) g cos q1 + m2 c2 g cos(q1 + q2)
    G2  = m2 c2 g cos(q1 + q2)

M. Spong, S. Hutchinson, M. Vidyasagar, Robot Modeling and Control, 2006, section 7.4. Friction is
viscous plus Coulomb, whose jump at rest is smoothed over `stiction_speed`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.datasets.dataset import Array

Pair = tuple[float, float]


@dataclass(frozen=True)
class Arm:
    """Constants of the arm, in SI units; a pair is (first link, second link)."""

    masses: Pair = (2.0, 1.2)
    lengths: Pair = (0.5, 0.4)
    centres: Pair = (0.25, 0.18)
    inertias: Pair = (0.045, 0.018)
    gravity: float = 9.81
    viscous: Pair = (0.35, 0.18)
    coulomb: Pair = (0.6, 0.25)
    stiction_speed: float = 0.05


def tip(arm: Arm, angles: Array) -> Array:
    """Return the tip's position (rows x 2, in m) for joint angles (rows x 2)."""
    first, both = angles[:, 0], angles[:, 0] + angles[:, 1]
    l1, l2 = arm.lengths
    x = l1 * np.cos(first) + l2 * np.cos(both)
    y = l1 * np.sin(first) + l2 * np.sin(both)
    return np.column_stack([x, y])


def joint_angles(arm: Arm, tips: Array) -> Array:
    """Return the angles (rows x 2) that bring the tip there with q2 in [0, pi].

    The law of cosines gives q2; q1 is the direction of the tip less the corner at the shoulder. A
    position out of reach gives nan.
    """
    x, y = tips[:, 0], tips[:, 1]
    l1, l2 = arm.lengths
    cosine = (x**2 + y**2 - l1**2 - l2**2) / (2 * l1 * l2)
    within = np.abs(cosine) <= 1 + 1e-12
    second = np.where(within, np.arccos(np.clip(cosine, -1, 1)), np.nan)
    first = np.arctan2(y, x) - np.arctan2(l2 * np.sin(second), l1 + l2 * np.cos(second))
    return np.column_stack([(first + np.pi) % (2 * np.pi) - np.pi, second])


def torques(arm: Arm, angles: Array, speeds: Array, accelerations: Array) -> Array:
    """Return the motors' torques (rows x 2, in N m) without friction; all arguments rows x 2."""
    (m1, m2), (c1, c2), (i1, i2) = arm.masses, arm.centres, arm.inertias
    l1, g = arm.lengths[0], arm.gravity
    q1, q2 = angles.T
    v1, v2 = speeds.T
    a1, a2 = accelerations.T
    coupling = m2 * l1 * c2 * np.cos(q2)
    m11 = i1 + i2 + m1 * c1**2 + m2 * (l1**2 + c2**2) + 2 * coupling
    m12 = i2 + m2 * c2**2 + coupling
    m22 = i2 + m2 * c2**2
    turning = m2 * l1 * c2 * np.sin(q2)
    weight2 = m2 * c2 * g * np.cos(q1 + q2)
    weight1 = (m1 * c1 + m2 * l1) * g * np.cos(q1) + weight2
    first = m11 * a1 + m12 * a2 - turning * (2 * v1 * v2 + v2**2) + weight1
    second = m12 * a1 + m22 * a2 + turning * v1**2 + weight2
    return np.column_stack([first, second])


def friction(arm: Arm, speeds: Array) -> Array:
    """Return the torques (rows x 2, in N m) that friction in the joints asks for."""
    dry: Array = np.array(arm.coulomb) * np.tanh(speeds / arm.stiction_speed)
    return np.array(arm.viscous) * speeds + dry
