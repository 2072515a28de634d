"""The page of the Lab in Debian's Chromium: one browser and one engine for all tests.

No test sleeps: each waits until the page's own state is what it must become.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from neurona.laboratory.page import FILES, STATIC
from tests.laboratory.browsing import Browsed, browsed, needs_chromium

pytestmark = needs_chromium

SCREENS = ("training", "data", "neuron", "optimizers", "compare", "export", "lessons")


@pytest.fixture(scope="module")
def lab() -> Iterator[Browsed]:
    with browsed() as made:
        yield made


def test_the_page_moves_by_itself_and_the_ticket_is_gone(lab: Browsed) -> None:
    lab.until("state.shownEpoch.peek() > 2 && state.field.peek() !== null")
    assert "ticket" not in lab.page.url
    assert lab.page.locator("#run").inner_text() == "Pause"
    lab.pause()


@pytest.mark.skipif(
    not os.environ.get("NEURONA_PICTURES"), reason="pictures are made when asked for"
)
def test_pictures_of_the_documents(lab: Browsed) -> None:
    folder = Path(__file__).parents[2] / "docs" / "pictures" / "lab"
    while lab.state("liveEpoch") < 120:
        lab.page.keyboard.press("]")
    lab.until("state.confusion.peek() !== null")
    lab.page.screenshot(path=folder / "training.png")


def test_keys_run_step_and_go_back_in_time(lab: Browsed) -> None:
    lab.pause()
    lab.page.locator("#main").focus()
    before = lab.state("liveEpoch")
    lab.page.keyboard.press("]")
    lab.until(
        f"state.liveEpoch.peek() === {before + 1} && state.shownEpoch.peek() === {before + 1}"
    )
    now = list(lab.page.evaluate("Array.from(__lab.state.weights.peek())"))
    lab.page.keyboard.press("[")
    lab.until(f"state.past.peek() === {before} && state.shownEpoch.peek() === {before}")
    lab.until("document.querySelector('#past') !== null")
    assert list(lab.page.evaluate("Array.from(__lab.state.weights.peek())")) != now
    lab.page.keyboard.press("End")
    lab.until(f"state.past.peek() === null && state.shownEpoch.peek() === {before + 1}")
    assert list(lab.page.evaluate("Array.from(__lab.state.weights.peek())")) == now


def test_a_dragged_line_is_the_weight_in_the_engine(lab: Browsed) -> None:
    lab.open("training")
    lab.pause()
    first = lab.page.evaluate("__lab.state.weights.peek()[0]")
    edits = len(lab.state("edits"))
    box = lab.page.locator(".edge-hit").first.bounding_box()
    spot = lab.page.evaluate(
        """() => { const hit = document.querySelector('.edge-hit');
        const at = hit.getPointAtLength(6), m = hit.getScreenCTM();
        return [at.x * m.a + m.e, at.y * m.d + m.f]; }"""
    )
    assert box is not None
    target = lab.page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).getAttribute('aria-label')", spot
    )
    lab.page.mouse.move(*spot)
    lab.page.mouse.down()
    lab.page.mouse.move(spot[0], spot[1] - 50, steps=5)
    lab.page.mouse.up()
    lab.until(f"state.edits.peek().length > {edits}")
    assert target and target.startswith("weight")
    place = lab.page.evaluate(
        """(name) => Array.from(document.querySelectorAll('.edge-hit'))
        .findIndex((one) => one.getAttribute('aria-label') === name)""",
        target,
    )
    if place == 0:
        lab.until(f"Math.abs(state.weights.peek()[0] - ({first} + 1)) < 1e-5")


def test_a_weight_is_changed_by_keys_alone(lab: Browsed) -> None:
    lab.open("training")
    lab.pause()
    edits = len(lab.state("edits"))
    lab.page.locator('.diagram-lines [tabindex="0"]').focus()
    lab.page.keyboard.press("Enter")
    label = lab.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("weight x to unit")
    lab.page.keyboard.press("Enter")
    lab.page.keyboard.type("1.5")
    lab.page.keyboard.press("Enter")
    lab.until(f"state.edits.peek().length > {edits} && state.weights.peek().includes(1.5)")
    lab.page.keyboard.press("Escape")


def test_the_method_changes_while_it_runs(lab: Browsed) -> None:
    lab.page.locator("#run").click()
    lab.until("state.running()")
    lab.page.get_by_label("Learning rate, typed").fill("0.03")
    lab.page.keyboard.press("Enter")
    lab.until("state.method.peek().rate === 0.03 && state.running()")
    lab.page.get_by_role("combobox", name="Method", exact=True).select_option("sgd")
    lab.until("state.method.peek().solver === 'sgd'")
    lab.pause()


def test_going_on_from_the_past_is_a_branch(lab: Browsed) -> None:
    lab.open("training")
    branches = len(lab.state("branches"))
    lab.page.locator("#main").focus()
    lab.page.keyboard.press("Home")
    lab.until("state.past.peek() === 0 && state.shownEpoch.peek() === 0")
    lab.page.get_by_role("button", name="Go on from here").click()
    lab.until(f"state.branches.peek().length === {branches + 1} && state.past.peek() === null")


def test_a_layer_and_a_unit_are_added(lab: Browsed) -> None:
    lab.open("training")
    lab.page.get_by_role("button", name="Add a unit to layer 1").click()
    lab.until("state.network.peek().sizes[1] === 9")
    assert lab.page.locator(".layer-head b").first.inner_text() == "9"
    lab.page.get_by_role("button", name="Take the last hidden layer away").click()
    lab.until("state.network.peek().sizes.length === 3")


def test_a_neuron_shows_its_numbers_and_judges_an_answer(lab: Browsed) -> None:
    lab.open("neuron")
    lab.pause()
    lab.page.get_by_role("button", name="2 Backward").click()
    lab.page.get_by_label("Your delta").fill("123456")
    lab.page.keyboard.press("Enter")
    lab.page.get_by_text("Not yet").wait_for()


def test_optimizers_race_from_where_one_clicks(lab: Browsed) -> None:
    lab.open("optimizers")
    lab.page.get_by_text("ends at height").first.wait_for()
    lab.page.get_by_role("combobox", name="Surface").select_option("rosenbrock")
    lab.page.locator(".surface-panel canvas").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.locator(".racer").first.get_by_role("button", name="Remove").click()
    assert lab.page.locator(".racer").count() == 2


def test_heights_against_the_gradients_that_were_taken(lab: Browsed) -> None:
    lab.open("optimizers")
    lab.page.get_by_role("combobox", name="Method 1").select_option("bfgs")
    lab.page.get_by_text("ends at height").first.wait_for()
    lab.page.get_by_role("combobox", name="against").select_option("gradients taken")
    lab.page.get_by_role("img", name="Height against gradients taken").wait_for()
    lab.page.get_by_text("A Jacobian counts as one gradient").wait_for()
    lab.page.get_by_role("combobox", name="against").select_option("steps")
    lab.page.get_by_role("img", name="Height against steps").wait_for()


def test_a_lesson_opens_by_a_press_and_checks_itself(lab: Browsed) -> None:
    lab.open("lessons")
    lab.page.get_by_role("button", name="What one line cannot do").click()
    lab.until("state.lesson.peek()?.id === 'xor-limit' && state.table.peek().name === 'xor'")
    lab.page.get_by_text("At most 2 hidden units").wait_for()
    lab.page.get_by_role("button", name="Close").first.click()


def test_a_script_is_taken_out(lab: Browsed) -> None:
    lab.open("export")
    lab.page.get_by_role("button", name="Command").click()
    lab.page.get_by_text("neurona train").first.wait_for()


@pytest.mark.parametrize("name", ["iris", "sine", "moons"])
def test_other_sets_are_drawn(lab: Browsed, name: str) -> None:
    known = [one["name"] for one in lab.state("ready")["sets"]]
    if name not in known:
        name = known[0]
    lab.open("data")
    lab.page.get_by_role("combobox", name="Set", exact=True).select_option(name)
    lab.until(f"state.table.peek().name === '{name}'")
    lab.open("training")
    lab.page.keyboard.press("]")
    lab.until("state.predicted.peek() !== null && state.layers.peek() !== null")


@pytest.mark.parametrize("width", [1280, 1024, 390])
def test_no_screen_is_wider_than_the_window(lab: Browsed, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 800})
    for screen in SCREENS:
        lab.open(screen)
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= width, screen
    lab.page.set_viewport_size({"width": 1280, "height": 800})


def test_nothing_failed_and_nothing_was_asked_of_another_machine(lab: Browsed) -> None:
    assert lab.errors == []
    place = lab.address.split("#")[0]
    own = place, place.replace("http", "ws", 1), "data:", "blob:"
    asked = [url for url in lab.requests if not url.startswith(own)]
    assert asked == []


def test_the_bundle_names_no_other_address_and_is_small() -> None:
    size = 0
    for name, _ in FILES.values():
        text = (STATIC / name).read_text("utf-8")
        size += len(text.encode())
        for word in ("https://", "http://"):
            for part in text.split(word)[1:]:
                assert part.startswith("www.w3.org/2000/svg"), part[:60]
        assert "innerHTML" not in text
    assert size <= 300_000
