"""A unit's line is dragged, and a new weight is typed and judged."""

from tests.laboratory.browsing import Browsed, needs_chromium

pytestmark = needs_chromium


def test_a_units_line_is_dragged(lab: Browsed) -> None:
    lab.pause()
    lab.open("data")
    lab.page.get_by_role("combobox", name="Set", exact=True).select_option("moons")
    lab.until("state.table.peek().name === 'moons'")
    lab.open("neuron")
    lab.page.get_by_label("Weight from bias").fill("0")  # so that the line crosses the picture
    lab.page.keyboard.press("Enter")
    handle = lab.page.locator(".unit-handle").first
    handle.wait_for()
    lab.page.evaluate("document.querySelector('.field').scrollIntoView({ block: 'center' })")
    lab.until(
        "(() => { const b = document.querySelector('.unit-handle').getBoundingClientRect(); "
        "return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)"
        "?.classList.contains('unit-handle'); })()"
    )
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 30, y + 20, steps=4)
    lab.page.mouse.up()
    lab.until("state.edits.peek().some((one) => one.command.do === 'neuron.line')")
    edits = len(lab.state("edits"))
    handle.focus()
    lab.page.keyboard.press("ArrowUp")
    lab.until(f"state.edits.peek().length > {edits}")


def test_a_new_weight_is_typed_and_judged(lab: Browsed) -> None:
    lab.page.get_by_label("What you work out").select_option("bias")
    lab.page.get_by_label("Your new weight").fill("123")
    lab.page.keyboard.press("Enter")
    lab.page.get_by_text("Not yet").wait_for()
    assert lab.errors == []


def test_rate_and_momentum_are_set_on_the_map(lab: Browsed) -> None:
    lab.open("optimizers")
    lab.page.get_by_text("ends at height").first.wait_for()
    lab.page.get_by_text("steps").first.wait_for()
    box = lab.page.locator(".rate-map canvas").bounding_box()
    assert box is not None
    lab.page.locator(".rate-map canvas").scroll_into_view_if_needed()
    box = lab.page.locator(".rate-map canvas").bounding_box()
    assert box is not None
    lab.page.mouse.click(box["x"] + box["width"] - 14, box["y"] + box["height"] - 40)
    lab.page.get_by_text("does not come down").first.wait_for()
    label = lab.page.locator(".rate-map canvas").get_attribute("aria-label")
    assert label and "climbs out" in label


def test_methods_race_on_ones_own_network(lab: Browsed) -> None:
    lab.page.get_by_role("combobox", name="Surface").select_option("my own network")
    lab.page.get_by_text("ends at loss").first.wait_for()
    lab.page.get_by_role("heading", name="Loss against epochs").wait_for()
    assert lab.errors == []
