"""Settings: precedence, origins, and what is refused, for any values."""

from __future__ import annotations

import math
import subprocess
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import TableRegressor, value_text
from neurona.numerics.activations import ACTIVATIONS, LeakyRelu
from neurona.numerics.graph_loss import GraphLoss
from neurona.numerics.losses import LOSSES
from neurona.numerics.schedules import SCHEDULES
from neurona.optimizers import OPTIMIZERS, SOLVERS
from neurona.runs.failures import Code, Failure
from neurona.runs.setting import SETTINGS, options_of_parameters
from neurona.runs.settings import Settings, resolve
from neurona.runs.toml_text import toml_value
from tests.value_strategies import values_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.lists(TEXTS.filter(lambda t: t.strip() == t and t), max_size=3)
VALUES = {
    "training.rate": st.floats(1e-9, 1e3),
    "training.seed": st.integers(0, 2**40),
    "training.batch": st.integers(1, 9999) | st.just("auto"),
    "training.time_budget": st.floats(1e-3, 1e6) | st.just("auto"),
    "training.time_limit": st.floats(1e-3) | st.just(math.inf),
    "model.hidden": st.lists(st.integers(1, 99), max_size=4) | st.just("auto"),
    "data.target": NAMES,
    "data.source": TEXTS.filter(lambda t: "\0" not in t),
    "data.task": st.sampled_from(["auto", "regression", "classification"]),
}
SOME = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none()).flatmap(
    lambda keys: st.fixed_dictionaries({key: VALUES[key] for key in keys})
)


def said(key, value):
    """How a value is written on the command line."""
    if isinstance(value, list):
        return toml_value(value) if key == "data.target" else ",".join(map(str, value)) or "none"
    return str(value)


@given(SOME, SOME, SOME)
def test_flags_beat_set_beats_config_beats_defaults(tmp_path_factory, config, assigned, flags):
    path = tmp_path_factory.mktemp("config") / "c.toml"
    written = Settings.defaults()
    for key, value in config.items():
        written.put(key, value, "test")
    lines = [f"{key} = {toml_value(written[key])}" for key in config]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = resolve(
        [path],
        [f"{key}={said(key, value)}" for key, value in assigned.items()],
        {key: (f"--{key.partition('.')[2]}", said(key, value)) for key, value in flags.items()},
    )
    expected = {key: setting.default for key, setting in SETTINGS.items()}
    for key in SETTINGS:
        for layer, origin in ((flags, "--"), (assigned, "--set"), (config, "config c.toml")):
            if key in layer:
                expected[key] = layer[key]
                assert found.origins[key].startswith(origin)
                break
        else:
            assert found.origins[key] == "default"
    assert found.values == {
        k: pytest.approx(v) if type(v) is float else v for k, v in expected.items()
    }


@given(SOME)
def test_what_is_written_is_read_back(values):
    settings = Settings.defaults()
    for key, value in values.items():
        settings.put(key, value, f"from\n{key}")
    again = Settings.defaults()
    again.put_table(tomllib.loads(settings.to_toml()), "again")
    assert again.values == settings.values


@given(st.text() | st.sampled_from(sorted(SETTINGS)), st.text())
def test_any_word_is_taken_or_refused_in_a_sentence(key, value):
    try:
        found = resolve([], [f"{key}={value}"], {})
    except Failure as failure:
        assert str(failure).startswith("--set: ") and str(failure).endswith((".", "?", "instead."))
    else:
        assert key.partition("=")[0].strip() in found.values


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(SETTINGS)), JSON)
def test_any_value_in_a_config_file_is_taken_or_refused(key, value):
    section, name = key.split(".")
    settings = Settings.defaults()
    try:
        settings.put_table({section: {name: value}}, "config c.toml")
    except Failure as failure:
        assert "must be" in str(failure) and failure.code == 3
    else:
        toml_value(settings[key])


@given(st.floats(allow_nan=False) | st.integers(-(2**62), 2**62) | TEXTS | st.lists(TEXTS))
def test_toml(value):
    assert tomllib.loads(f"value = {toml_value(value)}") == {"value": value}


CHOICES = {
    "model.activation": (ACTIVATIONS,),
    "model.loss": (LOSSES,),
    "training.solver": (OPTIMIZERS, SOLVERS),
    "training.schedule": (SCHEDULES,),
}
VALUE_CLASSES = [
    (key, cls) for key, found in CHOICES.items() for one in found for cls in one.classes()
]


@given(st.sampled_from(VALUE_CLASSES), st.data())
def test_a_value_with_options_is_written_and_read_back(choice, data):
    key, cls = choice
    value = data.draw(values_of(cls))
    settings = Settings.defaults()
    try:
        settings.put(key, value, "given")
    except Failure as failure:
        assert "values in one another" in str(failure)  # warm-ups of warm-ups
        return
    again = Settings.defaults()
    again.put_table(tomllib.loads(settings.to_toml()), "again")
    assert again[key] == settings[key] == value and type(again[key]) is cls
    assert resolve([], [f"{key}={value_text.write(value)}"], {})[key] == value
    flag = {key: ("--flag", value_text.write(value))}
    assert resolve([], [], flag)[key] == value


@pytest.mark.parametrize("key", CHOICES)
def test_a_name_stays_a_name(key):
    for registry in CHOICES[key]:
        for name in registry:
            assert Settings.of({key: name})[key] == name
    assert Settings.of({key: " auto "})[key] == "auto"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("training.solver", "lm(dampin=1)", "given: training.solver: lm has no option 'dampin'"),
        ("training.solver", "lm(damping=-1)", "Got -1.0 instead."),
        ("training.solver", "atuo", "did you mean 'auto'?"),
        ("training.solver", LeakyRelu(), "a value of one of its classes"),
        ("model.loss", GraphLoss(lambda said, target: said - target), "one of its classes"),
        ("training.rate", 0, "given: training.rate must be a number above 0"),
        ("training.rat", 1, "did you mean 'training.rate'?"),
    ],
)
def test_settings_of_python_are_refused_in_a_sentence(key, value, said):
    with pytest.raises(Failure) as failure:
        Settings.of({key: value})
    assert said in str(failure.value) and failure.value.code is Code.INVALID


def test_a_number_that_is_wrong_is_told_before_names_are_looked_up():
    code = (
        "import sys\nfrom neurona.runs import Failure, Settings\n"
        "try:\n"
        "    Settings.of({'training.solver': 'lm(damping=1)', 'training.rate': 'fast'})\n"
        "except Failure as failure:\n"
        "    assert 'training.rate' in str(failure)\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_setting_of_an_estimator_is_its_parameter():
    names = {one.parameter for one in SETTINGS.values()} - {""}
    assert names <= set(TableRegressor().get_params())
    flags = [one.option for one in SETTINGS.values() if one.flag]
    assert len(set(flags)) == len(flags)
    assert options_of_parameters()["learning_rate_init"] == "--rate"
    assert options_of_parameters()["missing"] == "--set data.missing"
