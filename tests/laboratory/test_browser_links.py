"""What the address says is opened: a state where it was, a lesson, and how it was looked at."""

from itertools import pairwise

from tests.laboratory.browsing import Browsed, needs_chromium

pytestmark = needs_chromium


def test_a_lesson_is_opened_by_the_address(lab: Browsed) -> None:
    if lab.state("lesson") is None or lab.state("table")["name"] != "xor":
        lab.page.evaluate("location.hash = 'lesson=xor-limit'")
    lab.until("state.lesson.peek()?.id === 'xor-limit' && state.table.peek().name === 'xor'")
    assert "#" not in lab.page.url


def test_a_state_is_opened_again_where_it_was(lab: Browsed) -> None:
    lab.open("training")
    lab.pause()
    lab.page.locator("#main").focus()
    for epoch in (1, 2, 3):
        lab.page.keyboard.press("]")
        lab.until(f"state.liveEpoch.peek() === {epoch}")
    lab.page.get_by_label("Learning rate, typed").fill("0.07")
    lab.page.keyboard.press("Enter")
    lab.until("state.method.peek().rate === 0.07")
    lab.page.locator("#main").focus()
    lab.page.keyboard.press("]")
    lab.until("state.shownEpoch.peek() === 4 && state.liveEpoch.peek() === 4")
    weights = lab.page.evaluate("Array.from(__lab.state.weights.peek())")
    lab.page.evaluate("__lab.state.row.set(2)")
    lab.open("export")
    lab.page.get_by_role("button", name="Link").click()
    link = lab.page.locator("pre.code").filter(has_text="#s=").inner_text().split()[0]
    assert "ticket" not in link and "row=2" in link
    lab.open("lessons")
    lab.page.get_by_role("button", name="What one line cannot do").click()
    lab.until("state.edits.peek().length === 0 && state.liveEpoch.peek() === 0")
    lab.page.evaluate("(link) => { location.hash = link.split('#')[1]; }", link)
    lab.until("state.liveEpoch.peek() === 4 && state.shownEpoch.peek() === 4")
    lab.until("state.screen.peek() === 'training' && state.row.peek() === 2")
    assert lab.state("method")["rate"] == 0.07 and len(lab.state("edits")) == 1
    assert lab.page.evaluate("Array.from(__lab.state.weights.peek())") == weights
    assert "#" not in lab.page.url


def test_a_link_that_holds_nothing_is_said(lab: Browsed) -> None:
    lab.page.evaluate("location.hash = 's=abc'")
    lab.until("state.trouble.peek() !== null")
    assert "no state" in lab.state("trouble") and lab.errors == []


def test_the_bar_stays_in_one_line_while_it_runs(lab: Browsed) -> None:
    lab.page.set_viewport_size({"width": 1024, "height": 768})
    lab.page.get_by_role("combobox", name="Speed").select_option("0")
    if not lab.page.evaluate("__lab.state.running()"):
        lab.page.locator("#run").click()
    lab.until("state.running() && (state.status.peek()?.epochs_per_second ?? 0) > 0")
    boxes = lab.page.evaluate(
        "Array.from(document.querySelectorAll('.transport > *')).map((one) => "
        "{ const b = one.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]; })"
    )
    shown = [box for box in boxes if box[1] > box[0]]
    assert all(left[1] <= right[0] + 1 for left, right in pairwise(shown))
    assert max(box[2] for box in shown) < min(box[3] for box in shown)
    lab.pause()


def test_forced_colors_keep_what_is_said_by_color(lab: Browsed) -> None:
    lab.page.emulate_media(forced_colors="active")
    lab.open("training")
    lab.until("state.layers.peek() !== null")
    meter = lab.page.locator(".meter i").first
    filled, ground = (
        meter.evaluate(f"(one) => getComputedStyle(one{where}).backgroundColor")
        for where in ("", ".parentElement")
    )
    assert filled != ground
    edges = lab.page.locator(".tabs button").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).borderBottomColor)"
    )
    assert len(set(edges)) == 2 and edges.count(edges[0]) == 1
    lab.page.emulate_media(forced_colors="none")


def test_two_branches_lie_over_each_other(lab: Browsed) -> None:
    lab.page.set_viewport_size({"width": 1280, "height": 800})
    lab.open("training")
    lab.pause()
    lab.page.locator("#main").focus()
    lab.page.keyboard.press("Home")
    lab.until("state.past.peek() === 0")
    before = len(lab.state("branches"))
    lab.page.get_by_role("button", name="Go on from here").click()
    lab.until(f"state.branches.peek().length === {before + 1}")
    present = lab.state("present")
    lab.page.get_by_label("Learning rate, typed").fill("0.123")
    lab.page.keyboard.press("Enter")
    lab.until("state.method.peek().rate === 0.123")
    lab.open("compare")
    lab.page.get_by_role("rowheader", name="method.rate").wait_for()
    lab.page.get_by_label(f"Name of branch {present}").fill("faster")
    lab.page.keyboard.press("Enter")
    lab.page.get_by_role("rowheader", name="faster").wait_for()
    lab.page.get_by_role("button", name="Go on from its end").first.click()
    lab.until(f"state.branches.peek().length === {before + 2}")
    lab.page.get_by_role("button", name="Train them").click()
    lab.page.get_by_text("5 seeds. At epoch").wait_for()
    assert lab.errors == []


def test_a_finding_is_said_and_a_press_does_something_about_it(lab: Browsed) -> None:
    lab.open("lessons")
    lab.page.get_by_role("button", name="What one line cannot do").click()
    lab.until("state.edits.peek().length === 0 && state.finding.peek() === null")
    lab.open("data")
    lab.page.get_by_role("combobox", name="Set", exact=True).select_option("sinc")
    lab.until("state.table.peek().name === 'sinc'")
    lab.open("training")
    lab.page.get_by_role("combobox", name="Method", exact=True).select_option("sgd")
    lab.until("state.method.peek().solver === 'sgd'")
    lab.page.get_by_label("Learning rate, typed").fill("10000")
    lab.page.keyboard.press("Enter")
    lab.until("state.method.peek().rate === 10000")
    lab.page.locator("#run").click()
    lab.until("state.finding.peek()?.name === 'diverged'")
    lab.page.locator("#finding").get_by_role("button", name="with a tenth").first.click()
    lab.until("state.method.peek().rate === 1000 && state.finding.peek()?.name !== 'diverged'")
    lab.pause()
    assert lab.errors == []
