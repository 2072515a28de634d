"""What a user sees of a diagnosis: order, texts, remedies, trials, and a model left as it was."""

import copy
import json
import pickle
import re
import warnings

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import neurona
from neurona import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor, diagnose
from neurona.diagnosis import FINDINGS, Finding, Remedy
from neurona.diagnosis.case import case_of
from neurona.diagnosis.checks.units import DeadUnits
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.references import errors_of_shape


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def rows(count=300, seed=0, columns=3):
    r = np.random.default_rng(seed)
    X = r.standard_normal((count, columns))
    return X, np.tanh(X[:, 0]) + 0.5 * X[:, 1] ** 2 + 0.1 * r.standard_normal(count)


def state(model):
    return {k: copy.deepcopy(v) for k, v in vars(model).items() if not k.startswith("_")}


@pytest.mark.parametrize("fitted", [True, False])
@pytest.mark.parametrize(
    "model",
    [
        MLPRegressor(max_iter=20, random_state=0),
        MLPRegressor(max_iter=20, early_stopping=True, random_state=0),
        MLPRegressor(max_iter=20, solver="lbfgs", hidden_layer_sizes=(5,), random_state=0),
        MLPRegressor(solver="lm", hidden_layer_sizes=(5,), early_stopping=True, random_state=0),
        TableRegressor(steps=200, random_state=0),
    ],
    ids=lambda one: type(one).__name__ + str(one.solver),
)
def test_the_model_stays_as_it_was(model, fitted):
    X, y = rows()
    model = copy.deepcopy(model)
    if fitted:
        model.fit(X, y)
    before, bits = state(model), pickle.dumps(X)
    first, second = diagnose(model, X, y), diagnose(model, X, y)
    after = state(model)
    assert before.keys() == after.keys()
    if fitted:
        inner = getattr(model, "network_", model)
        saved = before.get("network_", None)
        coefs = before["coefs_"] if saved is None else saved.coefs_
        np.testing.assert_array_equal(inner.coefs_[0], coefs[0])
    assert pickle.dumps(X) == bits
    assert json.dumps(first.as_dict()) == json.dumps(second.as_dict())


@pytest.mark.parametrize("held", [1, 5])
def test_rows_held_out_that_have_one_target_tell_nothing_of_over_fitting(held):
    X, y = rows(40)
    model = MLPRegressor(max_iter=400, solver="lbfgs", random_state=0).fit(X, y)
    same = X[:held] + 1, np.full(held, 0.3)
    found = diagnose(model, X, y, X_val=same[0], y_val=same[1])
    assert found.find("overfitting") is None
    watched = MLPRegressor(max_iter=60, n_starts=3, random_state=0).fit(
        X, y, X_val=same[0], y_val=same[1]
    )
    assert diagnose(watched, X, y, X_val=same[0], y_val=same[1]).find("overfitting") is None


def test_worst_first_and_causes_before_what_they_explain():
    X, y = rows()
    found = diagnose(MLPRegressor(max_iter=50, random_state=0), X * [1, 1e4, 1], 1e5 * (y + 3))
    severities = [one.severity for one in found]
    assert severities == sorted(severities, reverse=True)
    assert set(found.names[:2]) == {"unscaled_inputs", "unscaled_target"}
    assert found.find("collapsed") is None or found.names.index("collapsed") > 1
    assert found[0] is found.find(found.names[0]) and len(found[:2]) == 2


def test_a_finding_says_what_why_and_what_to_do_in_sentences_with_numbers():
    X, y = rows()
    found = diagnose(MLPRegressor(max_iter=50, random_state=0), X * [1, 1e4, 1], y)[0]
    for text in (found.what, found.why, found.advice):
        assert text[0].isupper() and text.endswith(".")
    assert re.search(r"\d", found.what) and all(
        isinstance(value, float | int) for value in found.evidence.values()
    )
    assert found.word == "serious" and str(found.remedy)
    json.dumps(found.as_dict(), allow_nan=False)


def test_what_is_applied_is_a_new_unfitted_estimator():
    X, y = rows()
    model = MLPRegressor(learning_rate_init=1e-7, max_iter=300, random_state=3).fit(X, y)
    found = diagnose(model, X, y).find("rate_too_small")
    changed = found.apply()
    assert changed is not model and not hasattr(changed, "coefs_")
    assert changed.learning_rate_init == found.remedy.parameters["learning_rate_init"]
    assert {**changed.get_params(), "learning_rate_init": 1e-7} == model.get_params()
    assert model.learning_rate_init == 1e-7


def test_scaling_inside_takes_over_what_was_asked_for():
    X, y = rows()
    model = MLPRegressor(
        hidden_layer_sizes=(7,), activation="tanh", solver="sgd", momentum=0.5, max_iter=40,
        alpha=0.3, random_state=0, loss="huber",
    )  # fmt: skip
    changed = diagnose(model.fit(X * 1e4, y), X * 1e4, y).find("unscaled_inputs").apply()
    assert isinstance(changed, TableRegressor)
    assert (changed.hidden_layer_sizes, changed.activation, changed.alpha) == ((7,), "tanh", 0.3)
    assert (changed.epochs, changed.loss, changed.solver.momentum) == (40, "huber", 0.5)
    labels = (y > 0).astype(int)
    other = MLPClassifier(class_weight="balanced", random_state=0, max_iter=30)
    changed = diagnose(other.fit(X * 1e4, labels), X * 1e4, labels).find("unscaled_inputs").apply()
    assert isinstance(changed, TableClassifier) and changed.class_weight == "balanced"


def test_a_trial_scores_both_on_the_validation_rows():
    X, y = rows()
    model = MLPRegressor(learning_rate_init=1e-7, max_iter=100, random_state=3)
    model.fit(X[:200], y[:200])
    trial = diagnose(model, X[:200], y[:200], X[200:], y[200:]).find("rate_too_small").try_it()
    assert trial.rows == 100 and trial.improved and "better" in str(trial)
    assert trial.before["r2"] == pytest.approx(model.score(X[200:], y[200:]))
    assert trial.after["r2"] == pytest.approx(trial.model.score(X[200:], y[200:]))


def test_a_training_that_diverges_at_once_can_be_looked_at():
    X, y = rows()
    model = MLPRegressor(solver="sgd", learning_rate_init=1e300, random_state=0)
    with pytest.raises(neurona.DivergenceError):
        model.fit(X, y)
    found = diagnose(model, X, y)
    assert found[0].name == "rate_too_large" and "diverged" in found[0].what


@pytest.mark.parametrize("rate", [10.0, 1000.0])
@pytest.mark.filterwarnings("ignore")
def test_a_rate_far_too_large_is_lowered_as_far_as_it_takes_without_rows_held_out(rate):
    X = np.random.default_rng(0).normal(size=(300, 4))
    words = {"hidden_layer_sizes": (8,), "solver": "sgd", "max_iter": 20, "random_state": 0}
    model = MLPRegressor(learning_rate_init=rate, **words).fit(X, X[:, 0])
    first = diagnose(model, X, X[:, 0])[0]
    assert first.name == "rate_too_large"
    assert first.apply().fit(X, X[:, 0]).score(X, X[:, 0]) > 0.9


def test_nothing_found_says_so():
    X, y = rows(600)
    model = MLPRegressor(
        hidden_layer_sizes=(20,), solver="lbfgs", alpha=0.3, max_iter=2000, random_state=0
    )
    found = diagnose(model.fit(X[:450], y[:450]), X[:450], y[:450], X[450:], y[450:])
    assert not found and repr(found) == "Diagnosis(nothing found)"
    assert str(found).startswith("nothing found (")
    assert "Nothing found" in found._repr_html_()


def test_names_from_tables_are_escaped_and_there_are_no_scripts():
    r = np.random.default_rng(0)
    name = "<script>alert(1)</script>"
    table = {name: r.permutation(200).astype(float), "a": r.standard_normal(200)}
    model = TableRegressor(solver="adam", steps=100, random_state=0)
    found = diagnose(model, table, table["a"] ** 2)
    assert name in found.find("id_like_column").what
    assert "<script" not in found._repr_html_() and "&lt;script" in found._repr_html_()


def test_a_table_leaves_the_column_out():
    r = np.random.default_rng(0)
    table = {"id": r.permutation(200).astype(float), "a": r.standard_normal(200)}
    model = TableRegressor(solver="adam", steps=300, random_state=0).fit(table, table["a"] ** 2)
    finding = diagnose(model, table, table["a"] ** 2).find("id_like_column")
    changed = finding.apply().fit(table, table["a"] ** 2)
    assert [one.name for one in changed.preparation_.dropped] == ["id"]
    assert np.isfinite(finding.try_it().after["r2"])


def test_targets_by_name_frames_and_sparse_matrices():
    import pandas as pd
    from scipy import sparse

    X, y = rows()
    frame = pd.DataFrame(X * [1, 1e4, 1], columns=["a", "b", "c"])
    assert "'b'" in diagnose(MLPRegressor(max_iter=20, random_state=0), frame, y)[0].what
    both = frame.assign(y=y)
    assert diagnose(TableRegressor(steps=50, random_state=0), both, "y").looked_for
    packed = sparse.csr_matrix(X * 1e4)
    found = diagnose(MLPRegressor(max_iter=20, random_state=0), packed, y)
    assert found[0].name == "unscaled_inputs"


def test_rows_ahead_without_targets():
    X, y = rows()
    model = MLPRegressor(max_iter=20, random_state=0).fit(X, y)
    found = diagnose(model, X, y, X + np.array([0, 9, 0]))
    assert "'x2'" in found.find("extrapolation").what
    assert diagnose(model, X, y, X).find("extrapolation") is None
    table = TableRegressor(steps=50, random_state=0).fit(X, y)
    assert diagnose(table, X, y, X + np.array([0, 9, 0])).find("extrapolation") is not None


def test_the_rows_put_aside_are_those_of_the_fit():
    X, y = rows()
    model = MLPRegressor(early_stopping=True, max_iter=10, random_state=0).fit(X, y)
    evidence = Evidence(case_of(model, X, y))
    assert evidence.held.inputs.shape == (30, 3)
    # the best validation loss is that of the weights that were kept
    assert evidence.on_held.loss == pytest.approx(
        model.history_[int(np.argmax(model.validation_scores_))].val_loss
    )
    second = MLPRegressor(
        early_stopping=True, solver="lm", hidden_layer_sizes=(4,), random_state=0
    ).fit(X, y)
    kept = second.history_[int(np.argmax(second.validation_scores_))].val_loss
    assert Evidence(case_of(second, X, y)).on_held.loss == pytest.approx(kept)
    table = TableRegressor(solver="adam", steps=300, random_state=0).fit(X, y)
    held = Evidence(case_of(table, X, y)).on_held
    assert held.loss == pytest.approx(np.nanmin(table.history_.column("val_loss")), rel=1e-3)


def test_rows_put_aside_by_chance_are_not_known():
    X, y = rows()
    model = MLPRegressor(early_stopping=True, max_iter=10).fit(X, y)
    assert any("not known" in note for note in diagnose(model, X, y).notes)


def test_several_starts_and_shapes():
    X, y = rows()
    model = MLPRegressor(hidden_layer_sizes=[(3,), (5, 2)], n_starts=4, max_iter=30, random_state=0)
    assert diagnose(model.fit(X, y), X, y).looked_for == list(FINDINGS)


def test_checks_are_values_with_options():
    X, y = rows()
    model = MLPRegressor(max_iter=20, random_state=0).fit(X, y)
    assert diagnose(model, X, y, checks=[DeadUnits(share=0.9)]).looked_for == ["dead_units"]
    with pytest.raises(neurona.UnknownNameError, match="did you mean 'dead_units'"):
        diagnose(model, X, y, checks=["dead_unit"])
    names = [type(FINDINGS.find(name)).causes for name in FINDINGS]
    assert {cause for causes in names for cause in causes} <= set(FINDINGS)


def test_what_a_pipeline_and_a_search_hold_is_to_be_given():
    X, y = rows(60)
    inside = make_pipeline(StandardScaler(), MLPRegressor(max_iter=5, random_state=0)).fit(X, y)
    with pytest.raises(TypeError, match=r"diagnose\(pipeline\[-1\], pipeline\[:-1\].transform"):
        diagnose(inside, X, y)
    search = GridSearchCV(inside, {"mlpregressor__alpha": [1.0]}, cv=2).fit(X, y)
    with pytest.raises(TypeError, match=r"search.best_estimator_"):
        diagnose(search, X, y)


def test_other_models_are_refused_in_a_sentence():
    with pytest.raises(TypeError, match="Got a LinearRegression"):
        from sklearn.linear_model import LinearRegression

        diagnose(LinearRegression(), [[0.0]], [0.0])
    with pytest.raises(TypeError, match="Autoencoder"):
        diagnose(neurona.Autoencoder(), [[0.0]], [0.0])


def test_a_finding_without_a_model_cannot_be_tried():
    finding = Finding("x", 0.5, "a", "b", "c", {}, Remedy())
    for act in (finding.apply, finding.try_it):
        with pytest.raises(ValueError, match="make it by `diagnose`"):
            act()


def test_a_loss_of_ones_own_and_several_outputs():
    X, y = rows()
    own = neurona.GraphLoss(lambda t, p: np.abs(p - t) ** 1.5)
    model = MLPRegressor(loss=own, max_iter=10, hidden_layer_sizes=(5,), random_state=0)
    assert diagnose(model, X, y).looked_for
    two = np.column_stack([y, y * 100])
    assert diagnose(MLPRegressor(max_iter=10, random_state=0), X, two).looked_for
    labels = np.column_stack([y > 0, y > 1]).astype(int)
    model = MLPClassifier(max_iter=10, random_state=0)
    found = diagnose(model, X[:200], labels[:200], X[200:], labels[200:])
    assert found.looked_for and (not found or found[0].try_it().measure == "log_loss")


def test_a_notebook_shows_names_of_columns_as_they_are_written():
    r = np.random.default_rng(0)
    evil = "<script>alert(1)</script>"
    y = r.normal(size=200)
    table = {evil: 3 * y, "other": r.normal(size=200), "y": y}
    model = neurona.TableRegressor(epochs=3, random_state=0).fit(table, "y")
    found = neurona.diagnose(model, table, "y", checks=["column_gives_target_away"])
    for shown in (found, found[0]):
        page = shown._repr_html_()
        assert "<script" not in page and "&lt;script&gt;alert(1)" in page


def test_of_many_classes_of_one_size_none_is_rare():
    r = np.random.default_rng(0)
    y = np.arange(400) % 10
    X = r.normal(size=(10, 4))[y] + 0.1 * r.normal(size=(400, 4))
    model = MLPClassifier(learning_rate_init=1e-7, max_iter=2, random_state=0)
    found = diagnose(model, X, y, checks=["class_imbalance", "rate_too_small"])
    assert found.names == ["rate_too_small"]


def test_a_rare_class_is_neglected_only_if_others_are_found_clearly_more_often():
    """Eight classes of 50 rows and one of 10: where nothing is learned, the rare one is no worse
    off than others; where only it is missed, it is.
    """
    r = np.random.default_rng(0)
    y = np.repeat(np.arange(9), [50] * 8 + [10])
    X = np.eye(9)[y][:, :8] + 0.05 * r.normal(size=(410, 8))
    X[y == 8] = X[y == 0][:10]  # they cannot be told from another class, which is more frequent
    check = ["class_imbalance"]
    learned = MLPClassifier(learning_rate_init=0.02, max_iter=60, random_state=0)
    found = diagnose(learned, X, y, checks=check)
    assert found.names == check
    evidence = found[0].evidence
    assert evidence["recall"] == 0 and evidence["recall_of_others"] > 0.9
    assert evidence["rarest_share"] == pytest.approx(10 / 410)
    unlearned = MLPClassifier(learning_rate_init=1e-7, max_iter=2, random_state=0)
    assert not diagnose(unlearned, X, y, checks=check).names


@pytest.mark.parametrize(("share", "named"), [(1.0, True), (0.1, True), (0.002, False)])
def test_names_are_whole_numbers_that_do_not_repeat_where_chance_would_repeat_some(share, named):
    """Of 200 numbers out of 2,000 some 10 are equal to others by chance, of 100,000 hardly one."""
    r = np.random.default_rng(1)
    column = r.permutation(int(200 / share))[:200].astype(float)
    X = np.column_stack([column, r.standard_normal((200, 2))])
    model = MLPRegressor(max_iter=2, random_state=0)
    found = diagnose(model, X, X[:, 1], checks=["id_like_column"])
    assert found.names == ["id_like_column"] * named


def test_a_training_that_is_behind_on_rows_held_out_may_still_have_ended_early():
    """New rows are predicted worse than those trained on, but still gain: a few epochs are too few.
    Where only the rows trained on gain, nothing is told.
    """
    r = np.random.default_rng(0)
    X = r.standard_normal((900, 8))
    y = np.sin(2 * X[:, 0]) + 0.5 * X[:, 1] * X[:, 2] + 0.1 * r.standard_normal(900)
    rows, check = (X[:400], y[:400], X[400:], y[400:]), ["stopped_early"]
    begun = MLPRegressor(max_iter=8, batch_size=20, learning_rate_init=3e-3, random_state=0)
    evidence = Evidence(case_of(begun, *rows))
    assert evidence.overfits > 0.1 and evidence.steps < 400
    assert diagnose(begun, *rows, checks=check).names == check
    noise = r.standard_normal(900)
    fitted = MLPRegressor(
        hidden_layer_sizes=(200,), alpha=0.0, max_iter=100, tol=0.0, random_state=0
    )
    assert not diagnose(fitted, X[:400], noise[:400], X[400:], noise[400:], checks=check).names


def test_a_penalty_is_too_large_only_where_simple_answers_know_more():
    X, y = rows(200)
    check = ["penalty_too_large"]

    def said(alpha, targets):
        model = MLPRegressor(alpha=alpha, max_iter=400, random_state=0)
        return diagnose(model, X[:150], targets[:150], X[150:], targets[150:], checks=check)

    found = said(1000.0, y)
    assert found.names == check and found[0].apply().alpha == 1e-4
    assert found[0].try_it().improved
    noise = np.random.default_rng(1).standard_normal(200)
    assert not said(1e-4, y).names and not said(1000.0, noise).names


def test_classes_that_overlap_have_no_noisy_labels_and_flipped_ones_do():
    r = np.random.default_rng(2)
    check, y = ["noisy_labels"], np.repeat([0, 1], 400)
    overlap = r.standard_normal((800, 2)) + 1.5 * y[:, None]
    apart = r.standard_normal((800, 2)) + 8.0 * y[:, None]
    flipped = np.where(r.uniform(size=800) < 0.15, 1 - y, y)
    model = MLPClassifier(max_iter=5, random_state=0)
    assert not diagnose(model, overlap, y, checks=check).names
    assert diagnose(model, apart, flipped, checks=check).names == check


@pytest.mark.parametrize(
    ("kind", "wrong", "found"),
    [
        ("apart", 0.25, True),  # of two classes, three quarters say the right one
        ("apart", 0.2, True),
        ("overlap", 0.0, False),  # an ideal answer is wrong in a quarter, near the border
        ("nothing", 0.0, False),  # labels by lot are contradicted evenly, too
        ("apart", 0.0, False),
    ],
)
def test_many_wrong_labels_are_contradicted_where_neighbours_agree_most_too(kind, wrong, found):
    r = np.random.default_rng(3)
    y = np.repeat([0, 1], 500)
    shift = {"apart": 8.0, "overlap": 1.35, "nothing": 0.0}[kind]
    X = r.standard_normal((1000, 3)) + shift * y[:, None] * [1, 0, 0]
    labels = np.where(r.uniform(size=1000) < wrong, 1 - y, y)
    model = MLPClassifier(max_iter=3, random_state=0)
    told = diagnose(model, X, labels, checks=["noisy_labels"])
    assert bool(told.names) == found
    if found:  # most of the rows that it names are wrong, and most that are wrong are named
        named = np.zeros(1000, bool)
        named[list(told[0].remedy.without_rows)] = True
        assert (labels != y)[named].mean() > 0.8
        assert named[labels != y].mean() > 0.6


def test_answers_that_are_drawn_to_the_middle_are_no_shape():
    r = np.random.default_rng(4)
    truth = r.uniform(-1, 1, (500, 1))
    assert np.abs(errors_of_shape(0.5 * truth, truth)).max() < 0.02
    bent = truth**2 - (truth**2).mean()
    kept = errors_of_shape(r.normal(size=(500, 1)), bent)
    assert kept.std() > 0.9 * bent.std()
