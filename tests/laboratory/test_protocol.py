"""What the page may send, whatever it sends; and frames, there and back."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.laboratory.commands import COMMANDS
from neurona.laboratory.events import EVENTS, Said
from neurona.laboratory.fields import Refused
from neurona.laboratory.frames import (
    COARSER,
    HEADER,
    LARGEST_FRAME,
    SECTION,
    VIEW_CODES,
    Frame,
    Section,
    unpack,
)  # fmt: skip
from neurona.laboratory.page import STATIC
from neurona.laboratory.pipe import LARGEST_TEXT
from neurona.laboratory.protocol import (
    answer,
    command_of,
    event_text,
    fields_of,
    number_of,
    read_command,
    refusal,
)  # fmt: skip
from neurona.laboratory.typescript import typescript

ROOT = Path(__file__).parents[2]

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
words = st.sampled_from([*COMMANDS, "train.rum", ""])
names = st.sampled_from(
    [name for form in COMMANDS.values() for name in form.__dataclass_fields__] + ["odd"]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(words | plain, st.dictionaries(names, plain, max_size=5), plain)
def test_any_command_is_read_or_refused(
    word: object, fields: dict[str, object], number: object
) -> None:
    text = json.dumps({**fields, "id": number, "do": word})
    try:
        got, command = read_command(text)
    except Refused as refused:
        assert str(refused)
        told = json.loads(refusal(number_of(text), refused))
        assert told["ok"] is False and told["error"]
    else:
        assert got == number and command.do == word
        assert (
            command_of(word, {k: v for k, v in fields_of(command).items() if k != "do"}) == command
        )


def test_ten_thousand_spoiled_commands() -> None:
    chance = random.Random(7)
    spoils = [None, True, -1, 1e308, "x" * 300, [], {}, [[1, 2]] * 600, {"a": {"b": 1}}, "bias", 3]
    refused = 0
    for _ in range(10_000):
        word = chance.choice(list(COMMANDS))
        fields = {name: chance.choice(spoils) for name in COMMANDS[word].__dataclass_fields__}
        text = json.dumps({"id": chance.choice([1, 1, -1]), "do": word, **fields})
        text = text[: chance.choice([len(text), len(text), len(text) // 2])]
        try:
            read_command(text)
        except Refused as error:
            refused += 1
            assert str(error) and len(str(error)) < 2_000
    assert refused > 5_000


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_text_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused):
        read_command(text)
    number_of(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": 1, "do": "train.rum"}', "did you mean 'train.run'"),
        ('{"id": 1, "do": "train.run", "sped": 1}', "did you mean 'speed'"),
        ('{"id": 1, "do": "train.run", "speed": -1}', "speed must be from 0"),
        ('{"id": 1, "do": "train.run", "speed": NaN}', "NaN is no number"),
        ('{"id": 1, "do": "train.run", "speed": true}', "must be a number"),
        ('{"id": 1, "do": "train.run", "speed": 1e999}', "must be from"),
        ('{"id": 1, "do": "weight.set", "layer": 0, "to": 0}', "value is missing"),
        ('{"id": 1, "do": "weight.set", "layer": 0.5, "to": 0, "value": 1}', "whole number"),
        ('{"id": true, "do": "train.run"}', "has an id"),
        ('{"id": 1, "do": "look", "views": {"feld": {}}}', "did you mean 'field'"),
        ('{"id": 1, "do": "look", "views": {"field": {"grid": 4096}}}', "from 8 to 128"),
        ("[" * 20_000, "JSON"),
        ('{"id": 1, "do": "hello", "protocol": "' + "x" * LARGEST_TEXT + '"}', "at most"),
        ('{"id": 1, "do": "network.set", "hidden": [' + "8," * 30 + "8]}", "0 to 20 entries"),
    ],
)
def test_refusals_say_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_command(text)
    assert said in str(refused.value)


def test_answers_are_json_whatever_the_numbers() -> None:
    assert json.loads(answer(3, {"a": float("nan"), "b": [1.0, float("inf")]})) == {
        "answer": 3,
        "ok": True,
        "value": {"a": None, "b": [1.0, None]},
    }
    assert json.loads(event_text(Said("<img onerror>"))) == {
        "event": "said",
        "text": "<img onerror>",
    }


shapes = st.lists(st.integers(0, 9), min_size=1, max_size=3).map(tuple)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    dtype = draw(st.sampled_from([np.uint8, np.int32, np.float32]))
    shape = draw(shapes)
    seed = draw(st.integers(0, 99))
    data = np.random.default_rng(seed).integers(0, 255, shape).astype(dtype)
    view, slot = draw(st.sampled_from(list(VIEW_CODES))), draw(st.integers(0, 255))
    width = st.floats(width=32, allow_nan=False, allow_infinity=False)
    return Section(view, slot, data, draw(width), draw(width))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(sections(), max_size=6), st.integers(0, 2**32 - 1), st.integers(0, 65_535))
def test_frames_travel(made: list[Section], number: int, branch: int) -> None:
    frame = Frame(number, branch, number, number, number, number, 3, tuple(made))
    data = frame.packed()
    assert len(data) % 4 == 0
    got = unpack(data)
    assert (got.sequence, got.branch, got.epoch, got.step, got.live, got.flags) == (
        *(number, branch, number, number, number),
        3,
    )
    for one, other in zip(got.sections, made, strict=True):
        assert (one.view, one.slot, one.low, one.high) == (
            *(other.view, other.slot, other.low, other.high),
        )
        assert one.data.shape == other.data.shape and np.array_equal(one.data, other.data)


def test_a_frame_that_would_be_too_large_leaves_something_out_and_says_so() -> None:
    large = Section("points", 0, np.zeros((60_000, 2), np.float32))
    small = Section("weights", 0, np.ones(5, np.float32))
    data = Frame(1, 0, 1, 0, 1, 0, 0, (large, small)).packed()
    assert len(data) < LARGEST_FRAME
    got = unpack(data)
    assert got.flags & COARSER and [one.view for one in got.sections] == ["weights"]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=120))
def test_other_bytes_are_no_frame(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(data)


def test_the_sizes_are_those_that_the_page_knows() -> None:
    assert (HEADER.size, SECTION.size) == (32, 24)


def test_the_page_has_the_protocol_of_today() -> None:
    page = ROOT / "frontend" / "src" / "protocol.ts"
    if not page.is_file():
        pytest.skip("the page's source is not in an installation")
    assert page.read_text(encoding="utf-8") == typescript(), (
        "run python -m neurona.laboratory.typescript frontend/src/protocol.ts"
    )
    assert all(word in typescript() for word in (*COMMANDS, *EVENTS))


def test_the_page_says_every_command() -> None:
    """A person can do all that a lesson may ask for, without writing commands."""
    page = (STATIC / "lab.js").read_text("utf-8")
    unsaid = {word for word in COMMANDS if f'"{word}"' not in page}
    assert unsaid <= {"bye", "state.get", "state.put"}  # for other programs
