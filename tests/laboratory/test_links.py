"""Links lead to the same weights, hold no path and no rows, and cannot ask for too much."""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.cli.commands.lab import plan_of_link, plan_of_source
from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.links import course_of_link, document_of, link_of, parts_of
from neurona.laboratory.session.shelf import Shelf
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.laboratory.session.starting import first_course
from neurona.laboratory.session.within import state_within_limits

SMALL = State(DataSpec(rows=30), NetSpec((3,), ("tanh",)), MethodSpec(batch=8))


def packed(document: Any) -> str:
    data = zlib.compress(json.dumps(document).encode())
    return "#s=" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_a_link_leads_to_the_same_weights() -> None:
    course = Course(SMALL)
    course.go_to(3)
    course.edit(c.MethodSet(rate=0.05))
    course.go_to(5)
    course.edit(c.NetworkGrow(0))
    course.edit(c.TablePaint(points=((0.1, 0.2, 1.0),)))
    course.edit(c.TimeFork(0, 4))
    course.go_to(7)
    link, note = link_of(course)
    assert not note and link.startswith("#s=") and len(link) <= 2_000 and "ticket" not in link
    again = course_of_link(f"http://127.0.0.1:8000/{link}&screen=neuron", Shelf())
    assert again.training.weights.tobytes() == course.training.weights.tobytes()
    assert [one.plain() for one in again.edits] == [one.plain() for one in course.edits]


def test_a_long_way_becomes_the_state_alone() -> None:
    course = Course(SMALL)
    for k in range(400):
        course.edit(c.WeightSet(0, k % 3, 0.001 * k * (k + 1.7) ** 0.5, k % 2))
    course.edit(c.MethodSet(rate=0.07))
    link, note = link_of(course)
    state, edits, epoch = parts_of(document_of(link))
    assert "401 changes are not in it" in note
    assert (state, edits, epoch) == (course.state, [], 0)


def test_a_link_calls_a_file_by_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pump.csv"
    path.write_text("a,b\n" + "\n".join(f"{k * k % 31},{k % 7}" for k in range(40)))
    course = first_course({"source": str(path), "file": True})
    course.go_to(2)
    link, _ = link_of(course)
    assert str(tmp_path) not in json.dumps(document_of(link))
    monkeypatch.chdir(tmp_path)
    again = first_course(plan_of_source(link))
    assert again.training.weights.tobytes() == course.training.weights.tobytes()
    path.write_text("a,b\n1,2\n")
    with pytest.raises(Refused, match=r"pump\.csv"):
        first_course(plan_of_source(link))


def test_the_command_line_takes_links() -> None:
    assert plan_of_link("http://127.0.0.1:1/#s=abc&screen=data&ticket=x") == {
        "link": "#s=abc", "view": "&screen=data", "beside": str(Path.cwd()),
    }  # fmt: skip
    assert plan_of_link("#lesson=xor-limit")["lesson"] == "xor-limit"
    assert plan_of_link("#nothing") == {}


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"rows": 10**9}}, {"net": {"hidden": [10**7]}}, {"net": {"hidden": [5] * 50}},
        {"method": {"epochs": 10**12}}, {"data": {"source": "/etc/passwd", "file": True}},
        {"first": {"data": {"source": "x.csv", "file": True}}, "edits": []},
        {"first": {}, "edits": [[0, 0, 0, {"do": "no.such"}]]}, {"first": {}, "edits": [[0]]},
        {"first": {}, "edits": [], "epoch": "9"}, {"first": 3}, {"data": 3}, [1], 3, None,
        {"net": {"hidden": "abc"}}, {"data": {"source": ["x"]}}, {"data": {"model": ["a"]}},
        {"first": {}, "edits": [[0, 0, 0, {"do": "table.file", "name": "a", "sha256": ""}]]},
        {"data": {"share": "much"}}, {"method": {"rate": None}}, {"net": {"model": ["a", "b"]}},
    ],
)  # fmt: skip
def test_what_a_link_may_not_ask_for_is_refused(document: Any) -> None:
    with pytest.raises(Refused):
        course_of_link(packed(document), Shelf())


@given(st.text(max_size=60))
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        document_of("#s=" + text.replace("&", ""))


def test_a_bomb_is_not_unpacked() -> None:
    link = packed({"data": {"source": "x" * 10_000_000}})
    with pytest.raises(Refused):
        document_of(link)


def test_every_lessons_state_is_within_the_limits() -> None:
    from neurona.laboratory.lesson import read_lessons

    for lesson in read_lessons().values():
        state = State.of(lesson.state or {})
        assert state_within_limits(state.document()) == state
