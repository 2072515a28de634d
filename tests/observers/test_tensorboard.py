"""TensorBoard's files, read back by TensorBoard itself: whole, cut, taken up, of several starts."""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys

import numpy as np
import pytest

import neurona
from neurona.observers.event_file import events_of
from neurona.training.history import EpochRecord

pytest.importorskip("tensorboardX", reason="tensorboardX is not installed")
accumulators = pytest.importorskip(
    "tensorboard.backend.event_processing.event_accumulator",
    reason="tensorboard is not installed",
)
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(?!neurona)"),
]
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(80, 3))
Y = X[:, 0] * X[:, 1]
FIRST = "events.out.tfevents.0000000001.neurona"


def model(callbacks, **words):
    usual = {"hidden_layer_sizes": (5, 4), "max_iter": 12, "random_state": 0}
    return neurona.MLPRegressor(**{**usual, "callbacks": callbacks, **words})


def read(folder):
    found = accumulators.EventAccumulator(
        str(folder), {name: 0 for name in ("scalars", "histograms", "images", "tensors")}
    )
    return found.Reload()


def scalars(found, tag):
    return [(one.step, one.value) for one in found.Scalars(tag)]


def written(history, tag):
    """Return what a file must hold of a history: single precision."""
    return [
        (record.epoch, float(np.float32(value)))
        for record in history
        if (value := getattr(record, tag)) is not None
    ]


@pytest.mark.parametrize("solver", ["adam", "lm", "lbfgs"])
def test_every_number_is_there(solver, tmp_path):
    board = neurona.TensorBoard(tmp_path)
    fitted = model(board, solver=solver, early_stopping=solver == "adam").fit(X, Y)
    found = read(tmp_path)
    held = {tag for tag in EpochRecord._fields[1:] if getattr(fitted.history_[-1], tag) is not None}
    assert set(found.Tags()["scalars"]) == held
    for tag in held:
        assert scalars(found, tag) == written(fitted.history_, tag)


def test_being_watched_changes_no_bit(tmp_path):
    words = {"dropout": 0.2, "batch_size": 7}
    watched = model(neurona.TensorBoard(tmp_path, histograms_every=1), **words).fit(X, Y)
    alone = model(None, **words).fit(X, Y)
    for ours, theirs in zip(watched.coefs_, alone.coefs_, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert watched.loss_curve_ == alone.loss_curve_


def test_histograms_are_of_the_weights_and_gradients_of_each_layer(tmp_path):
    fitted = model(neurona.TensorBoard(tmp_path), alpha=0.1, max_iter=10).fit(X, Y)
    found = read(tmp_path)
    names = [f"{kind}/layer_{k}{of}" for kind in ("weights", "gradients") for k in (1, 2, 3)
             for of in ("", "_biases")]  # fmt: skip
    assert sorted(found.Tags()["histograms"]) == sorted(names)
    for k, weights in enumerate(fitted.coefs_, 1):
        kept = found.Histograms(f"weights/layer_{k}")
        assert [one.step for one in kept] == [1, 2, 5, 10]
        last = kept[-1].histogram_value
        assert last.num == weights.size and sum(last.bucket) == weights.size
        assert last.min == weights.min() and last.sum == pytest.approx(weights.sum())
    # the gradient, of differences of the loss
    again = neurona.begin(model(None, alpha=0.1, max_iter=10), X, Y)
    again.run()
    from neurona.observers.gradients import gradient_of

    gradient = again.network.views(gradient_of(again))[0][0]
    last = found.Histograms("gradients/layer_1")[-1].histogram_value
    assert (last.min, last.max) == (gradient.min(), gradient.max())

    def loss(weights):
        out = X
        for k, (w, b) in enumerate(zip(weights, fitted.intercepts_, strict=True)):
            out = out @ w + b
            out = np.maximum(out, 0) if k < 2 else out
        penalty = 0.1 / 2 * sum((w**2).sum() for w in weights) / len(X)
        return ((out[:, 0] - Y) ** 2).mean() / 2 + penalty

    for place in np.ndindex(3, 5):
        step = np.zeros((3, 5))
        step[place] = 1e-6
        up, down = (loss([fitted.coefs_[0] + s, *fitted.coefs_[1:]]) for s in (step, -step))
        assert gradient[place] == pytest.approx((up - down) / 2e-6, abs=1e-7)


def test_the_picture_shows_what_is_predicted(tmp_path):
    from PIL import Image

    model(neurona.TensorBoard(tmp_path / "numbers")).fit(X, Y)
    kept = read(tmp_path / "numbers").Images("predictions")
    assert [one.step for one in kept] == [1, 2, 5, 10, 12]
    image = np.asarray(Image.open(io.BytesIO(kept[-1].encoded_image_string)).convert("RGB"))
    assert image.shape == (240, 240, 3) and len(np.unique(image.reshape(-1, 3), axis=0)) == 4
    labels = np.repeat([0, 1, 2], 20)
    board = neurona.TensorBoard(tmp_path / "classes")
    fitted = neurona.MLPClassifier(callbacks=board, random_state=0, solver="lbfgs")
    fitted.fit(np.eye(3)[labels], labels)
    image = Image.open(
        io.BytesIO(read(tmp_path / "classes").Images("predictions")[-1].encoded_image_string)
    ).convert("RGB")
    middles = [[image.getpixel((48 + 72 * c, 48 + 72 * r)) for c in range(3)] for r in range(3)]
    assert fitted.score(np.eye(3)[labels], labels) == 1
    assert middles == [
        [(0, 107, 164) if r == c else (255,) * 3 for c in range(3)] for r in range(3)
    ]


def test_graph_and_hyper_parameters(tmp_path):
    board = neurona.TensorBoard(tmp_path, params={"source": "pumps.csv"})
    model(board).fit(X, Y)
    found = read(tmp_path)
    nodes = {node.name: node for node in found.Graph().node}
    assert list(nodes["layer_2/product"].input) == ["layer_1/relu", "layer_2/weights"]
    assert nodes["layer_3/identity"].input[0] == "layer_3/sum"
    assert list(nodes["loss"].input) == ["layer_3/identity", "targets"]
    shape = nodes["layer_2/weights"].attr["_output_shapes"].list.shape[0]
    assert [one.size for one in shape.dim] == [5, 4]
    from tensorboard.plugins.hparams import plugin_data_pb2

    content = found.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    given = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams
    assert given["layers"].string_value == "3-5-4-1" and given["seed"].number_value == 0
    assert given["source"].string_value == "pumps.csv"
    assert "_hparams_/session_end_info" in found.summary_metadata


def test_tied_layers_are_transposed_in_the_graph(tmp_path):
    coder = neurona.Autoencoder(n_components=2, tied=True, max_iter=3, random_state=0)
    coder.set_params(callbacks=neurona.TensorBoard(tmp_path)).fit(X)
    nodes = {node.name: node for node in read(tmp_path).Graph().node}
    last = max(int(name[6:].partition("/")[0]) for name in nodes if name.startswith("layer_"))
    assert list(nodes[f"layer_{last}/transposed_weights"].input) == ["layer_1/weights"]


def test_each_start_has_a_folder(tmp_path):
    fitted = model(neurona.TensorBoard(tmp_path), n_starts=3, solver="lm", max_iter=5).fit(X, Y)
    for k, start in enumerate(fitted.starts_, 1):
        kept = scalars(read(tmp_path / f"start-{k}"), "loss")
        assert len(kept) == start.epochs and kept[-1][1] == float(np.float32(start.loss))


def test_where_several_ways_compete_each_has_its_name_and_its_parameters(tmp_path):
    fitted = neurona.TableRegressor(random_state=0, callbacks=neurona.TensorBoard(tmp_path))
    fitted.fit(X[:24], Y[:24])
    folders = {one.name: one for one in tmp_path.iterdir()}
    assert "start-1-linear-fold-1" in folders
    deep = next(one for name, one in folders.items() if "relu-128-128-128" in name)
    from tensorboard.plugins.hparams import plugin_data_pb2

    def given(folder):
        content = read(folder).summary_metadata["_hparams_/session_start_info"].plugin_data.content
        return plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams

    assert given(folders["start-1-linear-fold-1"])["candidate"].string_value == "linear, fold 1"
    found = given(deep)
    assert found["candidate"].string_value.startswith("relu 128-128-128, fold")
    assert "-128-128-128-1" in found["layers"].string_value


def test_a_fit_beside_another_has_a_folder_of_its_own(tmp_path):
    board = neurona.TensorBoard(tmp_path)
    first, second = model(board).fit(X, Y), model(board, random_state=1).fit(X, Y)
    third = model(neurona.TensorBoard(tmp_path), max_iter=3).fit(X, Y)
    for name, fitted in ((".", first), ("fit-2", second), ("fit-3", third)):
        assert [p.name for p in (tmp_path / name).glob("*tfevents*")] == [FIRST]
        events = list(events_of(tmp_path / name / FIRST))
        steps = [e.step for e in events if any(v.tag == "loss" for v in e.summary.value)]
        assert steps == list(range(1, fitted.n_iter_ + 1))


def test_every_so_many_and_the_last(tmp_path):
    model(neurona.TensorBoard(tmp_path, every=5, histograms_every=4)).fit(X, Y)
    found = read(tmp_path)
    assert [step for step, _ in scalars(found, "loss")] == [5, 10, 12]
    assert [one.step for one in found.Histograms("weights/layer_1")] == [4, 8, 12]
    model(neurona.TensorBoard(tmp_path / "none", histograms_every=0)).fit(X, Y)
    assert read(tmp_path / "none").Tags()["histograms"] == []


def test_a_file_that_was_cut_can_be_read_to_its_last_whole_record(tmp_path):
    fitted = model(neurona.TensorBoard(tmp_path / "whole", every=1)).fit(X, Y)
    data = (tmp_path / "whole" / FIRST).read_bytes()
    ends, place = [], 0
    while place < len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        place += 16 + length
        ends.append(place)
    assert place == len(data)
    of_epochs = [
        end
        for end, event in zip(ends, events_of(tmp_path / "whole" / FIRST), strict=True)
        if any(value.tag == "loss" for value in event.summary.value)
    ]
    cuts = {*range(0, len(data), max(1, len(data) // 60)), *ends, *(end - 1 for end in ends)}
    folder = tmp_path / "cut"
    folder.mkdir()
    expected = written(fitted.history_, "loss")
    for cut in sorted(cuts):
        (folder / FIRST).write_bytes(data[:cut])
        found = read(folder)
        kept = scalars(found, "loss") if "loss" in found.Tags()["scalars"] else []
        assert kept == expected[: sum(end <= cut for end in of_epochs)]


@pytest.mark.parametrize("lost", [0, 4])
@pytest.mark.parametrize("epochs", [12, 7])
def test_a_training_that_is_taken_up_repeats_no_step(lost, epochs, tmp_path):
    """It was killed after 9 epochs, its checkpoint is of the 6th; `lost` ones were not written."""
    folder, kept = tmp_path / "board", tmp_path / "run.checkpoint"

    def killed(training, record):
        if record.epoch == 9:
            raise RuntimeError("killed")

    watch = [neurona.Checkpoint(kept, every=6), neurona.TensorBoard(folder), killed]
    with pytest.raises(RuntimeError, match="killed"):
        model(watch).fit(X, Y)
    file = folder / FIRST
    if lost:
        ends, place, data = [], 0, file.read_bytes()
        for event in events_of(file):
            place += 16 + event.ByteSize()
            if any(value.tag == "loss" for value in event.summary.value):
                ends.append(place)
        file.write_bytes(data[: ends[-1 - lost - 3] + 5])  # the fifth is the last whole one
    before = file.read_bytes()
    board = pickle.loads(pickle.dumps(watch[1]))
    resumed = model([neurona.Checkpoint(kept, 6, resume=True), board], max_iter=epochs).fit(X, Y)
    whole = model(None, max_iter=epochs).fit(X, Y)
    assert resumed.loss_curve_ == whole.loss_curve_ and file.read_bytes() == before
    assert len(list(folder.glob("*tfevents*"))) == 2 and not (folder / "fit-2").exists()
    found = read(folder)
    assert scalars(found, "loss") == written(whole.history_, "loss")
    assert max(one.step for one in found.Histograms("weights/layer_1")) == epochs


def test_two_callbacks_never_share_a_file(tmp_path):
    first, second = neurona.TensorBoard(tmp_path), neurona.TensorBoard(tmp_path)
    model([first, second]).fit(X, Y)
    for folder in (tmp_path, tmp_path / "fit-2"):
        assert len(scalars(read(folder), "loss")) == 12


def test_an_error_leaves_a_whole_file(tmp_path):
    def fails(training, record):
        if record.epoch == 4:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        model([neurona.TensorBoard(tmp_path), fails]).fit(X, Y)
    assert len(scalars(read(tmp_path), "loss")) == 4


def test_what_is_not_finite_is_written_as_it_is(tmp_path):
    board = neurona.TensorBoard(tmp_path, histograms_every=1)
    with pytest.warns(neurona.DivergenceWarning):
        model(board, solver="sgd", learning_rate_init=30.0, max_iter=50).fit(X, 1e3 * Y)
    assert len(scalars(read(tmp_path), "loss")) >= 1


def test_without_the_library_there_is_one_sentence(tmp_path):
    code = (
        "import sys; sys.modules['tensorboardX'] = None\n"
        "import neurona\n"
        f"try: neurona.TensorBoard({str(tmp_path)!r})\n"
        "except ImportError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'neurona[tensorboard]'" in run.stdout and run.stdout.count("\n") == 1


@pytest.mark.parametrize("words", [{"every": 0}, {"histograms_every": -1}])
def test_numbers_out_of_range_are_refused(words, tmp_path):
    with pytest.raises(ValueError, match="of TensorBoard must be"):
        neurona.TensorBoard(tmp_path, **words)
