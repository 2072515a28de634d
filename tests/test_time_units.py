"""NumPy's times have a unit where we write one: without one newer NumPys refuse them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCES = [
    path
    for path in sorted(Path(__file__).parent.parent.joinpath("src").rglob("*.py"))
    if "datetime64(" in (text := path.read_text("utf-8")) or "timedelta64(" in text
]


def without_unit(tree):
    """Return the lines on which a time or a span is made of one argument."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if getattr(call.func, "attr", "") in ("datetime64", "timedelta64")
        and len(call.args) + len(call.keywords) < 2
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_times_have_units(path):
    assert without_unit(ast.parse(path.read_text("utf-8"))) == []


def test_one_without_is_found():
    assert without_unit(ast.parse("import numpy as np\nx = np.datetime64('NaT')")) == [2]
