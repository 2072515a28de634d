"""The picture of a training: well-formed, without a script, and what it draws."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np

from neurona.laboratory.session.course import Course
from neurona.laboratory.session.picture import MOST_UNITS, NEGATIVE, picture_of
from neurona.laboratory.session.spec import State

SVG = "{http://www.w3.org/2000/svg}"


def test_every_weight_is_a_line_and_every_loss_a_point() -> None:
    course = Course(State())
    assert "nothing is trained yet" in picture_of(course)
    course.go_to(30)
    root = ET.fromstring(picture_of(course))
    matrices, _ = course.training.network.views(course.training.weights)
    weights = np.concatenate([matrix.ravel() for matrix in matrices])
    lines = root.findall(f"{SVG}line")
    assert len(lines) == weights.size
    dashed = [line for line in lines if line.get("stroke-dasharray")]
    assert len(dashed) == (weights < 0).sum()
    assert all(line.get("stroke") == NEGATIVE for line in dashed)
    assert len(root.findall(f"{SVG}circle")) == sum(course.training.network.sizes)
    curves = [one.get("points", "").split() for one in root.findall(f"{SVG}polyline")]
    assert [len(points) for points in curves] == [30, 30]
    first, *_, last = (float(point.split(",")[1]) for point in curves[0])
    assert last > first  # down the picture is down in loss
    assert {one.tag for one in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "rect", "title", "text", "line", "circle", "path",
                                    "polyline")
    }  # fmt: skip


def test_a_large_network_and_losses_that_are_no_numbers_are_drawn() -> None:
    state = State()
    course = Course(replace(state, net=replace(state.net, hidden=(40,), activation=("tanh",))))
    course.go_to(2)
    course.set_weights(np.full_like(course.training.weights, np.nan))
    root = ET.fromstring(picture_of(course))
    assert len(root.findall(f"{SVG}circle")) == 2 + MOST_UNITS + 1
    assert f"+{40 - MOST_UNITS}" in {one.text for one in root.findall(f"{SVG}text")}
