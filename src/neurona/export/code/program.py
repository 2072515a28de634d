"""program_of: the program of an exportable model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from neurona.errors import IncompatibleError
from neurona.export.code.answers import finite_tables, write_answers, write_row_back
from neurona.export.code.columns import LARGEST, bound_of, inputs_of, write_columns
from neurona.export.code.error_bars import check_error_bars, write_error_bars
from neurona.export.code.form import (
    Counter,
    Input,
    Let,
    Loop,
    Name,
    Number,
    Program,
    Put,
    less,
    pick,
    place,
    same,
)
from neurona.export.code.layers import write_mean
from neurona.export.code.whole import in_units, whole_of
from neurona.export.source import Exportable, Layers
from neurona.nearest import nearest

DTYPES = ("float64", "float32")
MOST_CONSTANTS = 2_000_000
"""More are no source text that a compiler likes."""
_WORDS = (
    "none abs action alignas and ans asm assert async at auto await bool break "
    "by byte case catch char class const continue cos date def default del delete dint do "
    "double elif else end endfunction endif enum eps except exit exp explicit export extern "
    "false finally float for friend from function global goto if import in inf inline int "
    "interface is lambda let log long lreal main mod mutable namespace nan new nonlocal not "
    "null of operator or ord otherwise package parfor pass persistent pi predict private "
    "program protected public raise real register repeat restrict retain return sel short "
    "signed sin sint sizeof spmd static step struct super switch tan template then this "
    "throw time to true try type typedef typename typeof union unsigned until using var "
    "virtual void volatile while with word xor yield"
)
RESERVED = frozenset(_WORDS.lower().split())
"""Words of a language, in lower case: some languages do not tell cases apart."""
i = Counter("i")


def program_of(
    model: Exportable,
    name: str = "model",
    dtype: str = "float64",
    std: bool = False,
    pairs: bool = False,
    units: Mapping[str, str] | None = None,
    interval: float | None = None,
    whole: bool = False,
) -> Program:
    """Return the program of a model: what a row of numbers becomes, statement by statement.

    With `std` the deviations of a new observation follow the targets, with `interval` the ends of
    what holds such a share of them; with `pairs` sums of 32 bits have two terms, with `whole` those
    of networks that can be are whole numbers, in C; `units` are those
    of columns and targets, by name. IncompatibleError for what has no code.
    """
    check_error_bars(model, std, interval)
    bars = std or interval is not None
    check_name(name)
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}. Got {dtype!r} instead.")
    single = dtype == "float32"
    if model.preparation is None:
        inputs = tuple(Input(one, "number") for one in model.names)
    else:
        inputs = inputs_of(model.encoders, model.preparation.refuse_missing, model.ranges)
    program = Program(name, model.title, single, inputs, (), checksum_of(model))
    program.pairs, program.coverage = pairs and single, interval
    source = "x"
    if model.preparation is not None:
        write_columns(program, model.encoders)
        program.whole, program.bound = whole and single, bound_of(model.encoders)
        source = "a"
    _write_status(program)
    if (bars or model.reconstruction is not None) and source == "a":
        program.array("f", len(model.features))
        program.body.append(Loop("i", len(model.features), (Put("f", i, place("a", i)),)))
        source = "f"
    networks = None if bars else _in_units(program, model)
    keep = bars and model.errors is not None
    found = write_mean(program, networks or model.networks, source, keep)
    if model.reconstruction is not None:
        program.outputs = write_row_back(program, model, source, found)
    else:
        program.outputs = write_answers(program, model, found, networks is not None)
    if bars:
        program.outputs += write_error_bars(program, model, source, std, interval)
    _label(program, units or {})
    if not finite_tables(program):
        raise IncompatibleError(
            f"The model has weights that {dtype} cannot hold: train it again, or export float64."
        )
    return program


def check_length(program: Program) -> None:
    """IncompatibleError for more constants than source text should have."""
    if sum(map(len, program.tables.values())) > MOST_CONSTANTS:
        raise IncompatibleError(
            f"The model has more than {MOST_CONSTANTS:,} constants, too many for source text; "
            "export ONNX, or leave --std and --interval out."
        )


def _in_units(program: Program, model: Exportable) -> tuple[Layers, ...] | None:
    """Return networks that answer in the targets' units; None if sums are no whole numbers."""
    scaling, bound = model.answers.scaling, program.bound
    if not program.whole or scaling is None or bound is None or model.reconstruction is not None:
        return None
    if scaling.transform:
        return None
    if any(one.layers[-1].activation.name != "identity" for one in model.networks):
        return None
    found = in_units(model.networks, np.array(scaling.scale), np.array(scaling.center))
    fits = all(whole_of(one, bound, "a", "b", "") is not None for one in found)
    return found if fits else None


def _label(program: Program, units: Mapping[str, str]) -> None:
    """Tell inputs and outputs in their units; ValueError for a name that is neither's."""
    names = [str(one.name) for one in program.inputs]
    names += [one.name for one in program.outputs]
    for name in units:
        if name not in names:
            known = nearest(name, names)
            hint = f"; did you mean {known!r}?" if known else "."
            raise ValueError(f"units: there is no column or target {name!r}{hint}")
    program.inputs = tuple(replace(one, unit=units.get(one.name, "")) for one in program.inputs)
    program.outputs = tuple(
        replace(one, unit=units.get(one.name, units.get(one.of, ""))) for one in program.outputs
    )


def check_name(name: str) -> None:
    """Raise ValueError unless a name can begin names in every language."""
    good = re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,39}", name) and name.lower() not in RESERVED
    if not good or "__" in name or name.endswith("_"):
        raise ValueError(
            "name must be a letter and up to 39 letters, digits and single underscores, and no "
            f"word of a language. Got {name[:60]!r} instead; {identifier(name)!r} would do."
        )


def identifier(text: str, known: tuple[str, ...] = ()) -> str:
    """Return an identifier like a text that is none of the known ones."""
    found = re.sub("[^A-Za-z0-9]+", "_", text)[:32].strip("_")
    if not found or not found[0].isalpha():
        found = f"m_{found}".rstrip("_")
    if found.lower() in RESERVED:
        found = f"{found}_1"
    plain, count = found, 1
    lower = {one.lower() for one in known}
    while found.lower() in lower:
        count += 1
        found = f"{plain}_{count}"
    return found


def _write_status(program: Program) -> None:
    """Add the statements that find what cannot be answered: a missing cell where none may be, and
    an infinite one where nothing cuts it off.
    """
    if all(one.missing for one in program.inputs):
        return
    program.let("bad", 0.0)
    bad = Name("bad") + _bad(program, place("x", i), program.inputs[0])
    program.body.append(Loop("i", len(program.inputs), (Let("bad", bad, True),)))
    program.status = Name("bad")


def _bad(program: Program, x: Number, column: Input) -> Number:
    largest = LARGEST[program.single]
    if column.kind != "number":
        return pick(same(x, x), 0.0, 1.0)
    inside = pick(less(x, -largest), 1.0, pick(less(largest, x), 1.0, 0.0))
    return pick(same(x, x), inside, 1.0)


def checksum_of(model: Exportable) -> str:
    """Return 16 hexadecimal digits of all that the model knows."""
    digest = hashlib.sha256()
    digest.update(repr((model.names, model.answers.names, model.answers.scaling)).encode())
    digest.update(repr(model.encoders).encode())
    for network in model.networks:
        for layer in network.layers:
            digest.update(repr((layer.activation, layer.weights.shape)).encode())
            digest.update(layer.weights.tobytes() + layer.biases.tobytes())
    return digest.hexdigest()[:16]
