"""Plain values as JSON and back: numbers, texts, lists, small arrays, registered values.

| in Python | in JSON |
|---|---|
| None, bool, int, finite float, str, list | the same |
| nan, inf, -inf | {"float": "nan"} |
| tuple | {"tuple": [...]} |
| dict | {"dict": [[key, value], ...]} |
| array | {"array": "<f8", "shape": [...], "items": [...]} |
| activation, loss, optimizer, schedule | {"value": "optimizer", "name": "adam", "options": {...}} |
| RandomState (MT19937) | {"random_state": [key, position, has_gauss, gauss]} |

NumPy's scalars become Python's of the same value. Nothing else is taken: no functions, no classes.
A name is looked up in a registry, never imported.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.line_search import LINE_SEARCHES
from neurona.numerics.losses import LOSSES
from neurona.numerics.noise import NOISES
from neurona.numerics.schedules import SCHEDULES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS
from neurona.registry import Registry
from neurona.values import Value

_REGISTRIES = (ACTIVATIONS, LINE_SEARCHES, LOSSES, NOISES, OPTIMIZERS, SCHEDULES, SOLVERS)
REGISTRIES: dict[str, Registry] = {registry.concept: registry for registry in _REGISTRIES}
MAX_BITS = 512
MAX_ARRAY_BYTES = 1 << 26
ARRAY_TYPE = re.compile(r"O|[<|][biuf][1248]|<U[0-9]{1,7}")
WORDS = 624
MAX_EQUAL_HASHES = 16


def encode(value: Any, where: str) -> Any:
    """Return a value as JSON; TypeError, naming `where` it stands, if a file cannot hold it."""
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | np.integer) and int(value).bit_length() <= MAX_BITS:
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return number if math.isfinite(number) else {"float": repr(number)}
    if isinstance(value, list):
        return [encode(one, where) for one in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(one, where) for one in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k, where), encode(v, where)] for k, v in value.items()]}
    if isinstance(value, np.ndarray):
        return _encode_array(value, where)
    if isinstance(value, Value):
        return _encode_value(value, where)
    if isinstance(value, np.random.RandomState):
        return _encode_random(value, where)
    raise TypeError(
        f"{where} is {value!r}, which a file cannot hold: it holds numbers, texts, lists, and the "
        "activations, losses, optimizers and schedules that are registered by name."
    )


def decode(json: Any) -> Any:
    """Return the value that `encode` turned into JSON; FormatError if it did not."""
    if isinstance(json, list):
        return [decode(one) for one in json]
    if not isinstance(json, dict):
        if isinstance(json, int) and json.bit_length() > MAX_BITS:
            raise FormatError("a number is too large")
        return json
    for tag, reader in READERS.items():
        if tag in json:
            try:
                return reader(json)
            except FormatError:
                raise
            except (ValueError, TypeError, KeyError, OverflowError) as error:
                raise FormatError(f"a value of the kind {tag!r} is wrong: {error}") from None
    raise FormatError("a value of an unknown kind")


def _encode_array(array: np.ndarray[Any, Any], where: str) -> dict[str, Any]:
    kind = array.dtype.kind
    dtype = "O" if kind == "O" else array.dtype.newbyteorder("<").str
    if not ARRAY_TYPE.fullmatch(dtype) or array.nbytes > MAX_ARRAY_BYTES:
        raise TypeError(f"{where} is an array of {array.dtype}, which a file cannot hold.")
    items = array.ravel().tolist()
    if kind == "O" and not all(isinstance(item, str | int | float) for item in items):
        raise TypeError(f"{where} has objects that are neither texts nor numbers.")
    return {"array": dtype, "shape": list(array.shape), "items": [encode(i, where) for i in items]}


def _decode_array(json: dict[str, Any]) -> np.ndarray[Any, Any]:
    code, shape, items = json["array"], json["shape"], json["items"]
    if not isinstance(code, str) or not isinstance(items, list) or not isinstance(shape, list):
        raise FormatError("an array is not as it should be")
    if not ARRAY_TYPE.fullmatch(code):
        raise FormatError("an array has an odd type")
    dtype = np.dtype(code)
    if dtype.itemsize * len(items) > MAX_ARRAY_BYTES or math.prod(shape) != len(items):
        raise FormatError("an array does not have the size that it says")
    values = [decode(item) for item in items]
    expected = {"b": (bool,), "i": (int,), "u": (int,), "f": (float,), "U": (str,)}
    allowed = expected.get(dtype.kind, (str, int, float, bool))
    if not all(type(value) in allowed for value in values):
        raise FormatError("an array has an item of another type")
    array = np.empty(len(values), dtype)
    array[:] = values
    return array.reshape(shape)


def _encode_value(value: Value, where: str) -> dict[str, Any]:
    for concept, registry in REGISTRIES.items():
        if type(value) in registry.classes():
            options = {
                field.name: encode(getattr(value, field.name), where)
                for field in dataclasses.fields(value)
            }
            return {"value": concept, "name": value.name, "options": options}
    raise TypeError(f"{where} is {value!r}, whose class is not registered; a file cannot hold it.")


def _decode_value(json: dict[str, Any]) -> Value:
    registry = REGISTRIES.get(json["value"])
    if registry is None:
        raise FormatError("a value of an unknown concept")
    for cls in registry.classes():
        if cls.name == json["name"]:  # type: ignore[attr-defined]
            if not isinstance(json["options"], dict):
                raise FormatError("options are not an object")
            options = {name: decode(option) for name, option in json["options"].items()}
            if not all(isinstance(o, float | int | str | Value | None) for o in options.values()):
                raise FormatError(f"an option of {json['name']!r} is not a number or a value")
            value: Value = cls(**options)
            if registry in (SOLVERS, LINE_SEARCHES):
                _check_kinds(value, cls())
            elif registry in (ACTIVATIONS, LOSSES, OPTIMIZERS):
                value.options()  # kernels read these numbers: that they are numbers shows here
            return value
    raise FormatError(
        f"the {registry.concept} {str(json['name'])[:60]!r} is not known here; if it is your own, "
        "register it before loading"
    )


def _check_kinds(value: Value, like: Value) -> None:
    """Raise FormatError if an option is of another kind than its default."""
    for field in dataclasses.fields(value):
        given, default = getattr(value, field.name), getattr(like, field.name)
        kind = type(default)
        if isinstance(default, Value):
            fits = isinstance(given, Value) and type(given) in LINE_SEARCHES.classes()
        else:
            fits = type(given) is kind or (kind is float and type(given) is int)
        if not fits:
            raise FormatError(f"the option {field.name!r} of {value.name!r} is of another kind")


def _encode_random(random: np.random.RandomState, where: str) -> dict[str, Any]:
    state: Any = random.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        raise TypeError(f"{where} is a RandomState of {state['bit_generator']}, not of MT19937.")
    key, position = state["state"]["key"].tolist(), int(state["state"]["pos"])
    gauss = encode(float(state["gauss"]), where)
    return {"random_state": [key, position, int(state["has_gauss"]), gauss]}


def _decode_random(json: dict[str, Any]) -> np.random.RandomState:
    key, position, has_gauss, gauss = (decode(part) for part in json["random_state"])
    words = isinstance(key, list) and len(key) == WORDS and all(type(n) is int for n in key)
    if not words or type(position) is not int or not 0 <= position <= WORDS:
        raise FormatError("a random state is not as it should be")
    random = np.random.RandomState(0)
    random.set_state(
        ("MT19937", np.array(key, np.uint32), position, int(bool(has_gauss)), float(gauss))
    )
    return random


def _decode_float(json: dict[str, Any]) -> float:
    if json["float"] not in ("nan", "inf", "-inf"):
        raise FormatError("a number is not as it should be")
    return float(json["float"])


def _decode_list(json: Any) -> list[Any]:
    if not isinstance(json, list):
        raise FormatError("a list is not as it should be")
    return [decode(one) for one in json]


def _decode_dict(json: dict[str, Any]) -> dict[Any, Any]:
    pairs = [(decode(key), decode(value)) for key, value in json["dict"]]
    # a table of keys that all have one hash is filled in quadratic time
    if max(Counter(hash(key) for key, _ in pairs).values(), default=0) > MAX_EQUAL_HASHES:
        raise FormatError("too many keys of a table have one hash")
    return dict(pairs)


READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "float": _decode_float,
    "tuple": lambda json: tuple(_decode_list(json["tuple"])),
    "dict": _decode_dict,
    "array": _decode_array,
    "value": _decode_value,
    "random_state": _decode_random,
}
