"""What axe finds on every screen, in both themes, and in dialogs; and lessons by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.laboratory.browsing import Browsed, browsed, needs_chromium

pytestmark = needs_chromium

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_STOPS = 120
"""Tab stops that one may have to pass."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Browsed]:
    with browsed({"document": {"data": {"rows": 60}}}, reduced_motion="reduce") as made:
        yield made


def found_by_axe(page: Any, rules: list[str] | None = None) -> list[Any]:
    """Return what breaks a rule, or one of some rules."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    result = axe.run(page, options={"runOnly": rules or RULES})
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in result.response["violations"]]


@pytest.mark.parametrize("theme, rules", [("light", RULES), ("dark", ["color-contrast"])])
def test_axe_finds_nothing_on_any_screen(lab: Browsed, theme: str, rules: list[str]) -> None:
    """A theme changes colors and nothing else."""
    lab.pause()
    lab.page.emulate_media(color_scheme=theme)
    screens = lab.screens()
    assert {"training", "data", "neuron", "optimizers", "export", "lessons"} <= set(screens)
    found = []
    for screen in screens:
        lab.open(screen)
        found += [(screen, *one) for one in found_by_axe(lab.page, rules)]
    lab.page.get_by_role("button", name="Keys (?)").click()
    found += [("keys", *one) for one in found_by_axe(lab.page, rules)]
    lab.page.keyboard.press("Escape")
    assert found == []


def test_axe_finds_nothing_in_the_past_in_a_lesson_and_in_a_table(lab: Browsed) -> None:
    lab.open("lessons")
    # not the button of the lesson before it, if that one was solved in this browser
    lab.page.locator(".lesson-card", has_text="What fires together").click()
    lab.until("state.lesson.peek()?.id === 'hebb' && state.screen.peek() === 'neuron'")
    found = [("lesson", *one) for one in found_by_axe(lab.page)]
    lab.open("training")
    lab.page.locator("#main").focus()
    for _ in range(3):
        lab.page.keyboard.press("]")
    lab.until("state.liveEpoch.peek() === 3 && state.shownEpoch.peek() === 3")
    lab.page.keyboard.press("Home")
    lab.until("document.querySelector('#past') !== null")
    found += [("past", *one) for one in found_by_axe(lab.page)]
    lab.page.get_by_role("button", name="The rows as a table").click()
    found += [("table", *one) for one in found_by_axe(lab.page)]
    lab.page.keyboard.press("Escape")
    assert found == []


# -- lessons by keys alone: nothing here touches the page but through its keyboard


class Keys:
    """The keyboard, and what stands in the focus."""

    def __init__(self, lab: Browsed) -> None:
        self.lab, self.page, self.press = lab, lab.page, lab.page.keyboard.press

    def focused(self) -> tuple[str, str]:
        """Return the name of what has the focus, and the style of its outline, of one moment."""
        name, outline = self.page.evaluate(
            """() => { const one = document.activeElement;
            if (one === document.body) return ["", ""];
            return [one.getAttribute('aria-label') || one.textContent || '',
                    getComputedStyle(one).outlineStyle]; }"""
        )
        return name, outline

    def go_to(self, name: str) -> None:
        """Press Tab until something of this name has the focus; it is seen to have it."""
        for _ in range(MOST_STOPS):
            found, outline = self.focused()
            if name in found:
                assert outline != "none", f"nobody sees that {found!r} has the focus"
                return
            self.press("Tab")
        raise AssertionError(f"no Tab leads to {name!r}")

    def from_the_top(self) -> None:
        """Begin where a page that was just opened begins."""
        self.page.evaluate("document.activeElement.blur()")

    def open_lesson(self, number: int, name: str) -> None:
        """Open a lesson from the list."""
        self.from_the_top()
        while self.page.evaluate("document.activeElement.getAttribute('role')") != "tab":
            self.press("Tab")
        while self.lab.state("screen") != "lessons":
            self.press("ArrowRight")
        self.go_to(f"{number}  \u00b7")
        self.press("Enter")
        self.lab.until(f"state.lesson.peek()?.id === '{name}'")
        self.from_the_top()

    def weight(self, source: str, value: str) -> None:
        """Type a weight into the table of the unit's inputs."""
        self.go_to(f"Weight from {source}")
        self.press("Control+a")
        self.page.keyboard.type(value)
        self.press("Enter")
        number = float(value)
        self.lab.until(f"state.weights.peek()?.some((w) => Math.abs(w - {number}) < 1e-6)")
        self.from_the_top()

    def answer(self, question: str, text: str) -> None:
        """Type an answer to a question."""
        self.go_to(question)
        self.page.keyboard.type(text)

    def check(self) -> None:
        """Have the lesson looked at, and wait until it is done."""
        self.go_to("Check")
        self.press("Enter")
        self.lab.until("state.lesson.peek().checks.every((one) => one.met)")

    def run_until(self, condition: str) -> None:
        """Run with the space bar, and pause when something is so."""
        self.from_the_top()
        self.press("Space")
        self.lab.until("state.running()")
        self.lab.until(condition)
        self.press("Space")
        self.lab.until("!state.running()")
        # the last frame may come after the word that it is paused
        self.lab.until("state.shownEpoch.peek() === state.liveEpoch.peek()")


@pytest.fixture
def keys(lab: Browsed) -> Keys:
    lab.pause()
    return Keys(lab)


def test_lesson_1_a_unit_that_decides(keys: Keys) -> None:
    keys.open_lesson(1, "threshold-unit")
    keys.weight("bias", "1")
    keys.check()


def test_lesson_2_excite_and_inhibit(keys: Keys) -> None:
    keys.open_lesson(2, "synapses")
    keys.weight("y", "-1")
    keys.weight("bias", "-1")
    keys.check()


def test_lesson_3_what_fires_together(keys: Keys) -> None:
    keys.open_lesson(3, "hebb")
    keys.weight("x1", "-2")
    keys.weight("x3", "0")
    keys.weight("x4", "0")
    keys.answer("Which row is lost", "2")
    keys.answer("How many inputs", "2")
    keys.check()


def test_lesson_4_a_gate_learned(keys: Keys) -> None:
    keys.open_lesson(4, "gates")
    keys.run_until("state.liveEpoch.peek() > 200")
    keys.answer("What sign", "minus")
    keys.check()


def test_lesson_5_one_line_is_learned(keys: Keys) -> None:
    keys.open_lesson(5, "perceptron")
    for epoch in range(40):
        keys.press("]")
        keys.lab.until(f"state.liveEpoch.peek() === {epoch + 1}")
    keys.check()


def test_lesson_6_what_one_line_cannot_do(keys: Keys) -> None:
    keys.open_lesson(6, "xor-limit")
    keys.go_to("Add a hidden layer")
    keys.press("Enter")
    keys.lab.until("state.network.peek().sizes.length === 3")
    for units in (3, 2):
        keys.go_to("Take a unit out of layer 1")
        keys.press("Enter")
        keys.lab.until(f"state.network.peek().sizes[1] === {units}")
    # of each class both rows, none of the other; a table of zeros has not been counted yet
    right = "String(state.confusion.peek()?.values) === '2,0,0,2'"
    for _ in range(20):  # two units are enough, but not from every start
        keys.run_until(f"(state.liveEpoch.peek() > 1500) || ({right})")
        if keys.page.evaluate("(() => { const state = __lab.state; return " + right + "; })()"):
            break
        keys.go_to("Other first weights")
        keys.press("Enter")
        keys.lab.until("state.liveEpoch.peek() === 0")
    keys.from_the_top()
    keys.check()
    assert keys.lab.errors == []
