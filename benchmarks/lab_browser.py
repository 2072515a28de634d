"""The Lab's page in a headless Chromium: what a person waits for, measured inside the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.lab_page import Served, served
from benchmarks.lab_report import Report

ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
TIMES = 30
OPENINGS = 5
PATIENCE, POLL = 60.0, 15.0

WATCH = """() => {
  window.long = [];
  const note = (list) => window.long.push(...list.getEntries().map((one) => one.duration));
  new PerformanceObserver(note).observe({ type: 'longtask' });
  window.changes = { field: 0, units: 0 };
  const last = {};
  const look = () => {
    for (const name of Object.keys(window.changes)) {
      const now = __lab.state[name].peek();
      if (now !== last[name]) { last[name] = now; window.changes[name]++; }
    }
    requestAnimationFrame(look);
  };
  look();
  window.wait = async (done) => {
    const end = performance.now() + 20000;
    while (!done()) {
      if (performance.now() > end) throw new Error('never became so: ' + done);
      const turn = new MessageChannel();
      await new Promise((next) => { turn.port1.onmessage = next; turn.port2.postMessage(0); });
    }
  };
  window.drawn = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next, 0)));
  window.often = async (times, work) => {
    const spent = [];
    for (let k = 0; k < times; k++) {
      const began = performance.now();
      await work(k);
      spent.push(performance.now() - began);
      await new Promise((next) => setTimeout(next, 60));
    }
    return spent;
  };
}"""

PARTS = """() => {
  const [opened] = performance.getEntriesByType('navigation');
  const [painted] = performance.getEntriesByName('first-contentful-paint');
  return [performance.timeOrigin, opened.requestStart, opened.responseStart,
    opened.domContentLoadedEventEnd, painted ? painted.startTime : NaN];
}"""

EPOCH = """() => often(%d, async () => {
  const next = __lab.state.status.peek().epoch + 1;
  const key = new KeyboardEvent('keydown', { key: ']', bubbles: true });
  document.querySelector('#main').dispatchEvent(key);
  await wait(() => __lab.state.shownEpoch.peek() === next);
})"""
RATE = """() => often(%d, async (k) => {
  const field = document.querySelector('.transport .rate input[type=text]');
  const value = 0.01 + 0.001 * (k + 1);
  field.value = String(value);
  field.dispatchEvent(new Event('change'));
  await wait(() => Math.abs(__lab.state.method.peek().rate - value) < 1e-9);
})"""
SEEK = """() => often(%d, async (k) => {
  const time = document.querySelector('#time');
  const target = 20 + 13 * k;
  time.value = String(target);
  time.dispatchEvent(new Event('input'));
  await wait(() => __lab.state.past.peek() === target && __lab.state.shownEpoch.peek() === target);
})"""
RACE = """() => often(%d, async (k) => {
  const before = document.querySelector('.racers').textContent;
  const knob = document.querySelector('.surface-panel input[type=range]');
  knob.value = String(300 + 11 * k + (k %% 2 ? 200 : 0));
  knob.dispatchEvent(new Event('input'));
  await wait(() => document.querySelector('.racers').textContent !== before);
  await drawn();
})"""


def browser_part(report: Report, seconds: float) -> None:
    """Measure in a browser, if there is one."""
    report.title("In a headless Chromium, 1280 x 800")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        report.note("left out: playwright is not installed")
        return
    if not CHROMIUM:
        report.note("left out: there is no Chromium")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        _openings(report, browser)
        with served() as lab:
            _Measured(report, browser, lab).all(seconds)
        browser.close()


def until(page: Any, condition: str) -> float:
    """Wait until something is so in a page; returns the time."""
    end = time.perf_counter() + PATIENCE
    while not page.evaluate(
        f"(() => {{ const state = window.__lab?.state; return state && ({condition}); }})()"
    ):
        if time.perf_counter() > end:
            raise TimeoutError(condition)
        page.wait_for_timeout(POLL)
    return time.perf_counter()


def _openings(report: Report, browser: Any) -> None:
    """How soon the page is there, with a Lab of its own each time; the first is a browser's, which
    has shown no page before.
    """
    rows = np.array([_opening(browser) for _ in range(OPENINGS + 1)])
    report.line("page painted after the command, by a browser's first page", rows[0, 4], "s")
    told, *parts, painted, moving = np.median(rows[1:], axis=0)
    report.line("page painted after the command, half below", painted, "s", 0.5)
    names = ("the address is told", "the browser asks", "it is answered", "its script was run")
    for name, value in zip(names, (told, *parts), strict=True):
        report.line(f"  until {name}", value, "s")
    report.line("first training frame after the command, half below", moving, "s", 2.5)


def _opening(browser: Any) -> list[float]:
    """Return the seconds after the command until each part of an opening."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    with served() as lab:
        page.goto(lab.address, wait_until="commit")
        moving = until(page, "state.shownEpoch.peek() > 0")
        origin, *parts = page.evaluate(PARTS)
        began = origin / 1000 - lab.began_at
        told = lab.told - lab.began
        row = [told, *(began + one / 1000 for one in parts), moving - lab.began]
    page.close()
    return row


class _Measured:
    def __init__(self, report: Report, browser: Any, lab: Served) -> None:
        self.report, self.lab = report, lab
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))

    def all(self, seconds: float) -> None:
        """Measure everything, in the order in which a person would come by it."""
        self._opens()
        self.page.evaluate(WATCH)
        self._set_speed("0")
        self._draws(seconds, "")
        busy = [sys.executable, "-c", "while True: pass"]
        with subprocess.Popen(busy) as other:
            self._draws(seconds, ", beside a busy process")
            other.kill()
        self._pauses()
        self._obeys()
        self._races()
        self._takes_a_table()
        place = f"//{self.lab.place}/"
        foreign = [u for u in self.asked if not u.startswith(("data:", "blob:")) and place not in u]
        self.report.line("requests of other addresses", len(foreign), "", most=0)

    def until(self, condition: str) -> float:
        """Wait until something is so in the page; returns the time."""
        return until(self.page, condition)

    def _opens(self) -> None:
        self.page.goto(self.lab.address, wait_until="commit")
        self.until("state.shownEpoch.peek() > 0")

    def _set_speed(self, value: str) -> None:
        self.page.get_by_role("combobox", name="Speed").select_option(value)
        self.until("state.running() && state.status.peek().speed === 0")

    def _draws(self, seconds: float, beside: str) -> None:
        look = (
            "() => [__lab.counts.frames, changes.field, changes.units, "
            "__lab.state.liveEpoch.peek()]"
        )
        self.page.wait_for_timeout(1000)
        self.page.evaluate("() => { long.length = 0; __lab.counts.took.length = 0; }")
        before, began = np.array(self.page.evaluate(look)), time.perf_counter()
        self.page.wait_for_timeout(1000 * seconds)
        after, spent = np.array(self.page.evaluate(look)), time.perf_counter() - began
        frames, fields, units, epochs = (after - before) / spent
        self.report.line(f"frames drawn{beside}", frames, "a second", least=28)
        self.report.line(f"fields 100 x 100{beside}", fields, "a second", least=28)
        self.report.line(f"thumbnails 24 x 24{beside}", units, "a second", least=9)
        self.report.line(f"epochs{beside}", epochs, "a second", least=5000)
        took = self.page.evaluate("() => __lab.counts.took")
        self.report.line(f"drawing a frame{beside}, half below", float(np.median(took)), "ms", 3)
        longest = max(self.page.evaluate("() => long"), default=0.0)
        self.report.line(f"longest task{beside}", longest, "ms", 100)

    def _pauses(self) -> None:
        """Stand at an epoch where every earlier one is still kept."""
        if self.page.evaluate("() => __lab.state.running()"):
            self.page.locator("#run").click()
        self.until("!state.running()")
        self.page.get_by_role("button", name="Begin again at epoch 0").click()
        self.until("state.liveEpoch.peek() === 0")
        self.page.locator("#run").click()
        self.until("state.liveEpoch.peek() > 600")
        self.page.locator("#run").click()
        # a frame that was under way when it was paused may come after the news of it
        self.until("!state.running() && state.shownEpoch.peek() === state.status.peek().epoch")

    def _obeys(self) -> None:
        report, page = self.report, self.page
        report.times("a key to its epoch drawn", page.evaluate(EPOCH % TIMES), 50)
        report.times("a typed rate to the rate in force", page.evaluate(RATE % TIMES), 50)
        report.times("a moved cursor to its epoch drawn", page.evaluate(SEEK % TIMES), 50)
        began = time.perf_counter()
        page.get_by_role("button", name="Go on from here").click()
        until = self.until("state.past.peek() === null && state.branches.peek().length > 2")
        report.line("continue from here", 1000 * (until - began), "ms", 150)

    def _races(self) -> None:
        self.page.locator("#tab-optimizers").click()
        self.page.get_by_text("ends at height").first.wait_for()
        while self.page.locator(".racer").count() < 6:
            self.page.get_by_role("button", name="Add").click()
        steps = self.page.get_by_label("steps, typed")
        steps.fill("200")
        steps.press("Enter")
        self.page.wait_for_timeout(1000)
        spent = self.page.evaluate(RACE % TIMES)
        self.report.times("a moved slider to 6 ways of 200 steps drawn", spent, 100)

    def _takes_a_table(self) -> None:
        self.page.locator("#tab-data").click()
        files = self.page.locator("input[type=file]")
        if not files.count():
            self.report.note("a table that is dropped: not there yet")
            return
        random = np.random.default_rng(0)
        values = random.standard_normal((10_000, 10))
        names = ",".join(f"c{k}" for k in range(10))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            np.savetxt(path, values, fmt="%.6g", delimiter=",", header=names, comments="")
            began = time.perf_counter()
            files.first.set_input_files(path)
            self.until("state.table.peek()?.rows === 10000 && state.network.peek() !== null")
            self.page.locator("#tab-training").click()
            self.page.locator("#run").click()
            came = self.until(
                "(state.records.peek()?.length ?? 0) > 0 && state.liveEpoch.peek() > 0"
            )
            self.report.line("a file of 10,000 x 10 to its first curve", came - began, "s", 2)
