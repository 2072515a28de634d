"""Words of other tools, other cases and beginnings lead to our names, wherever a name is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurona
from neurona import elsewhere, value_text
from neurona.cli.main import main
from neurona.data.encoders import KINDS
from neurona.datasets.catalog import names as data_sets
from neurona.errors import UnknownNameError
from neurona.estimators.parameters import check_parameters
from neurona.nearest import nearest
from neurona.neuron import boolean_function, gate
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.initializers import INITIALIZERS, find_initializer
from neurona.numerics.line_search import LINE_SEARCHES
from neurona.numerics.losses import LOSSES
from neurona.numerics.noise import NOISES
from neurona.numerics.schedules import SCHEDULES
from neurona.optimizers import OPTIMIZERS, SOLVERS
from neurona.registry import Registry
from neurona.surfaces import SURFACES, race

TABLES = {
    "ACTIVATIONS": ACTIVATIONS,
    "LOSSES": LOSSES,
    "SOLVERS": SOLVERS,
    "OPTIMIZERS": OPTIMIZERS,
    "SCHEDULES": SCHEDULES,
    "NOISES": NOISES,
    "LINE_SEARCHES": LINE_SEARCHES,
}
WORDS = [
    (registry, word, name)
    for table, registry in TABLES.items()
    for word, name in getattr(elsewhere, table).items()
]


@pytest.mark.parametrize(("registry", "word", "name"), WORDS, ids=lambda x: str(x)[:30])
def test_a_word_of_another_tool_leads_to_a_name(registry, word, name):
    assert name in registry
    for written in (word, word.upper(), word.title(), word.replace(" ", "_")):
        if written in registry:  # its own name means something else here
            continue
        with pytest.raises(UnknownNameError, match=f"did you mean '{name}'"):
            registry.find(written)


@pytest.mark.parametrize(
    ("word", "name"),
    [("huber_loss", "huber"), ("squared_error_loss", "squared_error"), ("huberr", "huber")],
)
def test_a_name_with_more_behind_it_is_that_name(word, name):
    assert nearest(word, LOSSES, elsewhere.LOSSES) == name


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("MLPRegresor", "MLPRegressor"),
        ("TableClasifier", "TableClassifier"),
        ("save_model", "save"),
    ],
)
def test_a_name_of_the_package_that_is_not_there_leads_to_one(word, name):
    with pytest.raises(AttributeError, match=f"did you mean '{name}'"):
        getattr(neurona, word)
    with pytest.raises(AttributeError, match=r"no attribute '__wrapped__'$"):
        neurona.__wrapped__  # noqa: B018 - asked for


def all_names() -> list[tuple[Registry, str]]:
    return [(one, name) for one in (*TABLES.values(), SURFACES) for name in one]


@given(st.sampled_from(all_names()), st.data())
def test_case_marks_and_beginnings_do_not_hide_a_name(found, data):
    registry, name = found
    changed = data.draw(st.sampled_from([str.upper, str.title, lambda x: x.replace("_", " ")]))
    assert nearest(changed(name), registry, registry.elsewhere) == name


def test_lists_are_sorted():
    for registry in (*TABLES.values(), SURFACES):
        with pytest.raises(UnknownNameError) as error:
            registry.find("?????")
        listed = str(error.value).rstrip(".").partition("known are ")[2].split(", ")
        assert listed == sorted(listed) and set(listed) == set(registry)


PARAMETERS = [
    (neurona.MLPRegressor(activation="sigmoid"), "logistic"),
    (neurona.MLPRegressor(activation="ReLU"), "relu"),
    (neurona.MLPClassifier(solver="trainscg"), "scg"),
    (neurona.MLPClassifier(solver="LM"), "lm"),
    (neurona.MLPRegressor(solver="Adam"), "adam"),
    (neurona.MLPRegressor(solver="trainbr"), "bayesian-lm"),
    (neurona.MLPRegressor(loss="mse"), "squared_error"),
    (neurona.MLPRegressor(loss="MAE"), "absolute_error"),
    (neurona.MLPRegressor(initializer="xavier"), "glorot_uniform"),
    (neurona.MLPRegressor(initializer="Kaiming"), "he_uniform"),
    (neurona.MLPRegressor(schedule="ReduceLROnPlateau"), "reduce_on_plateau"),
    (neurona.MLPRegressor(learning_rate="Adaptive"), "adaptive"),
    (neurona.MLPRegressor(output_activation="purelin"), "identity"),
    (neurona.Autoencoder(code_activation="tansig"), "tanh"),
    (neurona.Autoencoder(noise="normal"), "gaussian"),
    (neurona.TableRegressor(solver="trainlm"), "lm"),
    (neurona.TableRegressor(activation="logsig"), "logistic"),
    (neurona.TableRegressor(combine="Average"), "average"),
    (neurona.TableClassifier(split="Random"), "random"),
    (neurona.Perceptron(variant="Pocket"), "pocket"),
    (neurona.Perceptron(penalty="L2"), "l2"),
    (neurona.Adaline(eta0="Auto"), "auto"),
]


@pytest.mark.parametrize(("model", "name"), PARAMETERS, ids=str)
def test_parameters_offer_the_right_name(model, name):
    with pytest.raises(ValueError, match=f"Did you mean '{name}'\\?") as error:
        check_parameters(model)
    listed = str(error.value).partition("among {")[2].partition("}")[0].split(", ")
    assert listed == sorted(listed)


def test_parameters_in_a_list_offer_the_right_name():
    model = neurona.MLPRegressor(hidden_layer_sizes=(3, 3), activation=["relu", "sigmoid"])
    with pytest.raises(ValueError, match="did you mean 'logistic'"):
        model.fit(np.zeros((9, 1)), np.zeros(9))


@pytest.mark.parametrize(
    ("text", "name"),
    [("trainlm", "lm"), ("LM(damping=1)", "lm"), ("SGDM", "momentum"), ("trainbr", "bayesian-lm"),
     ("bfgs(search=Wolfe)", "strong-wolfe"), ("Adam(beta1=0.8)", "adam"),
     ("conjugate-gradient", "cg")],
)  # fmt: skip
def test_value_texts_offer_the_right_name(text, name):
    with pytest.raises(UnknownNameError, match=f"did you mean '{name}'"):
        value_text.parse(text, OPTIMIZERS, SOLVERS)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["train", "iris", "--solver", "trainlm"], "lm"),
        (["train", "iris", "--solver", "LM"], "lm"),
        (["train", "iris", "--activation", "Sigmoid"], "logistic"),
        (["train", "iris", "--loss", "MSE"], "squared_error"),
        (["train", "iris", "--set", "training.schedule=CosineAnnealingLR"], "cosine"),
        (["train", "iris", "--set", "training.combine=Average"], "average"),
        (["train", "iris", "--task", "Regression"], "regression"),
        (["train", "Iris"], "iris"),
        (["evaluate", "m", "iris", "--fail-under", "MSE=1"], "rmse"),
        (["fit", "iris"], "train"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_the_command_line_offers_the_right_name(words, name, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) in (2, 3)
    assert f"id you mean '{name}'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda: gate("andd"), "AND"),
        (lambda: gate("xorr"), "XOR"),
        (lambda: gate("&&"), "AND"),
        (lambda: boolean_function("xorr"), "XOR"),
        (lambda: find_initializer("Xavier"), "glorot_uniform"),
        (lambda: race("Rosenbrok", "sgd"), "rosenbrock"),
        (lambda: race("rosenbrock", "trainlm"), "lm"),
        (lambda: neurona.minimize(abs, [1.0], method="l-bfgs-b"), "lbfgs"),
        (lambda: neurona.datasets.load("Iris"), "iris"),
    ],
)
def test_functions_offer_the_right_name(ask, name):
    with pytest.raises(UnknownNameError, match=f"did you mean '{name}'"):
        ask()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("dates", "date"), ("Category", "category"), ("text", "category"), ("NUMBER", "numeric")],
)
def test_kinds_of_columns_offer_the_right_name(kind, name):
    table = {"a": ["x", "y"] * 20}
    with pytest.raises(neurona.TableError, match=f"Did you mean '{name}'\\? Got '{kind}'"):
        neurona.TableRegressor(kinds={"a": kind}).fit(table, np.arange(40.0))


def test_tables_lead_to_what_there_is():
    assert set(elsewhere.KINDS_OF_COLUMNS.values()) <= set(KINDS)
    assert set(elsewhere.INITIALIZERS.values()) <= set(INITIALIZERS)
    assert nearest("IRIS", data_sets()) == "iris"


@given(st.text(max_size=30))
def test_any_word_has_an_answer(word):
    assert nearest(word, ACTIVATIONS, ACTIVATIONS.elsewhere) in {None, *ACTIVATIONS}
