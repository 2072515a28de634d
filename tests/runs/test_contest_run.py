"""A run in which several ways to learn are tried: what is told of it, then and later."""

import numpy as np
import pytest

import neurona
from neurona.diagnosis import diagnose
from neurona.runs import Code, Run, Settings

COLUMNS = "speed", "load"


class Heard(list):
    def take(self, event):
        self.append(event)

    def close(self):
        pass

    def of(self, kind):
        return [event for event in self if event["event"] == kind]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contest")
    random = np.random.RandomState(0)
    speed, load = random.uniform(0, 3, (2, 140))
    flow = np.where(speed > 1.5, 4.0, 1.0) + load + 0.2 * random.randn(140)
    path = folder / "pump.csv"
    header = "speed,load,flow"
    np.savetxt(
        path, np.column_stack([speed, load, flow]), delimiter=",", header=header, comments=""
    )
    heard = Heard()
    settings = Settings.of({"data.source": str(path), "run.out": str(folder / "run")})
    with Run(settings, [heard]) as made:
        assert made.train() is Code.OK
    return made, heard, {"speed": speed, "load": load}, flow


def test_how_far_it_is_is_never_past_the_end(run):
    epochs = run[1].of("epoch")
    assert all(event["epochs_left"] >= 0 for event in epochs)
    # the last one may be told before its training is known to have ended
    last = epochs[-1]
    assert last["epochs_left"] in {0, last["epochs"] - last["epoch"]}


def test_every_epoch_says_what_is_being_tried(run):
    names = {event["candidate"] for event in run[1].of("epoch")}
    assert {"linear, fold 1", "silu 128-128, fold 5"} <= names
    assert not any("seconds_left" in event for event in run[1].of("epoch"))


def test_the_start_names_the_candidates_and_no_one_network(run):
    (start,) = run[1].of("start")
    assert start["candidates"][0] == "linear" and "silu 128-128" in start["candidates"]
    assert start["parameters"] is None and start["solver"] == "several"
    assert start["split"]["train"] == 119 and start["split"]["validation"] == 0
    (done,) = run[1].of("done")
    assert [one["name"] for one in done["candidates"]][1:] == start["candidates"]


def test_nothing_is_noted_of_a_training_that_folds_judge(run):
    assert not [event for event in run[1].of("note") if event["kind"] == "finding"]


def test_each_start_is_told_with_its_candidate(run):
    names = [event["candidate"] for event in run[1].of("start_end")]
    assert "linear, fold 1" in names and all(names)


def test_no_row_counts_as_held_out_in_the_saved_model(run, tmp_path):
    model = neurona.load(run[0].folder.file("model.neurona"))
    _, split = model.divided(run[2], run[3])
    assert len(split.held) == 0 and model.is_stacked
    found = diagnose(model, run[2], run[3])
    assert not {"rate_too_large", "spread_over_starts", "batch_too_large"} & {
        one.name for one in found
    }
    assert any("several ways" in note for note in found.notes)


def test_a_comparison_says_what_was_tried(run):
    facts = neurona.compare(run[0].folder.path, run[0].folder.path).facts
    assert facts["network"][0].startswith("linear, bayesian-lm")


def test_one_of_the_networks_has_not_the_error_bars_of_all(run):
    one = run[0].model.member(0)
    assert np.isfinite(one.predict(run[2])).all() and not hasattr(one, "candidates_")
    with pytest.raises(neurona.IncompatibleError):
        one.predict(run[2], return_std=True)
