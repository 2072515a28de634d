"""A browser and an engine for the tests of a module that brings none of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.laboratory.running import running


# longer than a module it must not live: while its loop is there, no other can run
@pytest.fixture(scope="module")
def lab() -> Iterator[Any]:
    """A page that is opened, and paused; what failed in it is in `errors`."""
    from tests.laboratory.test_browser import ARGUMENTS, CHROMIUM, Lab, playwright

    with running() as (served, _), playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        made = Lab(page, served.address)
        page.on("pageerror", lambda error: made.errors.append(str(error)))
        page.on("dialog", lambda dialog: made.errors.append(dialog.message))
        page.on("console", lambda one: one.type == "error" and made.errors.append(one.text))
        page.goto(f"{served.address}&lesson=xor-limit")
        made.until("state.phase.peek() === 'ready' && state.weights.peek() !== null")
        yield made
        browser.close()
