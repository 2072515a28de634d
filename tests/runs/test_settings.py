"""Settings: precedence, origins, and what is refused, for any values."""

from __future__ import annotations

import math
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.runs.failures import Failure
from neurona.runs.setting import SETTINGS
from neurona.runs.settings import Settings, resolve
from neurona.runs.toml_text import toml_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.lists(TEXTS.filter(lambda t: t.strip() == t and t), max_size=3)
VALUES = {
    "training.rate": st.floats(1e-9, 1e3),
    "training.seed": st.integers(0, 2**40),
    "training.batch": st.integers(1, 9999) | st.just("auto"),
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
