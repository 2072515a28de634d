"""`train --tensorboard`: files in the run's folder or another, also of a run that is taken up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from neurona.cli.main import main
from tests.cli.tables import write_regression

pytest.importorskip("tensorboardX", reason="tensorboardX is not installed")
accumulators = pytest.importorskip(
    "tensorboard.backend.event_processing.event_accumulator",
    reason="tensorboard is not installed",
)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(?!neurona)"),
]
WORDS = ["train", "t.csv", "--hidden", "4", "--epochs", "6", "--out", "run", "-q"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write_regression(tmp_path / "t.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def steps(folder):
    found = accumulators.EventAccumulator(str(folder), {"scalars": 0}).Reload()
    return [one.step for one in found.Scalars("loss")]


def parameters(folder):
    from tensorboard.plugins.hparams import plugin_data_pb2

    found = accumulators.EventAccumulator(str(folder)).Reload()
    content = found.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    return plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams


def test_the_files_are_in_the_runs_folder(folder):
    assert main([*WORDS, "--tensorboard", "--seed", "3"]) == 0
    assert steps("run/tensorboard") == [1, 2, 3, 4, 5, 6]
    given = parameters("run/tensorboard")
    assert given["source"].string_value == "t" and given["seed"].number_value == 3
    assert given["estimator"].string_value == "TableRegressor"
    assert 'tensorboard = "auto"' in (folder / "run/config.toml").read_text()


def test_or_in_another_and_of_several_starts(folder):
    assert main([*WORDS, "--tensorboard", "boards", "--starts", "2", "--progress", "none"]) == 0
    assert steps("boards/start-1") == steps("boards/start-2") == [1, 2, 3, 4, 5, 6]
    assert not (folder / "run/tensorboard").exists()


def test_a_run_that_is_taken_up_goes_on_in_its_files(folder):
    assert main([*WORDS, "--tensorboard", "--checkpoint-every", "4"]) == 0
    assert main(["train", "--resume", "run", "--epochs", "9", "-q"]) == 0
    assert steps("run/tensorboard") == list(range(1, 10))
    assert len(list((folder / "run/tensorboard").iterdir())) == 2


def test_files_that_are_asked_for_late_have_all_epochs(folder):
    assert main([*WORDS, "--checkpoint-every", "4"]) == 0
    assert main(["train", "--resume", "run", "--epochs", "9", "--tensorboard", "-q"]) == 0
    assert steps("run/tensorboard") == list(range(1, 10))


def test_a_table_that_the_flag_swallowed_is_said(folder, capsys):
    assert main(["train", "--tensorboard", "t.csv"]) == 2
    assert "--tensorboard took 't.csv': write the table before it." in capsys.readouterr().err


def test_a_dry_run_writes_none(folder):
    assert main([*WORDS, "--tensorboard", "boards", "--dry-run"]) == 0
    assert not (folder / "boards").exists()


def test_without_the_library_there_is_one_sentence(folder):
    code = (
        "import sys; sys.modules['tensorboardX'] = None\n"
        "from neurona.cli.main import main\n"
        f"sys.exit(main({[*WORDS, '--tensorboard']!r}))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert run.stderr.startswith("error   TensorBoard writes its files by tensorboardX")
    assert run.stderr.count("\n") == 1 and "neurona[tensorboard]" in run.stderr


def test_help_imports_nothing_that_draws():
    code = (
        "import sys\nfrom neurona.cli.main import main\nmain(['train', '--help'])\n"
        "heavy = {'rich', 'tensorboardX', 'numpy', 'sklearn', 'numba'}\n"
        "print('loaded', heavy & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--tensorboard [DIR]" in run.stdout and run.stdout.endswith("loaded set()\n")
