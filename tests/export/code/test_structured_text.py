"""Structured Text: read by a parser of TwinCAT's grammar, computed by a small interpreter."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from neurona.export.code.program import program_of
from neurona.export.code.structured_text import source
from neurona.export.code.vectors import vectors_of
from tests.export.code import zoo

HEAD = re.compile(r"(FUNCTION_BLOCK|FUNCTION) (\w+)(?: : \w+)?")


def translated(text):
    """The text as Python, line by line: what is assigned, loops, one IF; each unit a function."""
    text = re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL)
    text = re.sub(r"(\[[^\]\[]*),\s*\n\s*", r"\1, ", text)
    lines, depth, section, name = [], 1, "", ""
    joined = re.sub(r":= \[\s*", ":= [", re.sub(r",\s*\n\s*", ", ", text))
    for raw in joined.splitlines():
        line = raw.strip().rstrip(";")
        head = HEAD.fullmatch(line)
        if head:
            name, block = head[2], head[1] == "FUNCTION_BLOCK"
            lines.append(f"def {name}({'x' if block else 'z'}):")
        elif line.startswith("VAR"):
            section = line
        elif line == "END_VAR":
            section = ""
        elif section:
            lines += declared(line)
        elif line.startswith("FOR "):
            found = re.fullmatch(r"FOR (\w+) := 0 TO (.+) DO", line)
            lines.append(f"{'  ' * depth}for {found[1]} in range(0, {found[2]} + 1):")
            depth += 1
        elif line.startswith("IF "):
            lines.append(f"{'  ' * depth}if {line[3:-5]}:")
            depth += 1
        elif line in ("END_FOR", "END_IF"):
            depth -= 1
        elif line.startswith("END_FUNCTION"):
            lines.append(f"  return {'(y, status)' if line.endswith('BLOCK') else name + '_'}")
        elif line:
            target, value = line.split(" := ", 1)
            value = re.sub(r"(?<![<>:])=", "==", value)
            own = f"{target}_" if target == name else target
            lines.append(f"{'  ' * depth}{own} = {value}")
    return "\n".join(lines)


def declared(line):
    found = re.fullmatch(r"(\w+) : ARRAY\[0\.\.(\d+)\] OF \w+(?: := (\[.*\]))?", line)
    if found and found[1] != "x":
        start = found[3] or f"[0.0] * {int(found[2]) + 1}"
        return [f"  {found[1]} = {start}"]
    zero = re.fullmatch(r"(\w+) : \w+ := ([\d.]+)", line)
    return [f"  {zero[1]} = {zero[2]}"] if zero else []


def computed(text, rows):
    space = {
        "SEL": lambda condition, no, yes: yes if condition else no,
        "LREAL_TO_DINT": int,
        "DINT_TO_LREAL": float,
        "NAN": math.nan,
    }
    exec(translated(text).replace("(l_zero / l_zero)", "NAN"), space)
    return [space["pump"](row) for row in rows]


@pytest.mark.parametrize("name", ["table", "table of classes", "autoencoder of a table", "every"])
def test_the_interpreter_gives_the_same_bits(name):
    model = zoo.every() if name == "every" else zoo.case(name)
    program = program_of(model, "pump")
    vectors = vectors_of(program)
    rows = vectors.rows[~vectors.refused]
    found = computed(source(program), rows.tolist())
    answers = np.array([y for y, _ in found])
    assert answers.tobytes() == vectors.answers[~vectors.refused].tobytes() or np.array_equal(
        answers, vectors.answers[~vectors.refused], equal_nan=True
    )
    assert all(status == 0 for _, status in found)


@pytest.mark.parametrize(
    ("name", "dtype"), [("perceptron", "float64"), ("perceptron", "float32"), ("relu", "float64")]
)
def test_a_parser_reads_it(name, dtype):
    blark = pytest.importorskip("blark", reason="blark is not installed")
    program = program_of(zoo.case(name), "pump", dtype)
    found = blark.parse_source_code(source(program))
    assert "pump" in str(found.transform().items[-1].name)
