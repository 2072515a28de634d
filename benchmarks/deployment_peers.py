"""Other exporters on the same network and the same rows: emx-onnx-cgen and emlearn.

Used by `python -m benchmarks.deployment` where they are installed (`pip install emlearn
emx-onnx-cgen`). emx is given the smallest graph with the scalings inside; emlearn cannot scale, so
it is given scaled numbers and asked for one of the two targets, as it says only one.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from neurona.export.source import Exportable

TIMED = """\
#include <stdio.h>
#include <time.h>
{include}
int main(void) {{
    float x[{inputs}] = {{0}}, y[{outputs}] = {{0}}, sum = 0, given = 0;
    double least = 1e9;
    if (ROWS) {{
        for (;;) {{
            for (int k = 0; k < {inputs}; k++) if (scanf("%a", &x[k]) != 1) return 0;
            {call};
            for (int k = 0; k < {outputs}; k++) printf("%a ", (double)y[k]);
            printf("\\n");
        }}
    }}
    for (int turn = 0; turn < 500; turn++) {{
        clock_t from = clock();
        for (int k = 0; k < 5000; k++) {{
            x[k % {inputs}] = (float)(k % 1000) * 0.001F;
            {call};
            sum += y[0];
        }}
        double time = (double)(clock() - from) / CLOCKS_PER_SEC / 5e-3;
        least = time < least ? time : least;
    }}
    printf("%g %g %g\\n", least, (double)sum, (double)given);
    return 0;
}}
"""
CHIP_MAIN = """\
{include}
float x[{inputs}], y[{outputs}];
void _start(void);
void _start(void) {{ for (;;) {{ {call}; }} }}
"""
CHIP = (
    "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os -ffunction-sections "
    "-fdata-sections -Wl,--gc-sections -nostartfiles --specs=nosys.specs --specs=nano.specs"
)


def emx(model: Exportable, folder: Path) -> tuple[str, str]:
    """Write the network as an ONNX graph and that as C; returns how it is included and called."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    first, last = model.networks[0].layers
    scaling = model.answers.scaling
    assert scaling is not None
    constants = {
        "c": [one.center for one in model.encoders],  # type: ignore[attr-defined]
        "s": [one.scale for one in model.encoders],  # type: ignore[attr-defined]
        "w": first.weights, "b": first.biases, "v": last.weights, "d": last.biases,
        "u": list(scaling.scale), "z": list(scaling.center),
    }  # fmt: skip
    nodes = [
        helper.make_node("Sub", ["x", "c"], ["p"]),
        helper.make_node("Div", ["p", "s"], ["q"]),
        helper.make_node("Gemm", ["q", "w", "b"], ["g"]),
        helper.make_node("Tanh", ["g"], ["h"]),
        helper.make_node("Gemm", ["h", "v", "d"], ["o"]),
        helper.make_node("Mul", ["o", "u"], ["m"]),
        helper.make_node("Add", ["m", "z"], ["y"]),
    ]
    sizes = ("x", len(first.weights)), ("y", len(last.biases))
    info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, k]) for n, k in sizes]
    tables = [numpy_helper.from_array(np.asarray(v, np.float32), k) for k, v in constants.items()]
    graph = helper.make_graph(nodes, "emx", info[:1], info[1:], tables)
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), folder / "emx.onnx")
    command = [sys.executable, "-m", "emx_onnx_cgen", "compile", "emx.onnx", "emx.c",
               "--large-temp-threshold", "0"]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    text = (folder / "emx.c").read_text()
    found = re.search(r"^void (\w+)\(([^)]*)\)\s*\{", text, re.MULTILINE)
    names = [n for n in re.findall(r"^void (\w+)\(", text, re.MULTILINE) if "node" not in n]
    assert found is not None
    return '#include "emx.c"', f"{names[-1]}((void *)x, (void *)y)"


def emlearn(model: Exportable, folder: Path) -> tuple[str, str]:
    """Write the network's first target by emlearn; returns how it is included and called."""
    import emlearn as package  # type: ignore[import-not-found]
    from sklearn.neural_network import MLPRegressor

    first, last = model.networks[0].layers
    theirs = MLPRegressor(hidden_layer_sizes=first.biases.shape, activation="tanh", max_iter=1)
    rows = np.random.default_rng(0).normal(size=(40, len(first.weights)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs.fit(rows, rows[:, 0])
    theirs.coefs_ = [first.weights, last.weights[:, :1]]
    theirs.intercepts_ = [first.biases, last.biases[:1]]
    converted = package.convert(theirs, method="inline", dtype="float")
    converted.save(file=str(folder / "emlearn.h"), name="arm")
    where = Path(str(package.includedir))
    text = (folder / "emlearn.h").read_text()
    names = re.findall(
        r"^\s*(?:static )?(?:inline )?(?:int|float)\s+(arm_\w+)\(", text, re.MULTILINE
    )
    call = next(one for one in names if "regress" in one)
    arity = text[text.index(call) :].split(")")[0].count(",") + 1
    given = f"{call}(x, {len(first.weights)}"
    given = f"y[0] = {given})" if arity == 2 else f"(void){given}, y, 1)"
    (folder / "flags").write_text(f"-I{where}")
    return '#include "emlearn.h"', given


def measured(
    make: Callable[[Exportable, Path], tuple[str, str]], model: Exportable, rows: np.ndarray
) -> str:
    """Return the error, time and flash of an exporter's code, in a line of a table."""
    folder = Path(tempfile.mkdtemp())
    include, call = make(model, folder)
    flags = (folder / "flags").read_text().split() if (folder / "flags").exists() else []
    inputs, outputs = len(model.encoders), len(model.answers.names)
    words = {"include": include, "call": call, "inputs": inputs, "outputs": outputs}
    (folder / "main.c").write_text(TIMED.format(**words))
    (folder / "chip.c").write_text(CHIP_MAIN.format(**words))
    assert model.answers.scaling is not None
    center = np.array([one.center for one in model.encoders])  # type: ignore[attr-defined]
    scale = np.array([one.scale for one in model.encoders])  # type: ignore[attr-defined]
    given = rows.astype(np.float32)
    alone = make is emlearn
    if alone:
        given = ((rows - center) / scale).astype(np.float32)
    for mode in (0, 1):
        subprocess.run(
            ["gcc", "-O2", f"-DROWS={mode}", *flags, "main.c", "-lm", "-o", f"run{mode}"],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
    least = min(float(subprocess.run([folder / "run0"], capture_output=True, text=True,
                                     check=True).stdout.split()[0]) for _ in range(5))  # fmt: skip
    text = "".join(" ".join(float(v).hex() for v in row) + "\n" for row in given)
    said = subprocess.run([folder / "run1"], input=text, capture_output=True, text=True, check=True)
    found = np.array(
        [[float.fromhex(v) for v in line.split()] for line in said.stdout.splitlines()]
    )
    units, zeros = np.array(model.answers.scaling.scale), np.array(model.answers.scaling.center)
    if alone:
        must = (model.predict(given.astype(float) * scale + center) - zeros) / units
        gap = float(np.abs(found[:, 0] - must[:, 0]).max())
    else:
        gap = float((np.abs(found - model.predict(given.astype(float))) / units).max())
    flash = "-"
    try:
        subprocess.run(["arm-none-eabi-gcc", *CHIP.split(), *flags, "chip.c", "-lm", "-o", "a.elf"],
                       cwd=folder, check=True, capture_output=True)  # fmt: skip
        sizes = subprocess.run(["arm-none-eabi-size", "a.elf"], cwd=folder, check=True,
                               capture_output=True, text=True).stdout.splitlines()[1]  # fmt: skip
        text_size, data, bss = map(int, sizes.split()[:3])
        flash = f"{text_size + data:,} B flash, {data + bss - 4 * (inputs + outputs)} B static"
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        flash = f"chip: {getattr(error, 'stderr', error)!s:.120}"
    return f"{gap:.1e} | {least:.2f} us | {flash}"


def main(models: dict[str, Exportable], rows: dict[str, np.ndarray]) -> None:
    """Print a line for each exporter that is installed."""
    print("| other exporters, float32 | network | from `predict` | at -O2 | Cortex-M4F |")
    print("|---|---|---|---|---|")
    for name, make in (("emx-onnx-cgen", emx), ("emlearn, one target, scaled outside", emlearn)):
        for called, model in models.items():
            try:
                print(f"| {name} | {called} | {measured(make, model, rows[called])} |")
            except ImportError as error:
                print(f"{name}: not installed ({error})")
                break
            except subprocess.CalledProcessError as error:
                print(f"{name}: failed: {error.stderr!s:.300}")
                break
