"""A functional mock-up unit for co-simulation, with its source, for Simulink and others.

It holds no binary: a tool compiles it (Simulink does so by itself since R2024a, FMPy by its command
`fmpy compile`).
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neurona.export.code import c, fmu3_wrapper, fmu_wrapper
from neurona.export.code.error_bars import best_alone
from neurona.export.code.figures import figures
from neurona.export.code.fmu_text import second, third, token
from neurona.export.code.form import Program
from neurona.export.code.program import check_length, identifier, program_of
from neurona.export.code.readme import readme
from neurona.export.code.vectors import Vectors, csv_of, difference, vectors_of
from neurona.export.code.writing import Written, left_out, put
from neurona.export.source import Exportable
from neurona.files.atomic import write_atomically

VERSIONS = {"2.0": second, "3.0": third}
OLDEST = (1980, 1, 1, 0, 0, 0)


def write_fmu(
    model: Exportable,
    folder: str | os.PathLike[str],
    *,
    name: str = "",
    best_start: bool = False,
    std: bool = False,
    interval: float | None = None,
    rows: Any = None,
    check: bool = False,
    fmi: str = "2.0",
    units: Mapping[str, str] | None = None,
) -> Written:
    """Write a model as NAME.fmu with its test vectors; see `fmu`."""
    if fmi not in VERSIONS:
        raise ValueError(f"fmi must be one of {', '.join(VERSIONS)}. Got {fmi!r} instead.")
    if best_start:
        model = best_alone(model, std or interval is not None)
    name = name or identifier(model.title)
    program = program_of(model, name, std=std, units=units, interval=interval)
    check_length(program)
    vectors = vectors_of(program, rows)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    files = c.files(program, vectors.rows, vectors.answers)
    files = {f"sources/{key}": text for key, text in files.items()}
    files[f"sources/{program.name}_fmu.c"] = wrapper(program, fmi)
    files = VERSIONS[fmi](program) | files
    path, table = place / f"{program.name}.fmu", place / f"{program.name}-test-vectors.csv"
    far, cost = difference(model, program, vectors), figures(program)
    write_atomically(path, [_zipped(files)])
    write_atomically(table, [csv_of(program, vectors).encode()])
    told = readme("fmu", program, far, cost, [path.name, table.name], "float64")
    checked = _checked(program, vectors) if check else ""
    return Written(
        (path, table, *put(place, {f"{program.name}-README.txt": told})), far, cost, checked,
        left_out(model, std or interval is not None),
    )  # fmt: skip


def _checked(program: Program, vectors: Vectors) -> str:
    """Return what running the C inside says."""
    from neurona.export.code.check import run

    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), c.files(program, vectors.rows, vectors.answers))
        return run("c", program, Path(folder), vectors)


def _zipped(files: dict[str, str]) -> bytes:
    """Return an archive whose bytes depend on the files alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, OLDEST), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def wrapper(program: Program, fmi: str) -> str:
    """Return the C around the model."""
    count, answers = len(program.inputs), len(program.outputs)
    text = {"2.0": fmu_wrapper.WRAPPER, "3.0": fmu3_wrapper.WRAPPER}[fmi]
    return text.format(
        name=program.name, upper=program.name.upper(), inputs=count, outputs=answers,
        both=count + answers, guid=token(program),
        start=", ".join(repr(float(one.usual)) for one in program.inputs),
    )  # fmt: skip
