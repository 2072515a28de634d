"""The settings of a training: what can be set, where each value came from, and what is wrong.

Precedence: defaults < config file < --set < flags. A value that is "auto" is the
estimator's choice.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neurona.cli.failures import Code, Failure
from neurona.cli.flags import mark
from neurona.cli.toml_text import toml_value

Taker = Callable[[Any], Any]
AUTO = "auto"


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its key, its default, how a value is taken, and its help.

    `take` returns a value from TOML's types or from text, or raises ValueError with the words that
    follow "must be".
    """

    key: str
    default: Any
    take: Taker
    help: str


def _whole(least: int, *words: str) -> Taker:
    says = f"a whole number of {least} or more" + "".join(f", or {word!r}" for word in words)

    def take(value: Any) -> Any:
        if isinstance(value, str) and value.strip() in words:
            return value.strip()
        try:
            number = int(value.strip().replace("_", "")) if isinstance(value, str) else value
        except ValueError:
            raise ValueError(says) from None
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise ValueError(says)
        return number

    return take


def _number(says: str, fits: Callable[[float], bool], *words: str) -> Taker:
    says += "".join(f", or {word!r}" for word in words)

    def take(value: Any) -> Any:
        if isinstance(value, str) and value.strip() in words:
            return value.strip()
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(says)
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise ValueError(says) from None
        if not fits(number):
            raise ValueError(says)
        return number

    return take


def _choice(*names: str) -> Taker:
    def take(value: Any) -> str:
        if isinstance(value, str) and value.strip() in names:
            return value.strip()
        raise ValueError(f"one of {', '.join(names)}{nearest(value, names)}")

    return take


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("a text")
    return value


def _mark(value: Any) -> str:
    return AUTO if value == AUTO else mark(value)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        value = _listed(value)
    if isinstance(value, tuple):
        value = list(value)
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError("a list of names")
    return value


def _listed(text: str) -> Any:
    """Return the list that a text says: TOML's, or names between commas."""
    if text.lstrip().startswith("["):
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return None
    return [part.strip() for part in text.split(",") if part.strip()]


def _sizes(value: Any) -> Any:
    says = "sizes of hidden layers like 32,32 (or 'none', or 'auto')"
    if isinstance(value, str):
        if value.strip() in (AUTO, "none", ""):
            return AUTO if value.strip() == AUTO else []
        value = _listed(value)
        try:
            value = [int(one) if isinstance(one, str) else one for one in value or [0]]
        except ValueError:
            raise ValueError(says) from None
    if isinstance(value, int):
        value = [value]
    whole = isinstance(value, list) and all(type(one) is int and one > 0 for one in value)
    if not whole or len(value) > 100:
        raise ValueError(says)
    return value


def _split(value: Any) -> str:
    from neurona.data.split import SPLITTERS

    of_column = {word: splitter.of_column for word, splitter in SPLITTERS.items()}
    *first, last = (f"{word}:COLUMN" if needs else word for word, needs in of_column.items())
    says = f"{', '.join(first)} or {last}"
    if not isinstance(value, str):
        raise ValueError(says)
    word, colon, column = value.partition(":")
    if word in of_column and (column if of_column[word] else not colon):
        return value
    raise ValueError(says + nearest(word, tuple(of_column)))


def _share(value: Any) -> Any:
    return _number("a share of 0 or more, and below 1", lambda x: 0 <= x < 1)(value)


_positive = _number("a number above 0", lambda x: 0 < x < math.inf, AUTO)

_ALL = (
    Setting("data.source", "", _text, "the table: a file, or the name of a data set"),
    Setting("data.target", [], _texts, "the columns to predict; none: the last one"),
    Setting("data.ignore", [], _texts, "columns to leave out"),
    Setting("data.task", AUTO, _choice(AUTO, "regression", "classification"), "what to train"),
    Setting("data.split", AUTO, _split, "how validation and test rows are chosen"),
    Setting("data.validation", "", _text, "a file of validation rows, instead of a share"),
    Setting(
        "data.validation_share",
        0.15,
        _number("a share above 0 and below 1", lambda x: 0 < x < 1),
        "the share of the rows to validate on",
    ),
    Setting("data.test_share", 0.15, _share, "the share of the rows to test on, once, at the end"),
    Setting("data.missing", "impute", _choice("impute", "refuse"), "missing inputs"),
    Setting("data.bad_cells", "refuse", _choice("refuse", "missing"), "cells that are no numbers"),
    Setting("data.max_levels", AUTO, _whole(2, AUTO), "most columns that a category becomes"),
    Setting("data.delimiter", AUTO, _mark, "what separates cells in a text file"),
    Setting("data.decimal", AUTO, _mark, "the decimal mark in a text file"),
    Setting("data.thousands", AUTO, _mark, "what separates thousands in a text file"),
    Setting("data.encoding", AUTO, _text, "the encoding of a text file"),
    Setting("model.hidden", AUTO, _sizes, "sizes of the hidden layers"),
    Setting("model.activation", AUTO, _text, "activation of the hidden layers"),
    Setting("model.loss", AUTO, _text, "loss of a regression"),
    Setting(
        "model.dropout",
        AUTO,
        _number("a share of 0 or more, and below 1", lambda x: 0 <= x < 1, AUTO),
        "share of the hidden units to leave out, anew each step",
    ),
    Setting("training.solver", AUTO, _text, "the method that trains"),
    Setting("training.starts", AUTO, _whole(1, AUTO), "trainings side by side, from other weights"),
    Setting(
        "training.combine",
        AUTO,
        _choice(AUTO, "best", "average"),
        "the prediction of several starts: that of the best, or the mean of all",
    ),
    Setting("training.rate", AUTO, _positive, "the learning rate"),
    Setting("training.schedule", AUTO, _text, "how the learning rate goes down"),
    Setting("training.batch", AUTO, _whole(1, AUTO), "rows of a step"),
    Setting("training.epochs", AUTO, _whole(1, AUTO), "most passes over the rows; steps otherwise"),
    Setting("training.steps", AUTO, _whole(1, AUTO), "most steps (batches)"),
    Setting(
        "training.patience", AUTO, _whole(1, AUTO), "steps without progress before training stops"
    ),
    Setting(
        "training.time_limit",
        math.inf,
        _number("a number of seconds above 0", lambda x: x > 0),
        "seconds after which training stops",
    ),
    Setting(
        "training.alpha",
        AUTO,
        _number("a number of 0 or more", lambda x: 0 <= x < math.inf, AUTO),
        "the L2 penalty",
    ),
    Setting("training.threads", AUTO, _whole(1, AUTO), "threads that train"),
    Setting("training.seed", 0, _whole(0), "the seed of everything that is drawn by lot"),
    Setting("run.out", "", _text, "the run's folder; empty: runs/NAME-0001 and so on"),
    Setting("run.checkpoint_every", 0, _whole(0), "epochs between two checkpoints; 0: none"),
)
SETTINGS: dict[str, Setting] = {setting.key: setting for setting in _ALL}


@dataclass
class Settings:
    """Values by key, and where each came from."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    @classmethod
    def defaults(cls) -> Settings:
        """Return the settings that hold if nobody says anything."""
        return cls(
            {key: one.default for key, one in SETTINGS.items()}, dict.fromkeys(SETTINGS, "default")
        )

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def put(self, key: str, value: Any, origin: str, code: Code = Code.USAGE) -> None:
        """Set a value; an unknown key or a bad value is a Failure in one sentence."""
        if key not in SETTINGS:
            hint = _nearest_key(key)
            raise Failure(f"{origin}: there is no setting {key!r}{hint}", code)
        try:
            self.values[key] = SETTINGS[key].take(value)
        except ValueError as error:
            is_flag = origin.startswith("--") and origin != "--set"
            subject = origin if is_flag else f"{origin}: {key}"
            stop = "" if str(error).endswith((".", "?")) else "."
            raise Failure(
                f"{subject} must be {error}{stop} Got {_shown(value)} instead.", code
            ) from None
        self.origins[key] = origin

    def put_table(self, table: Mapping[str, Any], origin: str) -> None:
        """Set all values of a config file, given as TOML's tables."""
        for section, values in table.items():
            sections = {key.split(".")[0] for key in SETTINGS}
            if section not in sections or not isinstance(values, Mapping):
                what = "table" if isinstance(values, Mapping) else "key"
                listed = ", ".join(f"[{one}]" for one in sorted(sections))
                hint = nearest(section, sections)
                raise Failure(
                    f"{origin}: there is no {what} {section!r}"
                    + (f"; it may have {listed}." if hint == "." else hint)
                )
            for name, value in values.items():
                self.put(f"{section}.{name}", value, origin, Code.INVALID)

    def to_toml(self) -> str:
        """Return the settings as a config file; the origin of each value is a comment."""
        lines: list[str] = []
        section = ""
        for key in SETTINGS:
            here, name = key.split(".")
            if here != section:
                lines += ["", f"[{here}]"] if lines else [f"[{here}]"]
                section = here
            origin = " ".join(self.origins[key].split())
            lines.append(f"{name} = {toml_value(self.values[key])}  # {_comment(origin)}")
        return "\n".join(lines) + "\n"


def resolve(
    config: Iterable[Path],
    assignments: Iterable[str],
    flags: Mapping[str, tuple[str, Any]],
) -> Settings:
    """Return the settings of config files, `--set a.b=v` words, and flags (key: flag, value)."""
    settings = Settings.defaults()
    for path in config:
        settings.put_table(read_toml(path), f"config {path.name}")
    for word in assignments:
        key, equals, value = word.partition("=")
        if not equals:
            raise Failure(f"--set: give KEY=VALUE. Got {word!r} instead.", Code.USAGE)
        settings.put(key.strip(), value, "--set")
    for key, (flag, value) in flags.items():
        if value is not None and value != ():
            settings.put(key, value, flag)
    return settings


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a config file, or fail in a sentence."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise Failure(f"There is no config file {str(path)!r}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Failure(f"{path} is not valid TOML: {error}.") from None


def nearest(word: object, names: Iterable[str]) -> str:
    """Return "; did you mean 'NAME'?" for the nearest name, "." if none is near."""
    near = difflib.get_close_matches(str(word), sorted(names), 1)
    return f"; did you mean {near[0]!r}?" if near else "."


def _nearest_key(key: str) -> str:
    last = key.rpartition(".")[2]
    same = [known for known in SETTINGS if known.rpartition(".")[2] == last]
    if same:
        return f"; did you mean {same[0]!r}?"
    by_name = {known.rpartition(".")[2]: known for known in SETTINGS}
    near = difflib.get_close_matches(key, SETTINGS, 1) or [
        by_name[name] for name in difflib.get_close_matches(last, by_name, 1)
    ]
    return f"; did you mean {near[0]!r}?" if near else f"; settings are {', '.join(SETTINGS)}."


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _comment(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text)
