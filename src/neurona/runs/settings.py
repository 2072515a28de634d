"""The settings of a training: their values, where each came from, and what is wrong.

Precedence: defaults < config file < --set < flags. A value that is "auto" is the
estimator's choice.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from neurona import __version__, value_text
from neurona.nearest import nearest as nearest_name
from neurona.runs.failures import Code, Failure
from neurona.runs.setting import SETTINGS
from neurona.runs.takers import AUTO, Named, Refused, nearest
from neurona.runs.toml_text import toml_value


class Said(NamedTuple):
    """A value for a key, who said it, and what it is if it is wrong."""

    key: str
    value: Any
    origin: str
    code: Code = Code.USAGE


@dataclass
class Settings:
    """Values by key, and where each came from.

    >>> settings = Settings.of({"data.source": "iris", "training.solver": "lm(damping=0.1)"})
    >>> settings["training.solver"].damping
    0.1
    >>> settings["training.seed"]
    0
    """

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    @classmethod
    def defaults(cls) -> Settings:
        """Return the settings that hold if nobody says anything."""
        return cls(
            {key: one.default for key, one in SETTINGS.items()}, dict.fromkeys(SETTINGS, "default")
        )

    @classmethod
    def of(cls, values: Mapping[str, Any], origin: str = "given") -> Settings:
        """Return the defaults with other values for some keys (`SETTINGS` lists them).

        An activation, a loss, a solver or a schedule is a name, a text like "lm(damping=0.1)", or a
        value. Failure if a key is unknown or a value is not right.
        """
        settings = cls.defaults()
        settings.put_all(Said(key, value, origin, Code.INVALID) for key, value in values.items())
        return settings

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def put(self, key: str, value: Any, origin: str, code: Code = Code.USAGE) -> None:
        """Set a value; an unknown key or a bad value is a Failure in one sentence."""
        if key not in SETTINGS:
            hint = _nearest_key(key)
            raise Failure(f"{origin}: there is no setting {key!r}{hint}", code)
        is_flag = origin.startswith("--") and origin != "--set"
        subject = origin if is_flag else f"{origin}: {key}"
        try:
            self.values[key] = SETTINGS[key].take(value)
        except Refused as error:
            raise Failure(f"{subject}: {error}", code) from None
        except ValueError as error:
            stop = "" if str(error).endswith((".", "?")) else "."
            raise Failure(
                f"{subject} must be {error}{stop} Got {_shown(value)} instead.", code
            ) from None
        self.origins[key] = origin

    def put_all(self, said: Iterable[Said]) -> None:
        """Set values in this order; names last, for to look them up takes a while."""
        late = []
        for one in said:
            if one.key in SETTINGS and isinstance(SETTINGS[one.key].take, Named):
                late.append(one)
            else:
                self.put(*one)
        for one in late:
            self.put(*one)

    def put_table(self, table: Mapping[str, Any], origin: str) -> None:
        """Set all values of a config file, given as TOML's tables."""
        self.put_all(in_table(table, origin))

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
            lines.append(f"{name} = {toml_value(_plain(self.values[key]))}  # {_comment(origin)}")
        return "\n".join(lines) + "\n"

    def to_config(self) -> str:
        """Return the settings as the config file of a run, which trains it again."""
        head = f"# neurona {__version__}: the settings of this run, and where each came from.\n"
        return head + "# Train again: neurona train --config this-file\n\n" + self.to_toml()


def resolve(
    config: Iterable[Path],
    assignments: Iterable[str],
    flags: Mapping[str, tuple[str, Any]],
) -> Settings:
    """Return the settings of config files, `--set a.b=v` words, and flags (key: flag, value)."""
    settings = Settings.defaults()
    settings.put_all(_all_said(config, assignments, flags))
    return settings


def _all_said(
    config: Iterable[Path],
    assignments: Iterable[str],
    flags: Mapping[str, tuple[str, Any]],
) -> Iterator[Said]:
    """Yield what is said, what counts most last."""
    for path in config:
        yield from in_table(read_toml(path), f"config {path.name}")
    for word in assignments:
        key, equals, value = word.partition("=")
        if not equals:
            raise Failure(f"--set: give KEY=VALUE. Got {word!r} instead.", Code.USAGE)
        yield Said(key.strip(), value, "--set")
    for key, (flag, value) in flags.items():
        if value is not None and value != ():
            yield Said(key, value, flag)


def in_table(table: Mapping[str, Any], origin: str) -> Iterator[Said]:
    """Yield what a config file says, given as TOML's tables."""
    sections = {key.split(".")[0] for key in SETTINGS}
    for section, values in table.items():
        if section not in sections or not isinstance(values, Mapping):
            what = "table" if isinstance(values, Mapping) else "key"
            listed = ", ".join(f"[{one}]" for one in sorted(sections))
            hint = nearest(section, sections)
            raise Failure(
                f"{origin}: there is no {what} {section!r}"
                + (f"; it may have {listed}." if hint == "." else hint)
            )
        for name, value in values.items():
            yield Said(f"{section}.{name}", value, origin, Code.INVALID)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a config file, or fail in a sentence."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise Failure(f"There is no config file {str(path)!r}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Failure(f"{path} is not valid TOML: {error}.") from None


def _plain(value: Any) -> Any:
    """Return a value as TOML can have it: one with options is the text that says it."""
    return value_text.write(value) if dataclasses.is_dataclass(value) else value


def _nearest_key(key: str) -> str:
    last = key.rpartition(".")[2]
    same = [known for known in SETTINGS if known.rpartition(".")[2] == last]
    if same:
        return f"; did you mean {same[0]!r}?"
    by_name = {known.rpartition(".")[2]: known for known in SETTINGS}
    name = nearest_name(last, by_name)
    near = nearest_name(key, SETTINGS) or (name and by_name[name])
    return f"; did you mean {near!r}?" if near else f"; settings are {', '.join(SETTINGS)}."


def _shown(value: Any) -> str:
    several = isinstance(value, list | tuple)
    text = ", ".join(map(repr, value)) if several and value else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _comment(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text)


def make_absolute(settings: Settings) -> None:
    """Make paths absolute, so that the run's config means the same from any folder."""
    for key in ("data.source", "data.validation"):
        if settings[key] and os.path.exists(settings[key]):
            settings.values[key] = os.path.abspath(settings[key])
    if settings["run.tensorboard"] not in ("", AUTO):
        settings.values["run.tensorboard"] = os.path.abspath(settings["run.tensorboard"])
