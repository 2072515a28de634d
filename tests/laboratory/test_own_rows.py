"""A file that a page hands over: it comes in pieces, is kept by its hash, and is done again."""

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.pipe import PIECE
from neurona.laboratory.replay import replay_log
from neurona.laboratory.session.course import Course, replayed
from neurona.laboratory.session.edits import Edit
from neurona.laboratory.session.shelf import Shelf, plain_name
from neurona.laboratory.session.spec import DataSpec, NetSpec, State
from neurona.laboratory.session.telling import table_shown
from neurona.laboratory.session.uploads import Uploads
from tests.laboratory.running import TestPage, running

SMALL = State(DataSpec(rows=30), NetSpec((3,), ("tanh",)))


def rows(count: int = 60) -> bytes:
    lines = [
        f"{i * 1.5};{'' if i == 7 else (i * 7) % 13};{'ab'[i % 2]};r{i};{2.0 * i + (i * 7) % 13}"
        for i in range(count)
    ]
    return "\n".join(["speed;load;site;id;flow", *lines]).encode()


def handed(shelf: Shelf, data: bytes, name: str = "pump.csv") -> dict[str, str]:
    uploads = Uploads(shelf)
    uploads.do(c.UploadBegin(name, len(data)))
    for at in range(0, len(data), 100):
        uploads.piece(data[at : at + 100])
    return uploads.do(c.UploadEnd())


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def on_file(shelf: Shelf, data: bytes) -> Course:
    course = Course(SMALL, shelf=shelf)
    got = handed(shelf, data)
    course.edit(c.TableFile(got["name"], got["sha256"]))
    return course


def test_a_file_is_kept_by_its_hash_for_its_owner_alone(shelf: Shelf) -> None:
    got = handed(shelf, rows())
    assert got == {
        "name": "pump.csv", "sha256": hashlib.sha256(rows()).hexdigest(), "bytes": len(rows()),
    }  # fmt: skip
    path = shelf.find("pump.csv", got["sha256"])
    assert path.read_bytes() == rows()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="does not have"):
        shelf.find("pump.csv", "0" * 64)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\x\\a.csv", "a.csv"), ("a\x00b\n.csv", "a_b_.csv"),
        ("ä ö.csv", "ä ö.csv"), ("<img src=x>.csv", "_img src=x_.csv"),
    ],
)  # fmt: skip
def test_a_name_lies_in_no_other_folder(name: str, kept: str) -> None:
    assert plain_name(name) == kept


@pytest.mark.parametrize("name", ["", "..", "/", "a/", ".", "x" * 300])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        plain_name(name)


def test_more_and_fewer_bytes_than_said_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    for said, come in ((10, 9), (10, 11)):
        uploads = Uploads(shelf)
        uploads.do(c.UploadBegin("a.csv", said))
        uploads.piece(b"x" * come)
        with pytest.raises(Refused, match="was to have"):
            uploads.do(c.UploadEnd())
    uploads = Uploads(shelf)
    uploads.piece(b"nobody asked")
    with pytest.raises(Refused, match="No file has begun"):
        uploads.do(c.UploadEnd())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refused, match="takes no files"):
        Uploads(Shelf()).do(c.UploadBegin("a.csv", 1))


def test_columns_are_found_as_the_command_line_finds_them(shelf: Shelf) -> None:
    told = table_shown(on_file(shelf, rows()).world)
    assert told.file and told.targets == ["flow"] and told.task == "regression"
    found = {one.name: (one.role, one.kind, one.missing, one.used) for one in told.columns}
    assert found == {
        "speed": ("input", "numeric", 0, True), "load": ("input", "numeric", 1, True),
        "site": ("input", "category", 0, True), "id": ("input", "id-like", 0, False),
        "flow": ("target", "numeric", 0, True),
    }  # fmt: skip
    assert [one.levels for one in told.inputs][2] == ["a", "b"]
    assert any("last column, 'flow'" in note for note in told.notes)


def test_a_column_is_predicted_left_out_and_taken_in(shelf: Shelf) -> None:
    course = on_file(shelf, rows())
    course.edit(c.TableRole("site", "target"))
    assert (course.world.material.targets, str(course.world.material.task)) == (("site",), "binary")
    course.edit(c.TableRole("flow", "target"))
    course.edit(c.TableRole("load", "also"))
    assert course.world.material.targets == ("flow", "load")
    course.edit(c.TableRole("load", "out"))
    assert course.world.material.targets == ("flow",)
    assert ("load", "out") in [(one.name, one.role) for one in table_shown(course.world).columns]
    course.edit(c.TableRole("load", "input"))
    assert "load" in course.world.material.table.names
    with pytest.raises(Refused, match="must be predicted"):
        course.edit(c.TableRole("flow", "input"))


def test_a_target_is_a_quantity_or_a_class(shelf: Shelf) -> None:
    data = b"x,y\n" + b"\n".join(b"%d,%d" % (i * i % 31, i % 3) for i in range(60))
    course = on_file(shelf, data)
    assert course.world.material.classes == ["0", "1", "2"]
    course.edit(c.TableTask("regression"))
    assert course.world.material.classes == [] and course.world.network.sizes[-1] == 1
    course.edit(c.TableTask("auto"))
    assert course.world.network.sizes[-1] == 3
    with pytest.raises(Refused, match="own task"):
        Course(SMALL).edit(c.TableTask("regression"))


def test_rows_are_left_out_and_nothing_else_moves() -> None:
    course = Course(SMALL)
    before = course.world.material
    course.go_to(3)
    weights = course.training.weights.copy()
    gone = (int(before.train[0]), int(before.held[0]))
    course.edit(c.RowExclude(gone))
    after = course.world.material
    assert set(before.train) - set(after.train) == {gone[0]}
    assert set(before.held) - set(after.held) == {gone[1]}
    assert np.array_equal(course.training.weights, weights) and course.epoch == 3
    assert np.flatnonzero(table_shown(course.world).excluded).tolist() == sorted(gone)
    course.edit(c.RowExclude(gone, back=True))
    assert np.array_equal(course.world.material.train, before.train)
    with pytest.raises(Refused, match="30 rows"):
        course.edit(c.RowExclude((30,)))
    with pytest.raises(Refused, match="must be left"):
        course.edit(c.RowExclude(tuple(range(30))))


def test_changes_on_a_file_are_done_again(shelf: Shelf, tmp_path: Path) -> None:
    course = on_file(shelf, rows())
    course.go_to(2)
    course.edit(c.RowExclude((3, 4)))
    course.edit(c.TableRole("id", "out"))
    course.go_to(4)
    again = replayed(course.first, course.edits, shelf=shelf)
    again.go_to(4)
    assert again.training.weights.tobytes() == course.training.weights.tobytes()
    log = {
        "first": course.first.document(), "edits": [one.plain() for one in course.edits],
        "epoch": 4,
    }  # fmt: skip
    beside = tmp_path / "beside"
    beside.mkdir()
    with pytest.raises(Refused, match=r"pump\.csv.*put it beside"):
        replay_log(log, beside)
    (beside / "pump.csv").write_bytes(rows(59))
    with pytest.raises(Refused, match="Another file of that name"):
        replay_log(log, beside)
    (beside / "pump.csv").write_bytes(rows())
    parameters = course.training.network.parameters(course.training.weights)
    assert replay_log(log, beside)["weights"] == hashlib.sha256(parameters.tobytes()).hexdigest()


def test_a_file_is_named_by_its_hash_alone(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(rows())
    course = Course(SMALL, shelf=shelf)
    for sha256 in ("", "../" * 20, "0" * 64):
        with pytest.raises(Refused):
            course.edit(c.TableFile(str(tmp_path / "secret.csv"), sha256))
    assert course.edits == []
    edit = Edit(1, 0, 0, 0, {"do": "table.file", "name": "x.csv", "sha256": ""})
    with pytest.raises(Refused):
        replayed(SMALL, [edit], shelf=shelf)


@pytest.fixture(scope="module")
def page() -> Iterator[TestPage]:
    with running({"document": {"data": {"rows": 30}, "net": {"hidden": [3]}}}) as (lab, _):
        made = TestPage(lab.place)
        assert made.hello(ticket=lab.ticket)["ok"]
        made.until("status")
        yield made
        made.close()


def hand_over(page: TestPage, name: str, data: bytes) -> dict[str, object]:
    assert page.ask("upload.begin", name=name, bytes=len(data))["value"]["piece"] == PIECE
    for at in range(0, len(data), PIECE):
        page.socket.send(data[at : at + PIECE])
    got = page.ask("upload.end")
    assert got["ok"], got
    kept = got["value"]
    return page.ask("table.file", name=kept["name"], sha256=kept["sha256"])


def test_a_page_hands_a_file_over(page: TestPage) -> None:
    assert hand_over(page, "pump.csv", rows(20_000))["ok"]
    told = [one for one in page.events if one["event"] == "table"][-1]
    assert (told["rows"], told["targets"]) == (20_000, ["flow"])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.csv", b"\n", "pty|no "), ("one.csv", b"a\n1\n", "one|no |rows"),
        ("broken.csv", b"a,b\n1,2\n3,4,5\n", "row|line"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, ""),
        ("bomb.csv.gz", None, ""), ("model.pkl", b"\x80\x04\x95\x10\x00", ""),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(
    page: TestPage, name: str, data: bytes | None, said: str
) -> None:
    import gzip
    import re

    if data is None:
        data = gzip.compress(b"a,b\n" + b"1,2\n" * 200)[:-9]
    before = [one for one in page.events if one["event"] == "table"][-1]["name"]
    got = hand_over(page, name, data)
    assert got["ok"] is False and re.search(said, str(got["error"]))
    assert "Traceback" not in str(got["error"])
    page.ask("state.get")
    assert [one for one in page.events if one["event"] == "table"][-1]["name"] == before


def test_the_limit_on_bytes_is_said(page: TestPage) -> None:
    got = page.ask("upload.begin", name="large.csv", bytes=200_000_001)
    assert got["ok"] is False and got["field"] == "bytes"
