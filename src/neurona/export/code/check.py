"""Running what was written: the test vectors go in, and every answer must have its bits.

What runs a language is looked for on this computer; where there is nothing, that is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from neurona.errors import IncompatibleError
from neurona.export.code.form import Program
from neurona.export.code.vectors import Vectors

SECONDS = 120

C_MAIN = """\
#include <stdio.h>
#include "{name}.h"

int main(void) {{
    {real} x[{inputs}], y[{outputs}];
    double given = 0;
    if ({name}_selftest() != 0) {{
        return 2;
    }}
    for (;;) {{
        for (int k = 0; k < {inputs}; k++) {{
            if (scanf("%la", &given) != 1) {{
                return 0;
            }}
            x[k] = ({real})given;
        }}
        (void){name}_predict(x, y);
        for (int k = 0; k < {outputs}; k++) {{
            printf("%a ", (double)y[k]);
        }}
        printf("\\n");
    }}
}}
"""
FIXED_MAIN = """\
#include <stdio.h>
#include "{name}.h"

int main(void) {{
    int32_t x[{inputs}], y[{outputs}];
    long given = 0;
    if ({name}_selftest() != 0) {{
        return 2;
    }}
    for (;;) {{
        for (int k = 0; k < {inputs}; k++) {{
            if (scanf("%ld", &given) != 1) {{
                return 0;
            }}
            x[k] = (int32_t)given;
        }}
        (void){name}_predict(x, y);
        for (int k = 0; k < {outputs}; k++) {{
            printf("%ld ", (long)y[k]);
        }}
        printf("\\n");
    }}
}}
"""
PYTHON_MAIN = """\
import sys
sys.path.insert(0, {folder!r})
import {name} as model
if model.selftest():
    raise SystemExit(2)
for line in sys.stdin:
    print(*(one.hex() for one in model.predict([float.fromhex(one) for one in line.split()])))
"""
SCRIPT_MAIN = """\
import {{ predict, selftest }} from {module};
const bits = new DataView(new ArrayBuffer(8));
const number = (text) => {{
  bits.setBigUint64(0, BigInt("0x" + text));
  return bits.getFloat64(0);
}};
const text = (value) => {{
  bits.setFloat64(0, value);
  return bits.getBigUint64(0).toString(16).padStart(16, "0");
}};
if (selftest() !== 0) {{
  process.exit(2);
}}
for (const row of {rows}) {{
  console.log(predict(row.map(number)).map(text).join(" "));
}}
"""


def run(language: str, program: Program, folder: Path, vectors: Vectors) -> str:
    """Return what running the code of a folder says; IncompatibleError if an answer is wrong."""
    if language not in RUNNERS:
        return "not run: nothing here runs it"
    answered = ~vectors.refused
    rows, answers = vectors.rows[answered], vectors.answers[answered]
    with tempfile.TemporaryDirectory() as scratch:
        found = RUNNERS[language](program, folder, Path(scratch), rows)
    if isinstance(found, str):
        return found
    tool, values = found
    wrong = np.flatnonzero(~_equal(values, answers).all(axis=1))
    if len(wrong):
        raise IncompatibleError(
            f"{tool} gives other answers than it must in {len(wrong)} of {len(rows)} rows, first "
            f"in row {wrong[0] + 1}; do not use what was written, and please report it."
        )
    return f"{tool} gives the same bits in {len(rows)} rows"


def run_fixed(name: str, folder: Path, rows: np.ndarray, answers: np.ndarray) -> str:
    """Return what running C of integers says; IncompatibleError if an answer is wrong."""
    tool = compiler()
    if tool is None:
        return "not run: no C compiler here"
    main = FIXED_MAIN.format(name=name, inputs=rows.shape[1], outputs=answers.shape[1])
    given = "".join(" ".join(map(str, row)) + "\n" for row in rows.tolist())
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "main.c").write_text(main, encoding="utf-8")
        files = [f"{scratch}/main.c", str(folder / f"{name}.c")]
        _called([tool, "-std=c99", "-O2", f"-I{folder}", "-o", f"{scratch}/run", *files])
        found = _called([f"{scratch}/run"], given)
    values = np.array([[int(one) for one in line.split()] for line in found.splitlines()])
    if not np.array_equal(values, answers):
        raise IncompatibleError(
            f"{Path(tool).name} gives other answers than it must; do not use what was written, and "
            "please report it."
        )
    return f"{Path(tool).name} gives the same integers in {len(rows)} rows"


def _equal(values: np.ndarray, answers: np.ndarray) -> np.ndarray:
    same: np.ndarray = (values == answers) | (np.isnan(values) & np.isnan(answers))
    return same


Found = str | tuple[str, np.ndarray]


def _called(command: list[str], given: str = "") -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=SECONDS, env=environment
    )
    if done.returncode:
        said = (done.stderr.strip() or f"it ended with {done.returncode}").splitlines()[-1][:200]
        raise IncompatibleError(f"{Path(command[0]).name} failed on what was written: {said}")
    return done.stdout


def _lines(rows: np.ndarray) -> str:
    return "".join(" ".join(v.hex() for v in row) + "\n" for row in rows.tolist())


def _read(text: str) -> np.ndarray:
    return np.array([[float.fromhex(one) for one in line.split()] for line in text.splitlines()])


def compiler() -> str | None:
    """Return the C compiler of this computer, None if there is none."""
    names = (os.environ.get("CC", ""), "cc", "gcc", "clang")
    return next((found for one in names if one and (found := shutil.which(one))), None)


def _c(program: Program, folder: Path, scratch: Path, rows: np.ndarray) -> Found:
    tool = compiler()
    if tool is None:
        return "not run: no C compiler here"
    real = "float" if program.single else "double"
    main = C_MAIN.format(
        name=program.name, real=real, inputs=len(program.inputs), outputs=len(program.outputs)
    )
    (scratch / "main.c").write_text(main, encoding="utf-8")
    code, binary = folder / f"{program.name}.c", scratch / "run"
    _called(
        [tool, "-std=c99", "-O2", f"-I{folder}", "-o", f"{binary}", f"{scratch}/main.c", f"{code}"]
    )
    return Path(tool).name, _read(_called([str(binary)], _lines(rows)))


def _python(program: Program, folder: Path, scratch: Path, rows: np.ndarray) -> Found:
    main = PYTHON_MAIN.format(folder=str(folder.resolve()), name=program.name)
    (scratch / "main.py").write_text(main, encoding="utf-8")
    found = _called([sys.executable, "-I", "-B", str(scratch / "main.py")], _lines(rows))
    return "python", _read(found)


def _javascript(program: Program, folder: Path, scratch: Path, rows: np.ndarray) -> Found:
    tool = shutil.which("node")
    if tool is None:
        return "not run: no Node.js here"
    module = (folder / f"{program.name}.mjs").resolve().as_uri()
    bits = rows.astype(">f8").view(">u8")
    texts = [[f"{v:016x}" for v in row] for row in bits.tolist()]
    main = SCRIPT_MAIN.format(module=repr(module), rows=texts)
    (scratch / "main.mjs").write_text(main, encoding="utf-8")
    found = _called([tool, str(scratch / "main.mjs")])
    words = [[int(one, 16) for one in line.split()] for line in found.splitlines()]
    return "node", np.array(words, np.uint64).view(np.float64)


def _matlab(program: Program, folder: Path, scratch: Path, rows: np.ndarray) -> Found:
    tool = shutil.which("octave-cli") or shutil.which("octave")
    if tool is None:
        return "not run: no Octave here"
    rows.astype("<f8").T.tofile(scratch / "x.bin")
    main = (
        f"addpath('{folder.resolve()}');\n"
        f"f = fopen('{scratch}/x.bin'); x = fread(f, [{len(rows)}, Inf], 'double'); fclose(f);\n"
        f"y = {program.name}(x);\n"
        f"f = fopen('{scratch}/y.bin', 'w'); fwrite(f, y, 'double'); fclose(f);\n"
    )
    (scratch / "main_.m").write_text(main, encoding="utf-8")
    _called([tool, "--norc", "--quiet", "--no-gui", str(scratch / "main_.m")])
    found = np.fromfile(scratch / "y.bin", "<f8")
    return "octave", found.reshape(-1, len(rows)).T


RUNNERS: dict[str, Callable[[Program, Path, Path, np.ndarray], Found]] = {
    "c": _c,
    "python": _python,
    "javascript": _javascript,
    "matlab": _matlab,
}
