"""Signature, table and text of every estimator agree, and each parameter is described once."""

from __future__ import annotations

import ast
import collections.abc
import inspect
import pickle
import re
from dataclasses import KW_ONLY, dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.utils._param_validation import (
    InvalidParameterError,
    StrOptions,
    validate_parameter_constraints,
)

import neurona
from neurona.estimators.constructors import constructed, parameter_group
from neurona.estimators.parameters import Described, Names, check_parameters
from neurona.numerics.activations import ACTIVATIONS, Identity

POSITIONAL = {
    neurona.MLPRegressor: ["loss", "hidden_layer_sizes", "activation"],
    neurona.MLPClassifier: ["hidden_layer_sizes", "activation"],
    neurona.Autoencoder: ["n_components", "hidden_layer_sizes", "activation"],
    neurona.TableRegressor: ["hidden_layer_sizes", "activation"],
    neurona.TableClassifier: ["hidden_layer_sizes", "activation"],
    neurona.TableAutoencoder: ["n_components", "hidden_layer_sizes", "activation"],
    neurona.Perceptron: [],
    neurona.Adaline: [],
}
every_estimator = pytest.mark.parametrize("cls", POSITIONAL, ids=lambda cls: cls.__name__)


def parameters(cls: type) -> list[inspect.Parameter]:
    return list(inspect.signature(cls).parameters.values())


def section(cls: type, title: str) -> str:
    text = inspect.getdoc(cls)
    return re.search(rf"^{title}\n-+\n(.*?)(?=\n\n\w+\n-+\n|\Z)", text, re.M | re.S)[1]


def entries(cls: type, title: str) -> list[tuple[list[str], str, str]]:
    """Names, type and text of each entry of a docstring's section."""
    found = []
    for block in re.split(r"\n\n(?=\S)", section(cls, title)):
        head, _, body = block.partition("\n")
        names, colon, kind = head.partition(" : ")
        assert colon, head
        found.append((names.split(", "), kind, body))
    return found


@every_estimator
def test_every_parameter_is_described_once_in_the_order_of_the_signature(cls):
    described = [name for names, _, _ in entries(cls, "Parameters") for name in names]
    assert described == [one.name for one in parameters(cls)]
    for _, _, body in entries(cls, "Parameters"):
        assert re.fullmatch(r"( {4}\S.*\n?)+", body)


@every_estimator
def test_the_text_tells_the_default_of_the_signature(cls):
    defaults = {one.name: one.default for one in parameters(cls)}
    for names, kind, _ in entries(cls, "Parameters"):
        told = ast.literal_eval(kind.partition(", default=")[2])
        several = len({repr(defaults[name]) for name in names}) > 1
        for name, value in zip(names, told if several else [told] * len(names), strict=True):
            assert value == defaults[name]
            assert type(value) is type(defaults[name])


def admits(annotation: Any, value: Any) -> bool:
    """Whether a value is of a type, as far as those of parameters go."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(admits(one, value) for one in inner)
    if origin is Literal:
        return value in inner
    if origin is collections.abc.Sequence:
        return isinstance(value, list | tuple) and all(admits(inner[0], one) for one in value)
    return isinstance(value, origin or annotation)


@every_estimator
def test_annotations_are_types_that_admit_the_default(cls):
    hints = get_type_hints(cls.__init__)
    for one in parameters(cls):
        assert hints[one.name] == one.annotation
        assert one.annotation not in (Any, object, inspect.Parameter.empty)
        assert admits(one.annotation, one.default), one


def words(annotation: Any) -> set[str]:
    """The words that a type admits; all texts count as none."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return set().union(*map(words, get_args(annotation)))


@every_estimator
def test_types_texts_and_constraints_name_the_same_words(cls):
    accepted = cls._parameter_constraints
    for one in parameters(cls):
        choices = [each.options for each in accepted[one.name] if isinstance(each, StrOptions)]
        if not admits(one.annotation, "any text"):
            known = set().union(*choices)
            # split="stratified" of a regression is refused in a sentence that says why
            assert words(one.annotation) == known - {"stratified"} or words(one.annotation) == known
        assert (None in accepted[one.name]) <= (NoneType in get_args(one.annotation))
    for names, kind, _ in entries(cls, "Parameters"):
        told = re.match(r"{(.*)}", kind)
        for name in names if told else []:
            annotation = inspect.signature(cls).parameters[name].annotation
            assert words(annotation) == {word.strip('"') for word in told[1].split(", ")}


@every_estimator
def test_constraints_know_every_parameter_and_accept_its_default(cls):
    defaults = {one.name: one.default for one in parameters(cls)}
    assert list(cls._parameter_constraints) == list(defaults)
    assert all(cls._parameter_constraints.values())
    validate_parameter_constraints(cls._parameter_constraints, defaults, cls.__name__)


@every_estimator
def test_sections_stand_in_the_order_of_numpydoc(cls):
    text = inspect.getdoc(cls)
    titles = re.findall(r"^(\w+)\n-+$", text, re.M)
    assert [t for t in titles if t != "References"] == ["Parameters", "Attributes", "Examples"]
    assert all(len(line) <= 96 and line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text
    assert re.match(r"\S.*\.\n\n", text)
    for title, line in re.findall(r"^(\w+)\n(-+)$", text, re.M):
        assert len(title) == len(line)


def fitted(cls: type) -> Any:
    random = np.random.default_rng(0)
    X = {"a": random.normal(size=40), "b": random.normal(size=40)}
    y = np.where(X["a"] > 0, 1, 0)
    given = X if cls.__name__.startswith("Table") else np.column_stack(list(X.values()))
    quick = {"epochs": 2} if "epochs" in cls().get_params() else {"max_iter": 5, "tol": None}
    if cls.__name__.startswith("Table"):
        quick = {"solver": "bayesian-lm", "hidden_layer_sizes": 2}
        quick |= {} if cls is neurona.TableAutoencoder else {"n_starts": 2}
    if issubclass(cls, neurona.MLPRegressor | neurona.MLPClassifier | neurona.Autoencoder):
        quick = {"max_iter": 300, "solver": "bayesian-lm", "hidden_layer_sizes": 2, "tol": 1e-2}
    return cls(random_state=0, **quick).fit(given, y)


@pytest.mark.filterwarnings("ignore")
@every_estimator
def test_attributes_are_described_once_and_exist(cls):
    model = fitted(cls)
    described = [name for names, _, _ in entries(cls, "Attributes") for name in names]
    assert len(set(described)) == len(described)
    missing = {name for name in described if not hasattr(model, name)}
    # the rate only of fits that look for it, the engine where one was named, candidates of contests
    of_some = {"learning_rate_found_", "rate_curve_", "engine_", "engine_reason_", "candidates_"}
    assert missing <= {"feature_names_in_", *of_some}


@every_estimator
def test_the_first_parameters_may_be_given_by_place(cls):
    places = [one.name for one in parameters(cls) if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert places == POSITIONAL[cls]
    values = [object() for _ in places]
    given = cls(*values).get_params(deep=False)
    assert all(given[name] is value for name, value in zip(places, values, strict=True))


@every_estimator
def test_a_constructor_keeps_what_it_is_given(cls):
    model = cls(random_state=5)
    assert vars(model) == {one.name: one.default for one in parameters(cls)} | {"random_state": 5}
    for again in (clone(model), pickle.loads(pickle.dumps(model))):
        assert again.get_params() == model.get_params()
    assert repr(model) == f"{cls.__name__}(random_state=5)"
    assert model.set_params(random_state=6).random_state == 6
    with pytest.raises(TypeError, match=rf"{cls.__name__}\.__init__\(\) got an unexpected keyword"):
        cls(of_no_estimator=1)


@every_estimator
def test_defaults_are_no_attributes_of_the_class(cls):
    assert not any(hasattr(cls, one.name) for one in parameters(cls))


def test_the_networks_of_an_autoencoder_are_not_combined():
    assert neurona.Autoencoder().combine == "best"
    with pytest.raises(TypeError, match="combine"):
        neurona.Autoencoder(combine="average")


class Widened(neurona.MLPRegressor):
    """A user's subclass with a constructor of its own."""

    share: float = 0.5

    def __init__(self, width: int = 3, alpha: float = 0.1) -> None:
        super().__init__("huber", (width,), alpha=alpha)
        self.width = width


class Renamed(neurona.TableClassifier):
    """A user's subclass without one."""


def test_subclasses_are_as_any_others():
    assert Widened._get_param_names() == ["alpha", "width"]
    assert clone(Widened(7)).hidden_layer_sizes == (7,)
    assert Widened.share == 0.5
    assert clone(Renamed(steps=9)).steps == 9
    assert inspect.signature(Renamed) == inspect.signature(neurona.TableClassifier)


def test_names_that_are_registered_later_are_accepted(monkeypatch):
    @dataclass(frozen=True)
    class Late(Identity):
        pass

    with pytest.raises(InvalidParameterError, match="Did you mean"):
        check_parameters(neurona.MLPRegressor(activation="relo"))
    monkeypatch.setitem(ACTIVATIONS._classes, "relo", Late)
    neurona.MLPRegressor(activation="relo")._validate_params()
    neurona.TableRegressor(activation="relo")._validate_params()
    names = Names(["auto"], ACTIVATIONS)
    assert "relo" in names
    assert len(names) == len(set(names)) == 1 + len(set(ACTIVATIONS))


@parameter_group
class Pace:
    steps: int = 10
    length: float = 0.7


@parameter_group
class Mood:
    happy: bool = True


TABLE = {
    "steps": Described("int", "How many.", [int]),
    "length": Described("float", "How long each is.", [float]),
    "happy": Described("bool", "Whether to sing.", ["boolean"]),
    "name": Described("str", "Who walks.", [str]),
}


@constructed(TABLE, {"distance_": Described("float", "How far it was.")})
class Walker(Pace, Mood, BaseEstimator):
    """Walks.

    Parameters
    ----------
    length : int
        In whole meters.
    """

    name: str = "Ada"
    _: KW_ONLY
    length: int = 2


def test_the_nearest_field_and_text_of_a_name_count():
    assert str(inspect.signature(Walker)) == (
        "(name: str = 'Ada', *, length: int = 2, steps: int = 10, happy: bool = True) -> None"
    )
    assert vars(Walker("Bob", steps=1)) == {"name": "Bob", "length": 2, "steps": 1, "happy": True}
    assert Walker.__doc__.splitlines() == [
        *["Walks.", "", "Parameters", "----------"],
        *['name : str, default="Ada"', "    Who walks.", ""],
        *["length : int, default=2", "    In whole meters.", ""],
        *["steps : int, default=10", "    How many.", ""],
        *["happy : bool, default=True", "    Whether to sing.", ""],
        *["Attributes", "----------", "distance_ : float", "    How far it was."],
    ]
