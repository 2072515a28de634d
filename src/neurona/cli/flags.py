"""Flags: those that several commands share, and how sentences from below spell a parameter."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from neurona.cli.failures import Code, Failure

READING = ("delimiter", "decimal", "thousands", "encoding", "bad_cells")


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags that say how a table is written."""
    for option in reversed(
        (
            click.option(
                "--delimiter", metavar="CHAR", help="What separates the cells of a table."
            ),
            click.option("--decimal", metavar="CHAR", help="The decimal mark of a table."),
            click.option(
                "--thousands", metavar="CHAR", help="What separates thousands in numbers."
            ),
            click.option("--encoding", metavar="NAME", help="The encoding of a table."),
            click.option(
                "--bad-cells",
                type=click.Choice(["refuse", "missing"]),
                help="Cells of a number column that are no numbers are refused, if not told else.",
            ),
        )
    ):
        command = option(command)
    return command


def reading_words(how: dict[str, Any]) -> dict[str, Any]:
    """Take the flags of `reading_options` that were given out of a command's arguments."""
    given = {name: how.pop(name) for name in READING if name in how}
    words = {name: value for name, value in given.items() if value is not None}
    for name in ("delimiter", "decimal", "thousands"):
        if name in words:
            try:
                words[name] = mark(words[name])
            except ValueError as error:
                said = f"--{name} must be {error}. Got {words[name]!r} instead."
                raise Failure(said, Code.USAGE) from None
    return words


def mark(value: Any) -> str:
    """Return a character that separates; a tab may be written \\t. ValueError if it is none."""
    if value in ("\\t", "tab"):
        return "\t"
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        raise ValueError("one character, like ';'")
    return value


def as_flag(name: str, value: Any) -> str | None:
    """Return how the command that runs writes a parameter; None if it has no flag for it."""
    context = click.get_current_context(silent=True)
    if context is None:
        return None
    flags = {str(one.name): max(one.opts, key=len) for one in context.command.params}
    if context.command.name == "train":
        from neurona.cli.train import flags_of_parameters

        flags |= flags_of_parameters()
    flag = flags.get(name)
    if flag is None or value is None:
        return flag
    text = str(value)
    # a mark alone would be lost in a sentence
    shown = text if re.fullmatch(r"[\w-]+(\.\w+)*", text) else f'"{text}"'
    return f"{flag}{'=' if flag.startswith('--set ') else ' '}{shown}"
