"""Write the page's types from the protocol: `python -m neurona.laboratory.typescript FILE`."""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from neurona.laboratory import commands, events, frames, pipe
from neurona.laboratory.fields import kind_of
from neurona.laboratory.protocol import PROTOCOL

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def typescript() -> str:
    """Return the text of `protocol.ts`."""
    parts = [
        "// Written by `python -m neurona.laboratory.typescript`; do not edit.",
        f'export const PROTOCOL = "{PROTOCOL}";',
        _constants(),
        *_forms_of_commands(),
        "export type Command =\n  | "
        + "\n  | ".join(form.__name__ for form in commands.COMMANDS.values())
        + ";",
        *_forms_of_events(),
        "export type LabEvent =\n  | "
        + "\n  | ".join(form.__name__ for form in events.EVENTS.values())
        + ";",
        _ANSWERS,
    ]
    return "\n\n".join(parts) + "\n"


_ANSWERS = """\
export type Answer =
  | { answer: number; ok: true; value: unknown }
  | { answer: number; ok: false; error: string; field: string | null };"""


def _constants() -> str:
    codes = ", ".join(f"{name}: {code}" for name, code in frames.VIEW_CODES.items())
    flags = f"past: {frames.PAST}, paused: {frames.PAUSED}, ended: {frames.ENDED}"
    return "\n".join(
        [
            f"export const FRAME_VERSION = {frames.VERSION};",
            f"export const HEADER_BYTES = {frames.HEADER.size};",
            f"export const SECTION_BYTES = {frames.SECTION.size};",
            f"export const VIEWS = {{ {codes} }} as const;",
            f"export const INPUTS = {frames.INPUTS};",
            f"export const FLAGS = {{ {flags}, coarser: {frames.COARSER} }} as const;",
            f"export const CURVE_FIELDS = {_list(frames.CURVE_FIELDS)} as const;",
            f"export const LAYER_FIELDS = {_list(frames.LAYER_FIELDS)} as const;",
            f"export const LARGEST_TEXT = {pipe.LARGEST_TEXT};",
            f"export const PIECE = {pipe.PIECE};",
        ]
    )


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _forms_of_commands() -> list[str]:
    parts = [commands.ViewWish, commands.Racer]
    forms: list[tuple[type, str | None]] = [(part, None) for part in parts]
    forms += [(form, word) for word, form in commands.COMMANDS.items()]
    return [_command(form, word) for form, word in forms]


def _command(form: type[Any], word: str | None) -> str:
    lines = [f'  do: "{word}";'] if word else []
    for field in dataclasses.fields(form):
        optional = "?" if field.default is not dataclasses.MISSING else ""
        lines.append(f"  {field.name}{optional}: {kind_of(field).typescript};")
    return _interface(form, lines)


def _forms_of_events() -> list[str]:
    told = list(events.EVENTS.values())
    inner = [
        one
        for one in vars(events).values()
        if dataclasses.is_dataclass(one) and one not in told and one is not events.Event
    ]
    return [_event(form) for form in [*inner, *told] if isinstance(form, type)]


def _event(form: type[Any]) -> str:
    hints = get_type_hints(form, vars(events))
    lines = [f'  event: "{form.event}";'] if hasattr(form, "event") else []
    for field in dataclasses.fields(form):
        lines.append(f"  {field.name}: {_type(hints[field.name])};")
    return _interface(form, lines)


def _interface(form: type[Any], lines: list[str]) -> str:
    about = " ".join((form.__doc__ or "").split())
    body = "\n".join(lines)
    return f"/** {about} */\nexport interface {form.__name__} {{\n{body}\n}}"


def _type(hint: Any) -> str:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint is Any:
        return "unknown"
    origin, inner = get_origin(hint), get_args(hint)
    if origin is list:
        of = _type(inner[0])
        return f"({of})[]" if " " in of else f"{of}[]"
    if origin is dict:
        return f"Record<string, {_type(inner[1])}>"
    if origin in (Union, types.UnionType, typing.Union):
        return " | ".join(dict.fromkeys(_type(one) for one in inner))
    return str(hint.__name__)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(typescript(), encoding="utf-8")
