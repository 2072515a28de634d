"""The widget, without Jupyter: through its messages, and its page in a Chromium."""

from __future__ import annotations

import base64
import gc
import http.server
import json
import queue
import sys
import threading
import time
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neurona
from neurona.laboratory import front, notebook
from neurona.laboratory.frames import Frame, unpack
from neurona.laboratory.protocol import PROTOCOL
from tests.laboratory.browsing import ARGUMENTS, CHROMIUM, needs_chromium
from tests.laboratory.running import WAIT

pytest.importorskip("anywidget", reason="anywidget is not installed")


class Kernel:
    """The line of a widget to its page, as a notebook's kernel has it: `sent` is what came out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import comm

        kernel = self
        self.sent: queue.Queue[tuple[dict[str, Any], list[Any]]] = queue.Queue()

        class Comm(comm.base_comm.BaseComm):  # type: ignore[misc]
            def publish_msg(
                self, msg_type: str, data: Any = None, buffers: Any = None, **_: Any
            ) -> None:
                if msg_type == "comm_msg" and data and data.get("method") == "custom":
                    kernel.sent.put((data["content"], list(buffers or [])))

        monkeypatch.setattr(comm, "create_comm", Comm)

    def deliver(self, widget: Any, content: dict[str, Any], buffers: Any = ()) -> None:
        """Hand a message of the page to the widget."""
        data = {"method": "custom", "content": content}
        widget.comm.handle_msg({"content": {"data": data}, "buffers": list(buffers)})


class CellPage:
    """What a page in the cell would send and hear."""

    def __init__(self, kernel: Kernel, widget: Any) -> None:
        self.kernel, self.widget = kernel, widget
        self.events: list[dict[str, Any]] = []
        self._number = 0

    def send(self, do: str, **fields: Any) -> int:
        self._number += 1
        text = json.dumps({"id": self._number, "do": do, **fields})
        self.kernel.deliver(self.widget, {"text": text})
        return self._number

    def hear(self) -> dict[str, Any] | Frame:
        content, buffers = self.kernel.sent.get(timeout=WAIT)
        if content.get("frame"):
            frame = unpack(bytes(buffers[0]))
            self.send("ack", sequence=frame.sequence)
            return frame
        told: dict[str, Any] = json.loads(content["text"])
        if "event" in told:
            self.events.append(told)
        return told

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        number = self.send(do, **fields)
        while True:
            told = self.hear()
            if isinstance(told, dict) and told.get("answer") == number:
                return told

    def until(self, event: str) -> dict[str, Any]:
        while True:
            told = self.hear()
            if isinstance(told, dict) and told.get("event") == event:
                return told

    def frame(self) -> Frame:
        while True:
            told = self.hear()
            if isinstance(told, Frame):
                return told


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(monkeypatch)


@pytest.fixture
def opened(kernel: Kernel) -> Iterator[tuple[Kernel, Any]]:
    X = np.linspace(-1, 1, 60).reshape(-1, 1)
    model = neurona.MLPRegressor(hidden_layer_sizes=(4,), activation="tanh", random_state=0)
    widget = neurona.lab(model, X, X[:, 0] ** 2, widget=True)
    yield kernel, widget
    widget.close()


def test_a_cell_returns_at_once_and_its_page_sees_and_steers(opened: tuple[Kernel, Any]) -> None:
    kernel, widget = opened
    page = CellPage(kernel, widget)
    assert page.ask("hello", protocol=PROTOCOL)["ok"]
    page.until("status")
    told = {event["event"]: event for event in page.events}
    assert {"hello", "ready", "table", "network", "method", "status"} <= set(told)
    assert told["network"]["sizes"] == [1, 4, 1] and told["table"]["rows"] == 60
    assert page.ask("look", views={"weights": {}, "curve": {}, "field": {"grid": 32}})["ok"]
    assert page.ask("train.run")["ok"]
    while page.frame().live < 20:
        pass
    assert page.ask("train.pause")["ok"]
    assert page.ask("weight.set", layer=0, to=0, source=0, value=0.25)["value"] == 0.25
    refused = page.ask("method.set", solver="adm")
    assert not refused["ok"] and "adam" in refused["error"]
    widget.close()
    assert not widget.bridge.open
    widget.bridge.take({"text": "{}"})  # too late, and no error


def test_a_widget_that_is_closed_leaves_a_picture_without_a_script(
    opened: tuple[Kernel, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import IPython.display

    shown: list[tuple[Any, str]] = []
    keep = lambda what, display_id, **_: shown.append((what, display_id))  # noqa: E731
    monkeypatch.setattr(IPython.display, "display", keep)
    monkeypatch.setattr(IPython.display, "update_display", keep)
    kernel, widget = opened
    assert widget.picture() is None  # nobody looks at it
    widget._ipython_display_()
    page = CellPage(kernel, widget)
    assert page.ask("hello", protocol=PROTOCOL)["ok"]
    page.until("status")
    assert page.ask("train.step", unit="epoch", count=7)["ok"]
    while page.ask("state.get")["value"]["epoch"] < 7:
        pass
    number = page.send("state.get")
    monkeypatch.setattr(notebook, "PICTURE_SECONDS", WAIT)
    widget.close()
    (bundle, first), (picture, second) = shown
    assert first == second and "application/vnd.jupyter.widget-view+json" in bundle
    svg = picture._repr_svg_()
    assert "1-4-1" in svg and "epoch 7" in svg and "<script" not in svg
    while not kernel.sent.empty():  # the page's own question was answered to the page, ours not
        told = json.loads(kernel.sent.get()[0].get("text", "{}"))
        assert told.get("answer") in (None, number)


def test_what_is_no_message_does_no_harm_and_an_older_page_is_told_so(
    opened: tuple[Kernel, Any],
) -> None:
    kernel, widget = opened
    for content in ({}, {"text": 5}, {"text": "{"}, {"piece": True}, {"text": '"hello"'}):
        kernel.deliver(widget, content)
    kernel.deliver(widget, {"piece": True}, [b"\x00" * 10])
    page = CellPage(kernel, widget)
    refused = page.ask("hello", protocol="neurona.lab/0")
    assert not refused["ok"] and "neurona.lab/1" in refused["error"]
    assert page.ask("hello", protocol=PROTOCOL)["ok"]
    page.until("status")
    assert page.ask("state.get")["ok"]


def test_a_page_that_comes_back_after_a_long_time_finds_what_it_left(
    opened: tuple[Kernel, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = CellPage(*opened)
    page.ask("hello", protocol=PROTOCOL)
    page.until("status")
    assert page.ask("method.set", rate=0.05)["ok"]
    bridge = page.widget.bridge
    monkeypatch.setattr(notebook, "IDLE_SECONDS", 0.01)
    # from the next message on it waits for so long only, be that answered by then or not
    page.send("train.pause")
    end = time.monotonic() + WAIT
    while "state" not in bridge._plan and time.monotonic() < end:
        time.sleep(0.02)
    monkeypatch.setattr(notebook, "IDLE_SECONDS", WAIT)
    told = page.ask("state.get")["value"]
    assert [one["command"]["do"] for one in told["edits"]] == ["method.set"]
    assert told["now"]["method"]["rate"] == 0.05


def test_a_widget_that_nobody_has_ends_its_engine(kernel: Kernel) -> None:
    import ipywidgets

    widget = neurona.lab(widget=True)
    bridge = widget.bridge
    ipywidgets.Widget.close(widget)  # the notebook lets go of it
    kernel.sent.queue.clear()
    del widget
    gc.collect()
    end = time.monotonic() + WAIT
    while bridge.open and time.monotonic() < end:
        time.sleep(0.02)
    assert not bridge.open


def test_a_notebook_is_found_and_elsewhere_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def shell(kernel: object) -> types.SimpleNamespace:
        return types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(kernel=kernel))

    monkeypatch.setitem(sys.modules, "IPython", shell(None))
    assert not front.in_notebook()
    monkeypatch.setitem(sys.modules, "IPython", shell(object()))
    assert front.in_notebook()
    monkeypatch.delitem(sys.modules, "IPython")
    marimo = types.SimpleNamespace(running_in_notebook=lambda: True)
    monkeypatch.setitem(sys.modules, "marimo", marimo)
    assert front.in_notebook()


def test_without_anywidget_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "neurona.laboratory.widget", raising=False)
    with pytest.raises(ImportError, match=r"neurona\[notebook\]"):
        neurona.lab(widget=True)


CELL = b"""<!doctype html><meta charset="utf-8"><title>notebook</title>
<style>h2 { color: rgb(255, 0, 0); } button { display: none; }</style>
<body data-jp-theme-light="false"><div id="one"></div><div id="two"></div></body>"""

START = """async () => {
  const heard = [];
  const model = {
    send: (content, callbacks, buffers) => window.toKernel(content, []),
    on: (name, work) => { if (name === 'msg:custom') heard.push(work); },
  };
  window.fromKernel = (content, data) => {
    const bytes = data === null ? null : Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    for (const work of heard) work(content, bytes ? [new DataView(bytes.buffer)] : []);
  };
  window.widget = (await import('/widget.js')).default;
  window.model = model;
  // as JupyterLab does: into a box that comes into the page afterwards
  const el = document.createElement('div');
  window.leave = window.widget.render({ model, el });
  await new Promise(requestAnimationFrame);
  document.getElementById('one').append(el);
}"""


class _Cell(http.server.BaseHTTPRequestHandler):
    module = b""

    def do_GET(self) -> None:
        script = self.path == "/widget.js"
        body = self.module if script else CELL
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def cell() -> Iterator[str]:
    from neurona.laboratory.widget import MODULE

    _Cell.module = MODULE.read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Cell)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@needs_chromium
def test_the_page_in_a_cell_is_drawn_and_steers(opened: tuple[Kernel, Any], cell: str) -> None:
    driving = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    kernel, widget = opened
    with driving.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(WAIT * 1000)
        errors: list[str] = []
        asked: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.expose_function("toKernel", lambda content, _: kernel.deliver(widget, content))
        page.goto(cell)
        page.evaluate(START)

        def until(condition: str) -> None:
            end = time.monotonic() + WAIT
            while True:
                for _ in range(kernel.sent.qsize()):  # more may come than a busy page takes
                    content, buffers = kernel.sent.get()
                    data = base64.b64encode(buffers[0]).decode() if buffers else None
                    page.evaluate("([content, data]) => fromKernel(content, data)", [content, data])
                if page.evaluate(f"(() => {{ const state = __lab.state; return {condition}; }})()"):
                    return
                assert time.monotonic() < end, f"never became so: {condition}"
                page.wait_for_timeout(10)

        until("state.phase.peek() === 'ready' && state.weights.peek() !== null")
        assert page.evaluate("document.querySelector('.neurona-lab').dataset.theme") == "dark"
        until("state.theme.peek().ink !== ''")
        run = page.locator("#run")
        assert run.is_visible(), "no style of the notebook reaches it"
        before = page.evaluate("__lab.state.liveEpoch.peek()")
        run.click()
        until(f"state.running() && state.shownEpoch.peek() > {before + 5}")
        run.click()
        until("!state.running()")
        rate = page.get_by_label("Learning rate, typed")
        rate.click()
        rate.fill("0.0")
        rate.type("3")  # nothing is put over what is being typed
        page.keyboard.press("Enter")
        until("Math.abs(state.method.peek().rate - 0.03) < 1e-9")
        page.locator("#tab-neuron").click()
        until("state.screen.peek() === 'neuron'")
        cells = page.get_by_label("Weight from bias")
        end = time.monotonic() + WAIT
        while not cells.count() and time.monotonic() < end:  # its row comes with a message
            until("true")
        cells.fill("0.5")
        page.keyboard.press("Enter")
        until("Array.from(state.weights.peek()).includes(0.5)")
        page.evaluate("void widget.render({ model, el: document.getElementById('two') })")
        until("document.querySelector('#two .neurona-lab') !== null")
        page.evaluate("leave()")  # of the first cell, which it has left
        assert page.locator("#two #run").is_visible()
        grids = page.evaluate("__lab.state.field.peek()?.side ?? 0")
        assert grids <= 32 and errors == []
        assert all(url.startswith(cell) for url in asked)
        browser.close()
