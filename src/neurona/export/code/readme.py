"""The few lines beside what was written: what it is, how it is called, what goes in and comes out,
how near it is.
"""

from __future__ import annotations

from neurona.export.code.c_words import has_words
from neurona.export.code.costs import Costs
from neurona.export.code.form import Program
from neurona.export.code.texts import head_lines
from neurona.export.code.vectors import Difference


def _c(program: Program, dtype: str) -> list[str]:
    name = program.name
    real = {"float32": "float", "int16": "int32_t", "int32": "int32_t"}.get(dtype, "double")
    lines = [
        f'#include "{name}.h"',
        f"{real} x[{len(program.inputs)}], y[{len(program.outputs)}];",
        f"int32_t status = {name}_predict(x, y);   /* 0: answered */",
        f"compile {name}.c with your code, as C99, C11 or C++11: no library, no -ffast-math",
    ]
    if has_words(program.inputs):
        lines.insert(2, f'x[k] = {name}_cell(k, "word");   /* for columns of words */')
    return lines


USE = {
    "python": lambda p, d: [
        f"import {p.name}",
        f"y = {p.name}.predict({p.name}.encode(row))   # row: a dict of cells by column",
        f"Y = {p.name}.predict_rows(X)   # many rows of numbers at once, with NumPy",
        f"python {p.name}.py   checks itself",
    ],
    "javascript": lambda p, d: [
        f'import {{ predict, encode, selftest }} from "./{p.name}.mjs";',
        "const y = predict(encode(row));   // row: an object of cells by column",
    ],
    "matlab": lambda p, d: [f"y = {p.name}(x);   % x: rows x {len(p.inputs)}"],
    "st": lambda p, d: [
        f"VAR model : {p.name}; END_VAR",
        "model(x := cells); answer := model.y[0];   (* nobody has run it on a PLC yet *)",
    ],
    "fmu": lambda p, d: [
        f"fmpy compile {p.name}.fmu; fmpy simulate {p.name}.fmu   (Simulink compiles by itself)",
    ],
    "onnx": lambda p, d: [
        "import onnxruntime",
        f'session = onnxruntime.InferenceSession("{p.name}.onnx")',
        "answers = session.run(None, inputs)   # inputs: as session.get_inputs() names them",
    ],
    "c": _c,
}
"""How each language calls what was written."""


def readme(
    language: str,
    program: Program,
    far: Difference,
    found: Costs | None,
    files: list[str],
    dtype: str,
    said: list[str] | None = None,
) -> str:
    """Return the text; `said` is the head of the code, where it is another than the program's."""
    lines = [
        *(head_lines(program, 1 if language == "matlab" else 0) if said is None else said),
        "",
        f"Files: {', '.join(files)}.",
        "The table of test vectors has rows of inputs x, answers y, and a status (0: answered); "
        "numbers with a point are hexadecimal, so that no bit is lost.",
        "",
        *USE[language](program, dtype),
        "",
        f"Beside neurona's own predict: {far}.",
    ]
    if found is not None:
        lines.append(f"It has {found}.")
    return "\n".join(lines) + "\n"
