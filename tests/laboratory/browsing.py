"""A Chromium that opens the Lab, and what is asked of its page, for tests; nothing here sleeps."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.laboratory.running import WAIT, running

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    # no name is known but those of this machine
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]  # fmt: skip


class Browsed:
    """The page of a Lab, and what is asked of it."""

    def __init__(self, page: Any, served: Any, console: bool = False) -> None:
        self.page, self.served, self.address = page, served, served.address
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        if console:
            page.on("dialog", lambda dialog: self.errors.append(dialog.message))
            page.on("console", lambda one: one.type == "error" and self.errors.append(one.text))

    def state(self, name: str) -> Any:
        """Return a value that the page knows."""
        return self.page.evaluate(f"__lab.state.{name}.peek()")

    def until(self, condition: str) -> None:
        """Wait until a condition on `state` holds; strings may not be evaluated in the page."""
        end = time.monotonic() + WAIT
        while not self.page.evaluate(
            f"(() => {{ const state = __lab.state; return {condition}; }})()"
        ):
            assert time.monotonic() < end, f"never became so: {condition}"
            self.page.wait_for_timeout(20)

    def screens(self) -> list[str]:
        """Return the names of all screens that there are."""
        found = self.page.evaluate("Array.from(document.querySelectorAll('[role=tab]'), t => t.id)")
        return [name.removeprefix("tab-") for name in found]

    def open(self, screen: str) -> None:
        """Go to a screen."""
        self.page.locator(f"#tab-{screen}").click()
        self.until(f"state.screen.peek() === '{screen}'")

    def pause(self) -> None:
        """Pause, if it runs."""
        if self.page.evaluate("__lab.state.running()"):
            self.page.locator("#run").click()
            self.until("!state.running()")


@contextlib.contextmanager
def browsed(
    plan: dict[str, Any] | None = None, query: str = "", console: bool = False, **context: Any
) -> Iterator[Browsed]:
    """A Lab with a page that shows it; `console` counts its complaints as errors."""
    driving = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with running(plan) as (served, _), driving.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = {"viewport": {"width": 1280, "height": 800}, **context}
        inside = browser.new_context(**context)
        inside.set_default_timeout(WAIT * 1000)
        made = Browsed(inside.new_page(), served, console)
        made.page.goto(f"{served.address}{query}")
        made.until("state.phase.peek() === 'ready' && state.weights.peek() !== null")
        # a first visit begins by itself: what pauses must not come before it has begun
        begun = "sessionStorage.getItem('neurona-begun') !== null"
        made.until(f"!({begun}) || state.running() || state.status.peek().epoch > 0")
        yield made
        browser.close()
