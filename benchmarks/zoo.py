"""A zoo of sick and healthy trainings: does `diagnose` find what is wrong, does its remedy help?

Run `python -m benchmarks.zoo [--half develop|report|tune] [--quick] [NAME ...]`; prints Markdown
tables. Every patient is made by script: a data set, a seed, a size, and one thing that is wrong (or
none). The thresholds were chosen on the half "develop"; "report" has other data sets and seeds, and
"tune" others again, for what is mended after "report" was looked at.
Sets of ../shared/data beside the repository are left out where it is missing.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
import warnings
from dataclasses import dataclass
from typing import Any

from benchmarks.zoo_healthy import healthy
from benchmarks.zoo_patients import PATIENTS, Patient
from benchmarks.zoo_sets import DATA
from benchmarks.zoo_sick import sicknesses
from neurona import diagnose

sicknesses()
healthy()


@dataclass
class Result:
    patient: Patient
    found: list[str]
    severities: list[float]
    place: int | None
    improved: bool | None
    trial: str
    seconds: float


def visit(one: Patient) -> Result:
    """Return what is found in a patient, and what the expected finding's remedy comes to."""
    model, *rows = one.rows()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model
        with contextlib.suppress(ValueError):  # diverged at once
            fitted = model.fit(rows[0], rows[1])
        begun = time.perf_counter()
        found = diagnose(fitted, *rows)
        seconds = time.perf_counter() - begun
        names = found.names
        place = names.index(one.expected) if one.expected in names else None
        improved, told = None, ""
        if place is not None:
            trial = found[place].try_it()
            improved, told = trial.improved or trial.honest, str(trial)
    return Result(one, names, [f.severity for f in found], place, improved, told, seconds)


def chosen(half: str = "", quick: bool = False, names: Any = ()) -> list[Patient]:
    return [
        one
        for one in PATIENTS
        if (not half or one.half == half)
        and (not quick or one.quick)
        and (not names or any(name in (one.expected or "healthy") for name in names))
        and (not one.needs or (DATA / one.needs).exists())
    ]


def report(results: list[Result]) -> str:
    lines = [
        "| finding | patients | first or second | remedy helps | told in the first two places "
        "| of these right |",
        "|---|---|---|---|---|---|",
    ]
    for name in sorted({r.patient.expected for r in results if r.patient.expected}):
        own = [r for r in results if r.patient.expected == name]
        hit = [r for r in own if r.place is not None and r.place < 2]
        helped = [r for r in hit if r.improved]
        told = [r for r in results if name in r.found[:2]]
        right = [r for r in told if name == r.patient.expected or name in r.patient.also]
        lines.append(
            f"| {name} | {len(own)} | {len(hit)} | {len(helped)} | {len(told)} | {len(right)} |"
        )
    well = [r for r in results if not r.patient.expected]
    noted = [r for r in well if r.found]
    lines.append(f"\nhealthy: {len(well)}, with a finding: {len(noted)}")
    sick = [r for r in results if r.patient.expected]
    hits = sum(r.place is not None and r.place < 2 for r in sick)
    helps = sum(bool(r.improved) and r.place is not None and r.place < 2 for r in sick)
    lines.append(f"sick: {len(sick)}, first or second: {hits}, and its remedy helps: {helps}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", default="", choices=["develop", "report", "tune"])
    parser.add_argument("--quick", action="store_true", help="small sets only")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a finding, or a part of it")
    given = parser.parse_args()
    results = []
    for one in chosen(given.half, given.quick, given.names):
        result = visit(one)
        results.append(result)
        if one.expected:
            fine = result.place is not None and result.place < 2 and result.improved
        else:
            fine = not result.found
        shown = ", ".join(
            f"{n} {s:.2f}" for n, s in zip(result.found, result.severities, strict=True)
        )
        print(
            f"{'    ' if fine else '!!! '}{one.half[:3]} {one.name}: {shown} | {result.trial} "
            f"({result.seconds:.1f} s)",
            file=sys.stderr,
            flush=True,
        )
    print(report(results))


if __name__ == "__main__":
    main()
