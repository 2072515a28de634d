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
    lab.page.get_by_text("a tenth of the way left").wait_for()
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


def met(lab: Browsed, text: str) -> None:
    """Wait until a check of the open lesson is met."""
    lab.until(f"state.lesson.peek().checks.some(one => one.text === '{text}' && one.met)")


def test_the_loss_is_chosen_on_the_page(lab: Browsed) -> None:
    lab.open("lessons")
    lab.page.get_by_role("button", name="One row that is wrong").click()
    lab.until("state.lesson.peek()?.id === 'losses' && state.network.peek()?.loss !== null")
    lab.open("training")
    loss = lab.page.get_by_role("combobox", name="Loss", exact=True)
    offered = loss.locator("option").all_inner_texts()
    assert {"squared_error", "huber", "absolute_error"} <= set(offered)
    assert not {"binary_cross_entropy", "categorical_cross_entropy"} & set(offered)
    loss.select_option("huber")
    lab.until("state.network.peek().loss === 'huber' && state.liveEpoch.peek() === 0")
    met(lab, "A loss that is not thrown by one row.")
    first = lab.page.get_by_role("combobox", name="First weights")
    other = [one for one in first.locator("option").all() if not one.is_disabled()][-1]
    first.select_option(other.get_attribute("value"))
    lab.until(f"state.network.peek().initializer === '{other.get_attribute('value')}'")


def test_training_ends_by_a_rule_and_keeps_the_best(lab: Browsed) -> None:
    lab.open("lessons")
    lab.page.get_by_role("button", name="When to stop").click()
    lab.until("state.lesson.peek()?.id === 'early-stopping'")
    lab.open("training")
    patience = lab.page.get_by_label("End after so many epochs", exact=False)
    patience.last.fill("20")
    lab.page.keyboard.press("Enter")
    lab.until("state.method.peek().patience === 20")
    met(lab, "A patience of 1 to 200 epochs.")
    lab.page.locator("#main").focus()
    for _ in range(3):
        lab.page.keyboard.press("]")
    lab.until("state.liveEpoch.peek() >= 3")
    lab.page.get_by_role("button", name="Stop, keep the best").click()
    met(lab, "The best weights were taken.")


def test_an_epoch_is_gone_to_by_its_number(lab: Browsed) -> None:
    lab.pause()
    lab.page.locator("#main").focus()
    lab.page.keyboard.press("g")
    lab.page.get_by_role("textbox", name="Epoch, 0 to").fill("1")
    lab.page.keyboard.press("Enter")
    lab.until("state.past.peek() === 1")
    lab.page.keyboard.press("End")
    lab.until("state.past.peek() === null")
