"""scikit-learn's own tests of its MLPs, run with neurona's classes in their place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
EXCEPTIONS = Path(__file__).with_name("sklearn_exceptions.md")


def test_all_pass_but_the_listed(tmp_path):
    ini = tmp_path / "pytest.ini"
    ini.touch()
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.sklearn_swap", "-c", str(ini)),
            *("--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-q", "-rf", "--tb=no"),
            *("--pyargs", "sklearn.neural_network.tests.test_mlp"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    listed = set(re.findall(r"^\| (test_\S+) \|", EXCEPTIONS.read_text(), re.M))
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S*::(\S+)", run.stdout, re.M))
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed and int(passed[1]) > 50, run.stdout + run.stderr
    assert failed == listed, run.stdout
