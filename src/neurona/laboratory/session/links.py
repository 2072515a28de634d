"""Links: a state, or all that was done, as what stands behind the # of an address.

`#s=` and base64url of deflated JSON: either a state document, or a log, which is a document with
"first" and "edits". Files are called by name and hash, so that a link holds no path and no row.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.course import Course, again
from neurona.laboratory.session.edits import Edit
from neurona.laboratory.session.shelf import Shelf, hash_of_file
from neurona.laboratory.session.spec import State
from neurona.laboratory.session.timeline import BUDGET
from neurona.laboratory.session.trainer import Trainer
from neurona.laboratory.session.within import state_within_limits

LONGEST_LINK = 2_000
LARGEST_DOCUMENT = 64_000
MOST_EPOCHS = 100_000
"""Epochs that are trained for a link."""
MARK = "#s="


def link_of(course: Course) -> tuple[str, str]:
    """Return what leads to where a course is, and what is to be known of it.

    Where that is too long it leads to the beginning of a course as it is now, without what was
    changed on the way, which is said.
    """
    log = {
        "first": without_path(course.first).document(),
        "edits": [_short(one) for one in course.edits],
        "epoch": course.epoch,
    }
    for document in (log, without_path(course.state).document()):
        text = _packed(document)
        if len(text) <= LONGEST_LINK:
            return text, "" if document is log else _lost(course)
    raise Refused("This state is too long for a link; export the edits instead.", "what")


def _lost(course: Course) -> str:
    many = len(course.edits)
    way = f"its {many:,} changes are" if many > 1 else "its change is"
    return (
        f"This training is too long for a link, so {way} not in it: it opens rows, network and "
        "method as they are now, at epoch 0. Changes, in the list beside, is a file that leads to "
        "these very weights."
    )


def without_path(state: State) -> State:
    """Return a state that calls its file by name and hash."""
    data = state.data
    if not data.file or data.sha256:
        return state
    try:
        sha256 = hash_of_file(Path(data.source))
    except OSError as error:
        raise Refused(f"The file of the rows cannot be read: {error}.") from None
    return replace(state, data=replace(data, source=Path(data.source).name, sha256=sha256))


def _short(edit: Edit) -> list[Any]:
    return [edit.branch, edit.epoch, edit.step, edit.command]


def _packed(document: dict[str, Any]) -> str:
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 9)
    return MARK + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def document_of(link: str) -> dict[str, Any]:
    """Return the document of a link; Refused if it holds none."""
    text = link.partition(MARK)[2] if MARK in link else link
    text = text.partition("&")[0]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        found = json.loads(unpacker.decompress(packed, LARGEST_DOCUMENT))
        if not isinstance(found, dict) or not unpacker.eof:
            raise ValueError
    except (ValueError, zlib.error, binascii.Error, RecursionError):
        raise Refused("This link holds no state.", "link") from None
    return found


def parts_of(document: dict[str, Any]) -> tuple[State, list[Edit], int]:
    """Return what a link's document begins with, the changes after that, and the epoch it is at."""
    if "first" not in document:
        return _own(document), [], 0
    try:
        edits = [Edit(n + 1, *one) for n, one in enumerate(document.get("edits", []))]
        places = [(one.branch, one.epoch, one.step) for one in edits]
        epoch = document.get("epoch", 0)
        if not all(type(number) is int for number in [epoch, *sum(places, ())]):
            raise TypeError
        if max([epoch, *(one.epoch for one in edits)]) > MOST_EPOCHS:
            raise Refused(f"A link leads to {MOST_EPOCHS:,} epochs at most; replay the changes.")
    except (TypeError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("This link holds no state.", "link") from None
    return _own(document["first"]), edits, epoch


def _own(document: Any) -> State:
    """Return a state that names no path: whoever made the link does not choose files here."""
    if not isinstance(document, dict):
        raise Refused("This link holds no state.", "link")
    state = state_within_limits(document)
    if state.data.file and not state.data.sha256:
        raise Refused("A link calls a file by its hash, not by its place.", "link")
    return state


def course_of_link(link: str, shelf: Shelf, budget: int = BUDGET) -> Course:
    """Return the course that a link leads to."""
    state, edits, epoch = parts_of(document_of(link))
    course = Course(state, budget, shelf)
    _again(course, edits)
    course.go_to(epoch)
    return course


def _again(course: Course, edits: list[Edit]) -> None:
    try:
        again(course, edits)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("This link holds no state.", "link") from None


@answers(c.LinkOpen)
def open_link(trainer: Trainer, command: c.LinkOpen) -> dict[str, int]:
    """Be where a link leads: its changes are made at once, the epochs after them are trained as
    one watches.
    """
    state, edits, epoch = parts_of(document_of(command.link))
    course = Course(state, trainer.course.timeline.budget, trainer.course.shelf)
    _again(course, edits)
    trainer.running, trainer.past = False, None
    trainer.put(course)
    if epoch > course.epoch and not course.ended:
        trainer.do_steps("epoch", epoch - course.epoch)
        trainer.tell_status()
    return {"epoch": epoch}
