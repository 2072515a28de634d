"""What the page for teachers promises: its lesson works, and its tables are complete."""

import re
from pathlib import Path

from neurona.laboratory.lesson import read_lessons
from neurona.laboratory.session.lessons import Teaching
from neurona.laboratory.session.predicates import PREDICATES
from neurona.laboratory.session.proof import faults

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "teachers.md").read_text(encoding="utf-8")


def test_the_lesson_on_the_page_works(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "01-slower.toml").write_text(text, encoding="utf-8")
    assert list(faults(Teaching(str(tmp_path)), "slower")) == []


def test_every_predicate_and_every_lesson_is_listed() -> None:
    asked = PAGE.partition("## What may be asked for")[2]
    listed = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", asked, re.M))))
    assert listed - {"is"} == set(PREDICATES)
    course = PAGE.partition("| row of the course")[2].partition("## A lesson")[0]
    assert re.findall(r"`([\w-]+)`", course) and set(re.findall(r"`([\w-]+)`", course)) == set(
        read_lessons()
    )


def test_lessons_that_documents_open_are_there() -> None:
    known = read_lessons()
    for page in DOCS.rglob("*.md"):
        for name in re.findall(r"--lesson ([\w-]+)", page.read_text(encoding="utf-8")):
            assert name in known or name == "ID", (page.name, name)
