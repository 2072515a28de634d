"""write_code: a model as files of a language, with its test vectors, proven on request."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from neurona.errors import IncompatibleError
from neurona.export.code.costs import Costs
from neurona.export.code.error_bars import best_alone
from neurona.export.code.figures import figures
from neurona.export.code.form import Program
from neurona.export.code.program import check_length, identifier, program_of
from neurona.export.code.readme import readme
from neurona.export.code.vectors import Difference, Vectors, csv_of, difference, vectors_of
from neurona.export.source import Exportable
from neurona.files.atomic import write_atomically

LANGUAGES = {
    "c": "neurona.export.code.c",
    "python": "neurona.export.code.python",
    "javascript": "neurona.export.code.javascript",
    "matlab": "neurona.export.code.matlab",
    "st": "neurona.export.code.structured_text",
}
SUMS = ("auto", "one", "two", "whole")
OFF = 5e-7
"""What sums of one term may be off by, in spreads of the target."""
ONE_SIZE = "its error bars are of one size for all rows, not by the inputs as predict has them"
GOAL = 1e-6
"""Where whole numbers are no further off, sums of two terms are not tried."""
INTEGERS = ("int16", "int32")
"""The numbers of chips without floating point, in C alone."""
SINGLE = ("c", "st")
"""The languages that have numbers of 32 bits."""


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes
    ----------
    paths : tuple of Path
        The files, the code first.
    difference : Difference
        From the model's own `predict`, over the test vectors.
    figures : Costs or None
        Bytes and operations, of code.
    checked : str
        What running it said, "" if it was not run.
    left_out : str
        What the model has and the code has not, and what the code has that was not asked for, "" if
        that is nothing.
    """

    paths: tuple[Path, ...]
    difference: Difference
    figures: Costs | None
    checked: str = ""
    left_out: str = ""

    def __str__(self) -> str:
        """Return one line for a person."""
        found = self.figures
        names = ", ".join(path.name for path in self.paths)
        parts = [
            f"{names}: {self.difference}",
            f"{self.paths[0].stat().st_size:,} bytes" if found is None else str(found),
            self.checked,
            self.left_out,
        ]
        return "; ".join(part for part in parts if part)


def write_code(
    model: Exportable,
    folder: str | os.PathLike[str],
    *,
    language: str,
    name: str = "",
    dtype: str = "float64",
    best_start: bool = False,
    std: bool = False,
    interval: float | None = None,
    rows: Any = None,
    check: bool = False,
    sums: str = "auto",
    units: Mapping[str, str] | None = None,
) -> Written:
    """Write a model as code into a folder, which is made if it is not there.

    With `std` the deviation of a new observation follows the targets, with `interval` the ends of
    what holds such a share of observations; with `best_start` the best of
    averaged networks is written alone. `sums` of 32 bits have "one" term or "two"; "auto" takes two
    where one is off by more than `OFF`. `rows` (numbers and codes, as the code takes them) are
    among the test vectors if they are given. Every file is written as a whole or not at all.
    """
    name = name or identifier(model.title)
    if dtype != "float64" and language not in SINGLE:
        raise IncompatibleError(
            f"{language} computes in float64; leave dtype out, or export {' or '.join(SINGLE)}."
        )
    if best_start:
        model = best_alone(model, std or interval is not None)
    if dtype in INTEGERS and language == "c":
        bars = std, interval
        return _write_fixed(model, Path(folder), name, dtype, rows, check, units, bars)
    how = {"std": std, "interval": interval, "units": units}
    program, vectors, far = _programmed(model, name, dtype, language, rows, sums, how)
    printer = import_module(LANGUAGES[language])
    files: dict[str, str] = printer.files(program, vectors.rows, vectors.answers)
    files[f"{name}-test-vectors.csv"] = csv_of(program, vectors)
    cost = figures(program)
    files[f"{name}-README.txt"] = readme(language, program, far, cost, list(files), dtype)
    place = Path(folder)
    paths = put(place, files)
    checked = ""
    if check:
        from neurona.export.code.check import run

        checked = run(language, program, place, vectors)
    notes = "; ".join(
        filter(None, (_terms(program, sums), left_out(model, std or interval is not None)))
    )
    return Written(paths, far, cost, checked, notes)


def _programmed(
    model: Exportable,
    name: str,
    dtype: str,
    language: str,
    rows: Any,
    sums: str,
    how: Any,
) -> tuple[Program, Vectors, Difference]:
    """Return a program with its test vectors and how far it is from `predict`."""
    if sums not in SUMS:
        raise ValueError(f"sums must be one of {', '.join(SUMS)}. Got {sums!r} instead.")

    def made(**kind: Any) -> tuple[Program, Vectors, Difference]:
        program = program_of(model, name, dtype, **kind, **how)
        check_length(program)
        vectors = vectors_of(program, rows)
        return program, vectors, difference(model, program, vectors)

    found = made(pairs=sums == "two", whole=sums == "whole")
    if sums == "whole" and not (language == "c" and found[0].specials):
        raise IncompatibleError(
            "Sums of whole numbers are for C in float32, of a table's columns and of hidden layers "
            "of tanh or logistic; say --sums two."
        )
    if dtype != "float32" or sums != "auto" or found[2].largest <= OFF:
        return found
    # whole numbers cost no more than sums of one term, two terms twice as much and more
    for kind in ("whole", "pairs") if language == "c" else ("pairs",):
        try:
            better = made(**{kind: True})
        except IncompatibleError:  # too large for source text that way
            continue
        far, near = found[2].largest, better[2].largest
        if near < far / 2 or near <= GOAL < far:
            found = better
        if found[2].largest <= GOAL:
            break
    return found


def _terms(program: Program, sums: str) -> str:
    """Return what sums are like if nobody asked for it, in words."""
    if sums != "auto":
        return ""
    if program.specials:
        return "sums are whole numbers of 64 bits, as weights cancel"
    return "sums have two terms, as weights cancel" if program.pairs else ""


def left_out(model: Exportable, bars: bool = False) -> str:
    """Return what the model has and code has not, in words."""
    return "its error bars are left out" if model.has_error_bars and not bars else ""


def _write_fixed(
    model: Exportable,
    folder: Path,
    name: str,
    dtype: str,
    rows: Any,
    check: bool,
    units: Any,
    bars: tuple[bool, float | None],
) -> Written:
    from neurona.export.integers.network import Asked
    from neurona.export.integers.writing import write_fixed

    alike = replace(model, noise_scale=None)
    found = write_fixed(alike, name, dtype, rows, units, Asked(*bars))
    paths = put(folder, found.files)
    checked = ""
    if check:
        from neurona.export.code.check import run_fixed

        checked = run_fixed(name, folder, found.rows, found.answers)
    wider = f"numbers have 32 bits, as {found.why}" if found.why else ""
    asked = Asked(*bars).bars
    one_size = ONE_SIZE if asked and model.noise_scale is not None else ""
    notes = "; ".join(filter(None, (wider, left_out(model, asked), one_size)))
    return Written(paths, found.difference, found.figures, checked, notes)


def put(folder: Path, files: dict[str, str]) -> tuple[Path, ...]:
    """Write texts as files of a folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_atomically(folder / name, [text.encode("utf-8")])
    return tuple(folder / name for name in files)


def writer(language: str) -> Callable[..., Written]:
    """Return the exporter of a language."""

    return partial(write_code, language=language)
