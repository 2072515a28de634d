"""A page of another origin, in the same browser, can neither read nor steer; and none is needed."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.laboratory.browsing import Browsed, browsed, needs_chromium

pytestmark = needs_chromium

ATTACKS = """async (place) => {
  const found = {};
  const told = (name, work) => new Promise((done) => {
    const end = (what) => { found[name] = String(what).slice(0, 200); done(); };
    setTimeout(() => end('nothing'), 1500);
    try { work(end); } catch (error) { end('refused: ' + error); }
  });
  const http = 'http://' + place, ws = 'ws://' + place + '/ws';
  const BYE = '{"id":1,"do":"bye"}';
  const answer = (asked, end) => asked.then((got) => got.text()).then(
    (text) => end(text ? 'read ' + text : 'refused'), (error) => end('refused: ' + error));
  const element = (tag, more, name) => told(name, (end) => {
    const one = Object.assign(document.createElement(tag), more);
    one.onload = () => end('loaded'); one.onerror = () => end('refused');
    document.body.append(one);
  });
  await Promise.all([
    told('fetch', (end) => answer(fetch(http + '/'), end)),
    told('fetch without cors', (end) => answer(fetch(http + '/lab.js', { mode: 'no-cors' }), end)),
    told('post', (end) => {
      const asked = fetch(http + '/ws', { method: 'POST', mode: 'no-cors', body: BYE });
      asked.then((got) => end(got.type), (error) => end('refused: ' + error));
    }),
    told('websocket', (end) => {
      const one = new WebSocket(ws);
      one.onopen = () => { one.send(BYE); };
      one.onmessage = (m) => end('read ' + m.data);
      one.onerror = () => end('refused');
    }),
    told('events', (end) => {
      const one = new EventSource(http + '/ws');
      one.onopen = () => end('open'); one.onmessage = (m) => end('read ' + m.data);
      one.onerror = () => end('refused');
    }),
    told('worker', (end) => {
      const one = new Worker(http + '/lab.js');
      one.onmessage = () => end('ran'); one.onerror = () => end('refused');
    }),
    element('script', { src: http + '/lab.js' }, 'script'),
    element('link', { rel: 'stylesheet', href: http + '/lab.css' }, 'style'),
    element('img', { src: http + '/' }, 'image'),
  ]);
  found.lab = typeof window.__lab;
  return found;
}"""


class _Evil(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><meta charset=utf-8><title>another</title><body>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Browsed]:
    with browsed({"document": {"data": {"rows": 40}}}) as made:
        yield made


@pytest.fixture(scope="module")
def evil() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Evil)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def what_it_is(lab: Browsed) -> Any:
    """Return what another page might have changed."""
    lab.pause()
    names = ("edits", "method", "network")
    # not that of a frame: one of an epoch before may come after the word that it is paused
    stands = lab.state("status")["epoch"]
    known = [lab.state(name) for name in names]
    return known, stands, len(lab.served.sessions), lab.served.ended_because


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_reads_nothing_and_steers_nothing(
    lab: Browsed, evil: str, host: str
) -> None:
    before = what_it_is(lab)
    page = lab.page.context.new_page()
    page.goto(f"http://{evil}/")
    place = f"{host}:{lab.served.place.port}"
    found = page.evaluate(ATTACKS, place)
    assert found.pop("lab") == "undefined"
    # a post without CORS is sent and its answer is hidden: it was refused there
    assert found.pop("post").startswith(("opaque", "refused"))
    assert len(found) == 8
    assert all(one.startswith(("refused", "nothing")) for one in found.values()), found
    page.close()
    assert what_it_is(lab) == before


def test_a_page_of_another_origin_cannot_frame_or_hold_the_lab(lab: Browsed, evil: str) -> None:
    before = what_it_is(lab)
    address = f"http://{lab.served.place.shown}/"
    page = lab.page.context.new_page()
    page.goto(f"http://{evil}/")
    read = page.evaluate(
        """async (address) => {
        const frame = document.createElement('iframe');
        const loaded = new Promise((done) => { frame.onload = done; });
        frame.src = address; document.body.append(frame); await loaded;
        try { return frame.contentWindow.document.body.innerHTML; } catch (e) { return 'refused'; }
        }""",
        address,
    )
    assert read == "refused" or "lab.js" not in read
    assert not any(one.url == address and one.query_selector(".app") for one in page.frames)
    with page.context.expect_page() as opened:
        page.evaluate("(address) => { window.held = window.open(address); }", address)
    other = opened.value
    other.wait_for_load_state()
    assert other.evaluate("window.opener") is None
    assert page.evaluate("window.held.closed"), "the opener lets go of it (COOP)"
    other.get_by_text("without its ticket").wait_for()
    other.close()
    page.close()
    assert what_it_is(lab) == before


def test_a_form_of_another_origin_is_refused(lab: Browsed, evil: str) -> None:
    before = what_it_is(lab)
    address = f"http://{lab.served.place.shown}/"
    page = lab.page.context.new_page()
    page.goto(f"http://{evil}/")
    with page.expect_response(address) as sent:
        page.evaluate(
            """(address) => {
            const form = document.createElement('form');
            Object.assign(form, { method: 'POST', action: address, enctype: 'text/plain' });
            const field = document.createElement('input');
            field.name = '{"id":1,"do":"bye","x":"'; field.value = '"}';
            form.append(field); document.body.append(form); form.submit();
            }""",
            address,
        )
    assert sent.value.status in (403, 405)
    page.close()
    assert what_it_is(lab) == before


def test_every_screen_works_without_a_network(lab: Browsed) -> None:
    """No name but this machine's is known to the browser, and none is asked for."""
    for screen in lab.screens():
        lab.open(screen)
    lab.open("training")
    before = lab.state("liveEpoch")
    lab.page.locator("#main").focus()
    lab.page.keyboard.press("]")
    lab.until(f"state.shownEpoch.peek() === {before + 1}")
    place = f"//{lab.served.place.shown}/"
    asked = [url for url in lab.requests if not url.startswith(("data:", "blob:"))]
    assert asked and all(url.partition(":")[2].startswith(place) for url in asked)
    assert any(url.startswith("ws:") for url in asked) and lab.errors == []
