"""A functional mock-up unit (FMI 2.0, co-simulation) with its source, for Simulink and others.

It holds no binary: a tool compiles it (Simulink does so by itself since R2024a, FMPy by its command
`fmpy compile`).
"""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from neurona.export.code import c
from neurona.export.code.figures import figures
from neurona.export.code.fmu_wrapper import WRAPPER
from neurona.export.code.form import Program
from neurona.export.code.program import identifier, program_of
from neurona.export.code.texts import input_line, output_line, version
from neurona.export.code.vectors import csv_of, difference, vectors_of
from neurona.export.code.writing import Written, left_out
from neurona.export.source import Exportable
from neurona.files.atomic import write_atomically

OLDEST = (1980, 1, 1, 0, 0, 0)


def write_fmu(
    model: Exportable,
    folder: str | os.PathLike[str],
    *,
    name: str = "",
    best_start: bool = False,
    std: bool = False,
    rows: Any = None,
) -> Written:
    """Write a model as NAME.fmu with its test vectors; see `fmu`."""
    if best_start:
        model = replace(model, networks=(model.networks[model.best],))
    program = program_of(model, name or identifier(model.title), std=std)
    vectors = vectors_of(program, rows)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    files = c.files(program, vectors.rows, vectors.answers)
    files = {f"sources/{key}": text for key, text in files.items()}
    files[f"sources/{program.name}_fmu.c"] = wrapper(program)
    files = {"modelDescription.xml": description(program), **files}
    path, table = place / f"{program.name}.fmu", place / f"{program.name}-test-vectors.csv"
    write_atomically(path, [_zipped(files)])
    write_atomically(table, [csv_of(program, vectors).encode()])
    far = difference(model, program, vectors)
    return Written((path, table), far, figures(program), "", left_out(model, std))


def _zipped(files: dict[str, str]) -> bytes:
    """Return an archive whose bytes depend on the files alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, OLDEST), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def wrapper(program: Program) -> str:
    """Return the C around the model."""
    count, answers = len(program.inputs), len(program.outputs)
    return WRAPPER.format(
        name=program.name, upper=program.name.upper(), inputs=count, outputs=answers,
        both=count + answers, guid=_guid(program),
        start=", ".join(repr(float(one.usual)) for one in program.inputs),
    )  # fmt: skip


def _guid(program: Program) -> str:
    return f"{{{program.name}-{program.checksum}}}"


def description(program: Program) -> str:
    """Return modelDescription.xml: inputs first, then outputs, all real numbers."""
    count = len(program.inputs)
    taken: set[str] = set()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<fmiModelDescription fmiVersion="2.0" modelName={quoteattr(program.name)} '
        f"guid={quoteattr(_guid(program))} "
        f"generationTool={quoteattr(f'neurona {version()}')} "
        'variableNamingConvention="flat">',
        f"  <CoSimulation modelIdentifier={quoteattr(program.name)} "
        'canHandleVariableCommunicationStepSize="true">',
        "    <SourceFiles>",
        f'      <File name="{program.name}.c"/>',
        f'      <File name="{program.name}_fmu.c"/>',
        "    </SourceFiles>",
        "  </CoSimulation>",
        "  <ModelVariables>",
    ]
    for k, one in enumerate(program.inputs):
        lines.append(
            f'    <ScalarVariable name={_name(one.name, taken)} valueReference="{k}" '
            f'causality="input" variability="continuous" description={_attribute(input_line(one))}>'
        )
        lines += [f'      <Real start="{float(one.usual)!r}"/>', "    </ScalarVariable>"]
    for k, found in enumerate(program.outputs):
        name = (
            f"{found.name} {found.kind}" if found.kind in ("probability", "label") else found.name
        )
        lines.append(
            f'    <ScalarVariable name={_name(name, taken)} valueReference="{count + k}" '
            'causality="output" variability="continuous" '
            f"description={_attribute(output_line(found))}>"
        )
        lines += ["      <Real/>", "    </ScalarVariable>"]
    places = range(count + 1, count + 1 + len(program.outputs))
    unknowns = "".join(f'<Unknown index="{k}"/>' for k in places)
    return "\n".join([
        *lines,
        "  </ModelVariables>",
        "  <ModelStructure>",
        f"    <Outputs>{unknowns}</Outputs>",
        f"    <InitialUnknowns>{unknowns}</InitialUnknowns>",
        "  </ModelStructure>",
        "</fmiModelDescription>",
    ]) + "\n"  # fmt: skip


def _attribute(text: str) -> str:
    """Return a text as an attribute's value, without what XML cannot hold."""
    return quoteattr("".join(one if one.isprintable() else "_" for one in text))


def _name(name: str, taken: set[str]) -> str:
    """Return a variable's name, different from those taken."""
    plain = "".join(one if one.isprintable() else "_" for one in str(name)) or "_"
    found, count = plain, 1
    while found in taken:
        count += 1
        found = f"{plain} {count}"
    taken.add(found)
    return quoteattr(found)
