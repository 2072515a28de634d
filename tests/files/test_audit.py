"""Loading a model of any kind runs nothing, imports nothing, and opens that file alone."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import tempfile

from tests.files.test_no_code import FORBIDDEN, ROOT

NAMES = ("MLPRegressor", "MLPClassifier", "Autoencoder", "Perceptron", "Adaline",
         "TableRegressor", "TableClassifier", "TableAutoencoder", "bayesian members")  # fmt: skip


def models(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Save a model of every kind that files hold."""
    import warnings

    import numpy as np

    import neurona

    warnings.simplefilter("ignore")
    X = np.random.default_rng(0).normal(size=(30, 2))
    y, classes = X[:, 0], (X[:, 1] > 0).astype(int)
    columns = {"a": X[:, 0], "b": np.where(X[:, 1] > 0, "up", "=down"),
               "day": np.datetime64("2024-01-01") + np.arange(30)}  # fmt: skip
    made = {}
    for name in NAMES:
        words = {"random_state": 0}
        if name == "bayesian members":
            words |= {"hidden_layer_sizes": 2, "solver": "bayesian-lm", "n_starts": 2,
                      "combine": "average", "max_iter": 3}  # fmt: skip
        elif name.startswith("Table"):
            words |= {"epochs": 2, "solver": "adam"}
        else:
            words |= {"max_iter": 2}
        model = getattr(neurona, "MLPRegressor" if " " in name else name)(**words)
        target = classes if "Class" in name or name in ("Perceptron", "Adaline") else y
        given = (columns if name.startswith("Table") else X,)
        model.fit(*given, *(() if "uto" in name else (target,)))
        made[name] = folder / name
        neurona.save(model, made[name])
    return made


def watch() -> None:
    """Load each model under the hook, once loaded before; print what was seen."""
    import neurona

    with tempfile.TemporaryDirectory() as folder:
        paths = models(pathlib.Path(folder))
        for path in paths.values():
            neurona.load(path)
        seen: list[str] = []
        opened: list[object] = []
        path = None

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if path is None:
                return
            if event == "open":
                # a handle is that of a file that was opened before
                opened.extend([arguments[0]] * (not isinstance(arguments[0], int)))
            elif event.startswith((*FORBIDDEN, "os.", "shutil.")):
                seen.append(f"{event} {arguments!r:.200}")

        sys.addaudithook(hook)
        elsewhere = []
        for path in paths.values():
            opened.clear()
            neurona.load(path)
            elsewhere += [str(one) for one in opened if str(one) != str(path)]
            assert opened
        path = None
        print(json.dumps({"loaded": list(paths), "seen": seen, "elsewhere": elsewhere}))


def test_loading_opens_one_file_and_runs_nothing():
    result = subprocess.run(
        [sys.executable, "-m", "tests.files.test_audit"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"loaded": list(NAMES), "seen": [], "elsewhere": []}


if __name__ == "__main__":
    watch()
