"""One registry per concept: the names people type, and the immutable values they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from neurona.errors import UnknownNameError
from neurona.nearest import unknown

Value = TypeVar("Value", bound=type)


class Registry:
    """Named classes of one concept (activations, losses, optimizers, ...).

    A registered class is a frozen dataclass (`values.Value`): its fields are the options, its
    defaults make `find("name")` work. Everything that lists names (documentation, error messages,
    tests) asks the registry. `elsewhere` has other tools' words for its names.
    """

    _all: ClassVar[list[Registry]] = []

    def __init__(self, concept: str, elsewhere: Mapping[str, str] | None = None) -> None:
        self.concept = concept
        self.elsewhere: Mapping[str, str] = elsewhere or {}
        self._all.append(self)
        self._classes: dict[str, type] = {}
        self._aliases: dict[str, Any] = {}
        self._nameless: list[type] = []

    def alias(self, name: str, value: Any) -> None:
        """Give a value with certain options a name of its own."""
        self._aliases[name] = value

    def accept(self, cls: type) -> None:
        """Take values of a class that no name can stand for (it needs more than its defaults)."""
        self._nameless.append(cls)

    def register(self, name: str) -> Callable[[Value], Value]:
        """Class decorator: make the class known as `name`."""

        def add(cls: Value) -> Value:
            known = self._classes.get(name)
            if known is not None and known.__module__ != cls.__module__:
                raise ValueError(f"the {self.concept} {name!r} is registered already, by {known!r}")
            cls.name = name  # type: ignore[attr-defined]
            self._classes[name] = cls
            return cls

        return add

    def find(self, value: Any) -> Any:
        """Return the registered value that a name, a class or a value stands for."""
        if isinstance(value, str):
            if value in self._aliases:
                return self._aliases[value]
            if value not in self._classes:
                raise UnknownNameError(unknown(self.concept, value, self, self.elsewhere))
            return self._classes[value]()
        if isinstance(value, type) and value in self._classes.values():
            return value()
        if type(value) in self._classes.values() or type(value) in self._nameless:
            return value
        raise UnknownNameError(
            f"{value!r} is no {self.concept}: give a name ({', '.join(sorted(self))}) or a value "
            "of one of its classes"
        )

    def __iter__(self) -> Iterator[str]:
        return iter((*self._classes, *self._aliases))

    def __contains__(self, name: object) -> bool:
        return name in self._classes or name in self._aliases

    @classmethod
    def holding(cls, kind: type) -> Registry | None:
        """Return the registry that has classes of this kind, None if none has."""
        for registry in cls._all:
            if any(issubclass(one, kind) for one in registry.classes()):
                return registry
        return None

    def classes(self) -> list[type]:
        """Return the registered classes."""
        return list(self._classes.values())
