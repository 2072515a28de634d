"""Flags: made of the table of settings, and how sentences from below spell parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import click

from neurona.runs.failures import Code, Failure
from neurona.runs.names import READING
from neurona.runs.setting import SETTINGS, Setting, options_of_parameters
from neurona.runs.takers import AUTO

Command = Callable[..., Any]


def setting_options(keys: Iterable[str]) -> Callable[[Command], Command]:
    """Add the flags of these settings; the settings themselves take what is given."""
    options = [_option(SETTINGS[key]) for key in keys]

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _option(setting: Setting) -> Callable[[Command], Command]:
    words: dict[str, Any] = {"help": setting.help, "multiple": setting.several}
    if setting.negation:
        return click.option(setting.flag, help=setting.help, default=None)
    if setting.choices:
        words["type"] = click.Choice(setting.choices)
    else:
        words["metavar"] = setting.placeholder
    if setting.may_stand_alone:
        words.update(is_flag=False, flag_value=AUTO)
    return click.option(setting.option, **words)


NEGATIONS = {one.option: one.negation for one in SETTINGS.values() if one.negation}
"""The flags that say no, by those that say yes."""
reading_options = setting_options(f"data.{name}" for name in READING)
"""The flags that say how a table is written."""

missing_columns_option = click.option(
    "--missing-columns",
    type=click.Choice(["refuse", "impute"]),
    default="refuse",
    show_default=True,
    help="Input columns that TABLE has not: refuse it, or take each as missing and say so.",
)
"""The flag of whatever reads a table for a model."""


def reading_words(how: dict[str, Any]) -> dict[str, Any]:
    """Take the flags of `reading_options` that were given out of a command's arguments."""
    given = {name: how.pop(name) for name in READING if name in how}
    words = {name: value for name, value in given.items() if value is not None}
    words = {name: taken(f"data.{name}", value) for name, value in words.items()}
    return {name: value for name, value in words.items() if value != AUTO}


def taken(key: str, value: Any) -> Any:
    """Return what a setting takes from a flag's value; a Failure says what it must be."""
    setting = SETTINGS[key]
    try:
        return setting.take(value)
    except ValueError as error:
        stop = "" if str(error).endswith((".", "?")) else "."
        said = f"{setting.option} must be {error}{stop} Got {value!r} instead."
        raise Failure(said, Code.USAGE) from None


def as_flag(name: str, value: Any) -> str | None:
    """Return how the command that runs writes a parameter; None if it has no flag for it."""
    context = click.get_current_context(silent=True)
    if context is None:
        return None
    flags = {str(one.name): max(one.opts, key=len) for one in context.command.params}
    training = context.command.name == "train"
    # a setting's key is its own; the name of a parameter may be another flag of another command
    flags |= {key: one for key, one in options_of_parameters().items() if training or "." in key}
    if name == "data.types" and "types" not in flags and "type" not in flags:
        return None
    flag = flags.get(name)
    if flag is None or value is None:
        return flag
    if flag in NEGATIONS:
        return flag if value else NEGATIONS[flag]
    text = str(value)
    # a mark alone would be lost in a sentence
    shown = text if re.fullmatch(r"[\w-]+(\.\w+)*", text) else f'"{text}"'
    return f"{flag}{'=' if flag.startswith('--set ') else ' '}{shown}"
