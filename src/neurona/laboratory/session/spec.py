"""What is trained, and how, as plain immutable values that a document can hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neurona import value_text
from neurona.laboratory.fields import Refused
from neurona.registry import Registry

EPOCHS = 1_000_000_000


@dataclass(frozen=True)
class DataSpec:
    """Which rows: a set by name, or a file; what was painted in or taken out.

    `painted` are rows in the order of the inputs, then the target. `erased` are numbers of rows as
    they were read, `excluded` those that are shown, but not learned or scored. `share` of the rows
    are held out, drawn by `split_seed`. With `sha256` the file is on the shelf, by its name. With
    `model`, the name and hash of a model's file, the rows that it has not seen are held out; with
    `prepared`, likewise, columns become numbers as they do for that model. Not `scaled`, numbers
    are taken as they stand.
    """

    source: str = "moons"
    file: bool = False
    rows: int | None = None
    noise: float | None = None
    seed: int = 0
    targets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    task: str = "auto"
    share: float = 0.2
    split_seed: int = 0
    painted: tuple[tuple[float, ...], ...] = ()
    erased: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    sha256: str = ""
    model: tuple[str, ...] = ()
    prepared: tuple[str, ...] = ()
    scaled: bool = True


@dataclass(frozen=True)
class NetSpec:
    """Which network: hidden layers, an activation for each, and what its weights are drawn by.

    `loss` and `initializer` None are the task's own. `fixed` are weights that are given instead
    of drawn: (layer, input or -1 for the bias, unit, value) each; `model` is the name and hash of
    a model's file whose weights are taken.
    """

    hidden: tuple[int, ...] = (8, 8)
    activation: tuple[str, ...] = ("tanh", "tanh")
    loss: str | None = None
    initializer: str | None = None
    seed: int = 0
    fixed: tuple[tuple[float, ...], ...] = ()
    model: tuple[str, ...] = ()

    def drawn(self, **given: Any) -> NetSpec:
        """Return another one whose weights are drawn, and not given or a model's."""
        return dataclasses.replace(self, fixed=(), model=(), **given)

    def __post_init__(self) -> None:
        if len(self.activation) != len(self.hidden):
            raise Refused(
                f"{len(self.hidden)} hidden layers need as many activations. Got "
                f"{len(self.activation)}.",
                "activation",
            )


@dataclass(frozen=True)
class MethodSpec:
    """How the loss is lowered. `options` are those of the solver, by name; `patience` is epochs
    without a better result on the held-out rows after which training ends, None for never.
    """

    solver: str = "adam"
    options: tuple[tuple[str, Any], ...] = ()
    rate: float = 0.01
    schedule: str = "constant"
    batch: int = 32
    l2: float = 0.0
    l1: float = 0.0
    dropout: float = 0.0
    clip_norm: float = 0.0
    epochs: int = EPOCHS
    patience: int | None = None


@dataclass(frozen=True)
class State:
    """All that a training begins with."""

    data: DataSpec = field(default_factory=DataSpec)
    net: NetSpec = field(default_factory=NetSpec)
    method: MethodSpec = field(default_factory=MethodSpec)

    def document(self) -> dict[str, Any]:
        """Return it as plain values: what is not as usual, by section and name.

        >>> State(DataSpec(rows=50)).document()
        {'data': {'rows': 50}}
        """
        found: dict[str, Any] = {}
        for section in dataclasses.fields(self):
            value = getattr(self, section.name)
            usual = SECTIONS[section.name]()
            said = {
                f.name: _plain(getattr(value, f.name))
                for f in dataclasses.fields(value)
                if getattr(value, f.name) != getattr(usual, f.name)
            }
            if said:
                found[section.name] = said
        return found

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> State:
        """Return the state of a document; Refused if it is none."""
        parts: dict[str, Any] = {}
        for section, said in document.items():
            if section not in SECTIONS or not isinstance(said, Mapping):
                raise Refused(f"A state has the sections {', '.join(SECTIONS)}.", section)
            parts[section] = _section(SECTIONS[section], said)
        return cls(**parts)


SECTIONS: dict[str, Any] = {"data": DataSpec, "net": NetSpec, "method": MethodSpec}


def _section(form: Any, said: Mapping[str, Any]) -> Any:
    known = {f.name for f in dataclasses.fields(form)}
    for name in said:
        if name not in known:
            raise Refused(f"A state has no {name!r}; it has {', '.join(sorted(known))}.", name)
    values = {name: _frozen(value) for name, value in said.items()}
    if form is MethodSpec and isinstance(said.get("options"), Mapping):
        values["options"] = tuple(said["options"].items())
    if form is NetSpec and "hidden" in values:
        given = values.get("activation", "tanh")
        if isinstance(given, str):
            values["activation"] = (given,) * len(values["hidden"])
    try:
        return form(**values)
    except TypeError as error:
        raise Refused(str(error)) from None


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


def named(name: str, *registries: Registry, options: Mapping[str, Any] | None = None) -> Any:
    """Return the registered value of a name, or of a text with options, with others put in.

    Refused with the registry's own sentence if there is none.
    """
    try:
        if options:
            said = ", ".join(f"{key}={_word(one)}" for key, one in options.items())
            name = f"{name.partition('(')[0]}({said})"
        return value_text.parse(name, *registries)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(str(error).strip("'\"")) from None


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
