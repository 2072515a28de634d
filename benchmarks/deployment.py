"""What a network costs where it is taken to: flash, stack, time, and how far it is from `predict`.

Run `python -m benchmarks.deployment` (about a minute; needs gcc, for the chip also
arm-none-eabi-gcc, for ONNX the package onnxruntime; other exporters where they are installed). The
network is 6-20-2, tanh: the robot arm's, and one with random weights, which does not cancel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

import neurona
from neurona.export.code.evaluate import evaluate
from neurona.export.code.program import program_of
from neurona.export.source import Exportable, Layer, Layers

CHIP = "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -std=c99 -Os"
SECTIONS = "-ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,-e,reset -nostdlib -lgcc"
TIMED = """\
#include <stdio.h>
#include <time.h>
#include "arm.h"
int main(void) {{
    {real} x[ARM_INPUTS] = {{0}}, y[ARM_OUTPUTS];
    double sum = 0, least = 1e9;
    for (int turn = 0; turn < 500; turn++) {{
        clock_t from = clock();
        for (int k = 0; k < 5000; k++) {{
            x[k % (int)ARM_INPUTS] = ({real})(k % 1000) * {scale};
            (void)arm_predict(x, y);
            sum += (double)y[0];
        }}
        double time = (double)(clock() - from) / CLOCKS_PER_SEC / 5e-3;
        least = time < least ? time : least;
    }}
    printf("%g %g\\n", least, sum);
    return 0;
}}
"""


def robot_arm() -> tuple[Exportable, np.ndarray]:
    data = neurona.datasets.load("robot-arm", rows=2000)
    table = {name: data.X[:, k] for k, name in enumerate(data.input_names)}
    targets = {name: data.y[:, k] for k, name in enumerate(data.target_names)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = neurona.TableRegressor((20,), activation="tanh", random_state=0).fit(table, targets)
    found = neurona.export.exportable(model)
    return found.alone(), data.X


def eight_thirty_one() -> tuple[Exportable, np.ndarray]:
    rows = np.random.default_rng(0).normal(size=(2000, 8))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = neurona.TableRegressor((30,), activation="tanh", steps=20, random_state=0)
        model.fit({f"x{k}": rows[:, k] for k in range(8)}, rows[:, 0])
    return with_random_weights(neurona.export.exportable(model).alone()), rows


def with_random_weights(model: Exportable) -> Exportable:
    random = np.random.default_rng(0)
    layers = [
        Layer(random.normal(size=one.weights.shape) / np.sqrt(len(one.weights)),
              np.asarray(random.normal(size=one.biases.shape) * 0.1), one.activation)
        for one in model.networks[0].layers
    ]  # fmt: skip
    return replace(model, networks=(Layers(tuple(layers)),))


def ran(command: str, folder: Path) -> str:
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def on_chip(folder: Path, real: str) -> tuple[int, int, int]:
    """Flash with all it needs, static memory of its own, stack of the calls."""
    (folder / "main.c").write_text(
        '#include "arm.h"\nvoid reset(void);\n'
        f"{real} x[6], y[2];\n"
        "void reset(void) { for (;;) { (void)arm_predict(x, y); } }\n"
    )
    ran(f"arm-none-eabi-gcc {CHIP} -fstack-usage main.c arm.c {SECTIONS} -o a.elf", folder)
    text, data, bss = map(int, ran("arm-none-eabi-size a.elf", folder).splitlines()[1].split()[:3])
    lines = "".join(path.read_text() for path in folder.glob("*arm.su")).splitlines()
    used = {line.split(":")[3].split()[0]: int(line.split("\t")[1]) for line in lines}
    stack = sum(n for name, n in used.items() if name not in ("arm_selftest", "arm_info", "reset"))
    # x and y are main's
    return text, data + bss - 32, stack


KINDS = (
    ("float64", "one"),
    ("float32", "one"),
    ("float32", "whole"),
    ("float32", "two"),
    ("int16", "one"),
    ("int32", "one"),
)
"""Numbers, and how many terms their sums have."""


def said_of(dtype: str, sums: str) -> str:
    if dtype != "float32":
        return dtype
    terms = {"one": "one term", "two": "two terms", "whole": "whole numbers"}
    return f"{dtype}, sums of {terms[sums]}"


def errors(model: Exportable, rows: np.ndarray, dtype: str, sums: str) -> tuple[float, float]:
    assert model.answers.scaling is not None
    spread = np.array(model.answers.scaling.scale)
    if dtype.startswith("int"):
        found = neurona.export.c(
            model, tempfile.mkdtemp(), name="arm", dtype=dtype, rows=rows
        ).difference
        return found.largest, found.rms
    given = rows.astype(dtype).astype(float)
    program = program_of(model, "arm", dtype, pairs=sums == "two", whole=sums == "whole")
    gaps = np.abs(evaluate(program, given)[0] - model.predict(given))
    return float((gaps / spread).max()), float(np.sqrt(((gaps / spread) ** 2).mean()))


def onnx_error(model: Exportable, rows: np.ndarray) -> float:
    import onnxruntime

    from neurona.export.tensors.model import graph_of

    assert model.answers.scaling is not None
    made = graph_of(model, matrix=True).SerializeToString()
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    gaps = np.abs(session.run(None, {"x": rows})[0] - model.predict(rows))
    return float((gaps / model.answers.scaling.scale).max())


def real_of(dtype: str) -> str:
    return {"float64": "double", "float32": "float"}.get(dtype, "int32_t")


def timed(folder: Path, real: str) -> float:
    """Microseconds of a prediction at -O2: the least of many short times."""
    scale = "1" if real == "int32_t" else f"({real})0.001"
    (folder / "timed.c").write_text(TIMED.format(real=real, scale=scale))
    ran("gcc -std=c99 -O2 timed.c arm.c -o timed", folder)
    return min(float(ran("./timed", folder).split()[0]) for _ in range(5))


def from_a_file(rows: np.ndarray) -> str:
    code = "import sys, neurona; neurona.export.c(sys.argv[1], sys.argv[2], name='arm'); "
    code += "print('sklearn' in sys.modules)"
    folder = Path(tempfile.mkdtemp())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = {f"x{k}": rows[:, k] for k in range(6)}
        model = neurona.TableRegressor((20,), steps=20, random_state=0).fit(table, rows[:, 0])
    neurona.save(model, folder / "a.neurona")
    command = [sys.executable, "-c", code, str(folder / "a.neurona"), str(folder)]
    # with bytecode, as an installed package has it
    words = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    words["PYTHONPYCACHEPREFIX"] = str(folder)
    times = []
    for _ in range(8):
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=words).stdout
        times.append(time.perf_counter() - start)
    return (
        f"from a file, in a new process: {sorted(times)[3]:.2f} s (least {min(times):.2f}), "
        f"scikit-learn imported: {done.strip()}"
    )


def main() -> None:
    arm, rows = robot_arm()
    random = with_random_weights(arm)
    print(
        "| from `predict`, in spreads of the target: largest (rms) | robot arm | random weights |"
    )
    print("|---|---|---|")
    for dtype, sums in KINDS:
        found = [errors(model, rows, dtype, sums) for model in (arm, random)]
        cells = " | ".join(f"{a:.1e} ({b:.1e})" for a, b in found)
        print(f"| C, {said_of(dtype, sums)} | {cells} |")
    try:
        print("| ONNX Runtime, float64 |", " | ".join(
            f"{onnx_error(model, rows):.1e}" for model in (arm, random)), "|")  # fmt: skip
    except ImportError:
        print("no ONNX Runtime here")
    print()
    for dtype, sums in KINDS:
        folder = Path(tempfile.mkdtemp())
        start = time.perf_counter()
        neurona.export.c(arm, folder, name="arm", dtype=dtype, sums=sums)
        seconds = time.perf_counter() - start
        said = f"{said_of(dtype, sums)}: written in {seconds:.2f} s"
        real = real_of(dtype)
        said += f", a prediction {timed(folder, real):.2f} us at -O2"
        if shutil.which("arm-none-eabi-gcc") and dtype != "float64":
            flash, memory, stack = on_chip(folder, real)
            said += f", Cortex-M4F: {flash:,} B flash, {memory} B static, {stack} B stack"
        print(said)
    print(from_a_file(rows))

    from benchmarks import deployment_peers

    wide, more = eight_thirty_one()
    for dtype in ("float64", "float32"):
        folder = Path(tempfile.mkdtemp())
        neurona.export.c(wide, folder, name="arm", dtype=dtype, sums="one")
        print(f"8-30-1 {dtype}: a prediction {timed(folder, real_of(dtype)):.2f} us at -O2")
    models = {"robot arm": arm, "random weights": random, "8-30-1": wide}
    deployment_peers.main(models, {"robot arm": rows, "random weights": rows, "8-30-1": more})


if __name__ == "__main__":
    main()
