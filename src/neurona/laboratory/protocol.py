"""The protocol between page and engine, `neurona.lab/1`: JSON texts, read and written here.

A command is `{"id": 12, "do": "train.run", ...}`, its answer `{"answer": 12, "ok": true, "value":
...}` or `{"answer": 12, "ok": false, "error": sentence, "field": name}`. An event is `{"event":
"table", ...}`. Pictures travel as binary frames (`frames.py`).
"""

from __future__ import annotations

import json
from typing import Any

from neurona.laboratory.commands import COMMANDS, Command
from neurona.laboratory.events import Event
from neurona.laboratory.fields import Refused, filled
from neurona.laboratory.pipe import LARGEST_TEXT
from neurona.nearest import unknown

PROTOCOL = "neurona.lab/1"
LARGEST_ID = 2**31


def read_command(text: str | bytes) -> tuple[int, Command]:
    """Return number and command of a text; Refused, whatever the text is, if it is none."""
    if len(text) > LARGEST_TEXT:
        raise Refused(f"A command has at most {LARGEST_TEXT} bytes. Got {len(text)}.")
    try:
        given = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"A command is a JSON object: {error}.") from None
    if not isinstance(given, dict):
        raise Refused("A command is a JSON object.")
    number, word = given.pop("id", 0), given.pop("do", None)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < LARGEST_ID:
        raise Refused("A command has an id: a whole number.", "id")
    return number, command_of(word, given)


def number_of(text: str | bytes) -> int:
    """Return the number that a refused text has, 0 if none."""
    try:
        number = json.loads(text[:LARGEST_TEXT])["id"]
    except (ValueError, RecursionError, TypeError, KeyError, IndexError):
        return 0
    valid = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < LARGEST_ID
    return number if valid else 0


def command_of(word: Any, fields: dict[str, Any]) -> Command:
    """Return the command of a word and its fields; Refused if there is no such command."""
    if not isinstance(word, str) or word not in COMMANDS:
        raise Refused(unknown("command", str(word)[:60], COMMANDS), "do")
    made: Command = filled(COMMANDS[word], fields)
    return made


def fields_of(command: Command) -> dict[str, Any]:
    """Return a command as a document that `command_of` reads: its word and what was given."""
    import dataclasses

    plain = dataclasses.asdict(command)
    left_out = {
        f.name for f in dataclasses.fields(command) if f.default == getattr(command, f.name)
    }
    return {"do": command.do, **{name: v for name, v in plain.items() if name not in left_out}}


def answer(number: int, value: Any = None) -> str:
    """Return the text that says that a command was done, with what it answers."""
    return _text({"answer": number, "ok": True, "value": value})


def refusal(number: int, refused: Refused) -> str:
    """Return the text that says that a command was not done, and why."""
    return _text({"answer": number, "ok": False, "error": str(refused), "field": refused.field})


def event_text(event: Event) -> str:
    """Return an event as text."""
    return _text(event.plain())


def _text(plain: Any) -> str:
    # what is no number in JSON stands as null
    try:
        return json.dumps(plain, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_finite(plain), allow_nan=False, separators=(",", ":"))


def _finite(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {name: _finite(one) for name, one in plain.items()}
    if isinstance(plain, list | tuple):
        return [_finite(one) for one in plain]
    if isinstance(plain, float) and (plain != plain or plain in (float("inf"), -float("inf"))):
        return None
    return plain


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
