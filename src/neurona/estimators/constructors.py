"""Constructors made of annotated fields, as the standard library's `dataclass` makes them.

A group of parameters is a class of fields, decorated by `parameter_group`. An estimator inherits
groups, adds fields of its own, and is decorated by `constructed`, which writes the `__init__` with
all of them, and completes scikit-learn's constraints and the docstring from a table:

    @constructed(PARAMETERS, ATTRIBUTES)
    class Estimator(Group, BaseEstimator):
        loss: str = "squared_error"
        _: KW_ONLY
        combine: str = "best"

Editors and type checkers know such classes (PEP 681). The fields leave no class attributes, and
subclasses that are not decorated are as any others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, field, make_dataclass
from inspect import Parameter, get_annotations
from typing import Any, ClassVar, TypeVar, dataclass_transform, get_origin

from neurona.estimators.docstrings import completed
from neurona.estimators.parameters import Described

Class = TypeVar("Class")


@dataclass_transform(kw_only_default=True)
def parameter_group(cls: type[Class]) -> type[Class]:
    """Make the fields of a class keyword-only parameters of the estimators that inherit it."""
    _take_fields(cls, keyword_only=True)
    return cls


@dataclass_transform()
def constructed(
    described: Mapping[str, Described], attributes: Mapping[str, Described]
) -> Callable[[type[Class]], type[Class]]:
    """Give an estimator its constructor, and what the tables say of parameters and attributes.

    The fields stay in their order, keyword-only ones of the class before those it inherits. What
    the class's own docstring and `_parameter_constraints` say goes before the tables.
    """

    def complete(cls: Any) -> Any:
        _take_fields(cls, keyword_only=False)
        parameters = _parameters(cls)
        cls.__init__ = _constructor(cls, parameters)
        own = vars(cls).get("_parameter_constraints", {})
        cls._parameter_constraints = {
            one.name: own[one.name] if one.name in own else described[one.name].accepts
            for one in parameters
        }
        # Python -OO strips docstrings
        if cls.__doc__ is not None:
            cls.__doc__ = completed(cls.__doc__, parameters, described, attributes)
        return cls

    return complete


def _take_fields(cls: Any, keyword_only: bool) -> None:
    """Note the fields of a class as parameters; their defaults are no attributes of the class."""
    cls._own_parameters = own = []
    annotations: dict[str, Any] = get_annotations(cls, eval_str=True)
    for name, annotation in annotations.items():
        if annotation is KW_ONLY:
            keyword_only = True
        elif get_origin(annotation) is not ClassVar:
            kind = Parameter.KEYWORD_ONLY if keyword_only else Parameter.POSITIONAL_OR_KEYWORD
            own.append(Parameter(name, kind, default=vars(cls)[name], annotation=annotation))
            delattr(cls, name)


def _parameters(cls: type) -> list[Parameter]:
    """Return the parameters of a class and those it inherits; the nearest of a name counts."""
    found: dict[str, Parameter] = {}
    for base in cls.__mro__:
        for one in vars(base).get("_own_parameters", []):
            found.setdefault(one.name, one)
    return sorted(found.values(), key=lambda one: one.kind)


def _constructor(cls: type, parameters: list[Parameter]) -> Any:
    """Return an `__init__` that keeps its arguments as they are, written by `dataclasses`."""
    fields = [
        (
            one.name,
            one.annotation,
            field(default=one.default, kw_only=one.kind is Parameter.KEYWORD_ONLY),
        )
        for one in parameters
    ]
    made: Any = make_dataclass(cls.__name__, fields, eq=False, repr=False)
    init = made.__init__
    init.__qualname__, init.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    return init
