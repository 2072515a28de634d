"""Docstrings of estimators in numpydoc's form: what a class says itself, completed from tables."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from inspect import Parameter, cleandoc
from itertools import groupby
from typing import Any, NamedTuple

from neurona.estimators.parameters import Described

WIDTH = 96


class Entry(NamedTuple):
    """What is said of a name: its type, and an indented paragraph."""

    kind: str
    body: str


def completed(
    text: str,
    parameters: Sequence[Parameter],
    described: Mapping[str, Described],
    attributes: Mapping[str, Described],
) -> str:
    """Return a class's docstring with every parameter in its place, and with shared attributes.

    Defaults are added; neighbors of which the same is said are said together.
    """
    sections = split_sections(text)
    own = dict(split_entries(sections.pop("Parameters", "")))

    def said(one: Parameter) -> Entry:
        return own[one.name] if one.name in own else _entry(described[one.name])

    shown = dict(split_entries(sections.pop("Attributes", "")))
    shown |= {names: _entry(one) for names, one in attributes.items() if names not in shown}
    return _joined(
        [
            sections.pop(""),
            _section(
                "Parameters", [_together(list(each), e) for e, each in groupby(parameters, said)]
            ),
            _section("Attributes", [_shown(names, entry) for names, entry in shown.items()]),
            *(_section(title, [body]) for title, body in sections.items()),
        ]
    )


def split_sections(text: str) -> dict[str, str]:
    """Return the sections of a docstring by title, what stands before the first under ""."""
    lines = cleandoc(text).splitlines()
    starts = [k for k in range(len(lines) - 1) if lines[k] and set(lines[k + 1]) == {"-"}]
    sections = {"": "\n".join(lines[: starts[0] if starts else len(lines)]).strip()}
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        sections[lines[start]] = "\n".join(lines[start + 2 : end]).strip()
    return sections


def split_entries(section: str) -> list[tuple[str, Entry]]:
    """Return the entries of a section, each with its name, or several joined by commas."""
    entries: list[tuple[str, list[str]]] = []
    for line in section.splitlines():
        if line and not line[0].isspace():
            entries.append((line, []))
        elif entries:
            entries[-1][1].append(line)
    split = [(head.partition(" : "), "\n".join(body).rstrip()) for head, body in entries]
    return [(names, Entry(kind, body)) for (names, _, kind), body in split]


def _entry(one: Described) -> Entry:
    body = textwrap.fill(one.text, WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    return Entry(one.kind, textwrap.indent(body, "    "))


def _together(several: list[Parameter], entry: Entry) -> str:
    """Return the entry of parameters with their defaults."""
    names = ", ".join(one.name for one in several)
    spelled = [spell_default(one.default) for one in several]
    default = spelled[0] if len(set(spelled)) == 1 else ", ".join(spelled)
    return _shown(names, Entry(f"{entry.kind}, default={default}", entry.body))


def _shown(names: str, entry: Entry) -> str:
    return f"{names} : {entry.kind}\n{entry.body}".rstrip()


def spell_default(value: Any) -> str:
    """Return a default as numpydoc writes it."""
    return f'"{value}"' if isinstance(value, str) else repr(value).replace("e-0", "e-")


def _section(title: str, parts: list[str]) -> str:
    return f"{title}\n{'-' * len(title)}\n{_joined(parts)}"


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts)
