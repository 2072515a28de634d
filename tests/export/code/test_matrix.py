"""Every activation, with every task, on every kind of columns: exported, and near the model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from neurona.data.targets import NumericTargets
from neurona.data.task import Task
from neurona.export.code.program import program_of
from neurona.export.code.vectors import difference, vectors_of
from neurona.export.integers.writing import write_fixed
from neurona.export.source import Answers, Exportable, Layer, Layers
from neurona.numerics.activations import ACTIVATIONS
from tests.export.code import zoo

COLUMNS = ("table", "in pieces", "no missing", "arrays")
LABELS = np.array(["a", 'b"\\', "c*/"])
TASKS = {
    "quantity": (Task.REGRESSION, 1, "identity"),
    "quantities": (Task.REGRESSION, 3, "identity"),
    "within bounds": (Task.REGRESSION, 2, "tanh"),
    "two classes": (Task.BINARY, 1, "logistic"),
    "three classes": (Task.MULTICLASS, 3, "softmax"),
    "labels": (Task.MULTILABEL, 3, "logistic"),
}
EVERY = [(name, task, columns) for name in zoo.NAMES for task in TASKS for columns in COLUMNS]


@cache
def base(columns: str) -> Exportable:
    return zoo.case("several targets" if columns == "arrays" else columns)


def model_of(activation: str, task: str, columns: str) -> Exportable:
    """A model with random weights; of averaged networks where the number of letters is even."""
    found, (kind, outputs, end) = base(columns), TASKS[task]
    random = np.random.default_rng(len(activation) + 7 * len(task))
    inputs = len(found.features)

    def network() -> Layers:
        first = random.normal(size=(inputs, 4)) / np.sqrt(inputs)
        last = random.normal(size=(4, outputs))
        return Layers((
            Layer(first, random.normal(size=4) / 2, ACTIVATIONS.find(activation)),
            Layer(last, random.normal(size=outputs) / 2, ACTIVATIONS.find(end)),
        ))  # fmt: skip

    count = 2 if len(activation) % 2 == 0 else 1
    names = tuple(f"y{k}" for k in range(outputs))
    answers = Answers(kind, names, names)
    if kind is Task.REGRESSION and found.preparation is not None:
        scales = np.arange(1.0, outputs + 1)
        answers = replace(answers, scaling=NumericTargets(names, tuple(10 * scales), tuple(scales)))
    elif kind in (Task.BINARY, Task.MULTICLASS):
        classes = LABELS[: max(outputs, 2)]
        answers = Answers(kind, tuple(classes.tolist()), ("kind",), classes)
    elif kind is Task.MULTILABEL:
        answers = Answers(kind, names, names, np.arange(outputs))
    return replace(found, networks=tuple(network() for _ in range(count)), answers=answers)


def some_tasks(activation: str, columns: str) -> list[str]:
    """Every other task, so that each meets each activation, and each kind of columns."""
    first = (zoo.NAMES.index(activation) + COLUMNS.index(columns)) % 2
    return list(TASKS)[first::2]


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("activation", zoo.NAMES)
def test_statements_of_the_matrix(activation, columns):
    for task in some_tasks(activation, columns):
        model = model_of(activation, task, columns)
        for dtype, pairs, most in (
            ("float64", False, 1e-12), ("float32", False, 2e-5), ("float32", True, 5e-6),
        ):  # fmt: skip
            program = program_of(model, "pump", dtype, pairs=pairs)
            far = difference(model, program, vectors_of(program))
            assert far.rows >= 30, task
            if dtype == "float64" or model.answers.task is Task.REGRESSION:
                # rounding may put a row of the border on its other side
                assert far.largest <= most * (50 if activation == "exp" else 1), task


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("activation", zoo.NAMES)
def test_integers_of_the_matrix(activation, columns):
    rows = None
    if columns == "arrays":
        rows = np.random.default_rng(0).uniform(-2, 2, (500, 3))
    for task in some_tasks(activation, columns):
        model = model_of(activation, task, columns)
        for dtype in ("int16", "int32"):
            far = write_fixed(model, "pump", dtype, rows).difference
            if model.answers.task is not Task.REGRESSION:
                assert far.rms**2 <= 3e-3, task
            elif activation != "step":
                # of steps a row of the border is another row
                # what exp is given is magnified
                near = 5e-4 if activation == "exp" else 2e-5
                assert far.largest <= (1e-3 if dtype == "int16" else near), task


@pytest.mark.parametrize(("activation", "task", "columns"), EVERY[::11])
def test_onnx_of_the_matrix(activation, task, columns, tmp_path):
    pytest.importorskip("onnx", reason="onnx is not installed")
    from neurona.export.tensors.writing import write_onnx

    found = write_onnx(model_of(activation, task, columns), tmp_path, name="pump")
    assert found.difference.largest <= 1e-13 * (50 if activation == "exp" else 1)
