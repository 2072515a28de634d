"""The arm's equations, held against energies worked out from its bodies' motion alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from neurona.datasets import load
from neurona.datasets.arm import Arm, friction, joint_angles, tip, torques

ARM = Arm()


def trajectory(time):
    """A smooth motion of both joints; works for complex times, too."""
    return np.column_stack(
        [0.7 * np.sin(1.3 * time) + 0.4 * time, 1.1 * np.cos(0.9 * time) - 0.3 * time**2]
    )


def derivatives(time, h=1e-4):
    positions = trajectory(time)
    speeds = trajectory(time + 1e-30j).imag / 1e-30
    after, before = (trajectory(time + s * h + 1e-30j).imag / 1e-30 for s in (1, -1))
    return positions, speeds, (after - before) / (2 * h)


def centres(arm, time):
    q = trajectory(time)
    (l1, _), (c1, c2) = arm.lengths, arm.centres
    first, both = q[:, 0], q[:, 0] + q[:, 1]
    one = np.column_stack([c1 * np.cos(first), c1 * np.sin(first)])
    two = np.column_stack(
        [l1 * np.cos(first) + c2 * np.cos(both), l1 * np.sin(first) + c2 * np.sin(both)]
    )
    return one, two, first, both


def energy(arm, time):
    """m v^2 / 2 + I w^2 / 2 + m g height, with velocities from a complex step in time."""
    step = 1e-30
    still, moving = centres(arm, time), centres(arm, time + 1j * step)
    total = 0.0
    for body in range(2):
        velocity = moving[body].imag / step
        spin = moving[2 + body].imag / step
        mass, inertia = arm.masses[body], arm.inertias[body]
        total = total + mass * (velocity**2).sum(axis=1) / 2 + inertia * spin**2 / 2
        total = total + mass * arm.gravity * still[body][:, 1]
    return total


def test_power_of_the_motors_is_the_rate_of_the_energy():
    time, h = np.linspace(0, 3, 200), 1e-5
    angles, speeds, accelerations = derivatives(time)
    power = (torques(ARM, angles, speeds, accelerations) * speeds).sum(axis=1)
    rate = (energy(ARM, time + h) - energy(ARM, time - h)) / (2 * h)
    np.testing.assert_allclose(power, rate, rtol=1e-6, atol=1e-6)


def test_at_rest_the_torque_is_the_slope_of_the_height():
    random = np.random.default_rng(0)
    angles, zero, h = random.uniform(-3, 3, (50, 2)), np.zeros((50, 2)), 1e-6

    def potential(q):
        (m1, m2), (c1, c2), l1 = ARM.masses, ARM.centres, ARM.lengths[0]
        both = q[:, 0] + q[:, 1]
        return ARM.gravity * (
            m1 * c1 * np.sin(q[:, 0]) + m2 * (l1 * np.sin(q[:, 0]) + c2 * np.sin(both))
        )

    for joint in range(2):
        shift = h * np.eye(2)[joint]
        slope = (potential(angles + shift) - potential(angles - shift)) / (2 * h)
        np.testing.assert_allclose(torques(ARM, angles, zero, zero)[:, joint], slope, atol=1e-7)


def test_without_gravity_a_stretched_arm_turning_steadily_needs_no_torque():
    arm = dataclasses.replace(ARM, gravity=0.0)
    zero = np.zeros((1, 2))
    result = torques(arm, np.array([[0.4, 0.0]]), np.array([[2.0, 0.0]]), zero)
    np.testing.assert_allclose(result, 0, atol=1e-12)


def test_friction_always_takes_energy():
    speeds = np.random.default_rng(1).uniform(-4, 4, (200, 2))
    assert (friction(ARM, speeds) * speeds >= 0).all()
    at_speed = friction(ARM, np.array([[2.0, -2.0]]))[0]
    np.testing.assert_allclose(at_speed, [0.6 + 0.35 * 2, -0.25 - 0.18 * 2], rtol=1e-9)


def test_inverse_kinematics_undoes_forward_kinematics():
    random = np.random.default_rng(2)
    angles = np.column_stack([random.uniform(-3.1, 3.1, 500), random.uniform(0.01, 3.1, 500)])
    np.testing.assert_allclose(joint_angles(ARM, tip(ARM, angles)), angles, atol=1e-9)


def test_out_of_reach_is_nan():
    assert np.isnan(joint_angles(ARM, np.array([[2.0, 0.0]]))).all()


def test_the_kinematics_set_is_the_inverse_of_the_geometry():
    data = load("robot-arm-inverse-kinematics", rows=300, seed=5)
    np.testing.assert_allclose(tip(ARM, data.y), data.X, atol=1e-12)
    np.testing.assert_allclose(joint_angles(ARM, data.X), data.y, atol=1e-9)


def test_the_dynamics_set_without_noise_obeys_the_equations():
    data = load("robot-arm", rows=500, seed=3, noise=0.0)
    q, v, a = data.X[:, :2], data.X[:, 2:4], data.X[:, 4:]
    np.testing.assert_allclose(data.y, torques(ARM, q, v, a) + friction(ARM, v), rtol=1e-12)


def test_what_is_attainable_is_what_the_description_says():
    data = load("robot-arm")
    q, v, a = data.X[:, :2], data.X[:, 2:4], data.X[:, 4:]
    error = data.y - torques(ARM, q, v, a) - friction(ARM, v)
    explained = 1 - error.var(axis=0) / data.y.var(axis=0)
    assert explained == pytest.approx([0.9995, 0.9995], abs=2e-4)
