"""The engine's process: reads what comes through the pipe, and lets trainer and painter work."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

from neurona.laboratory import pipe
from neurona.laboratory.commands import Ack, UploadBegin, UploadEnd
from neurona.laboratory.events import Compiling, Event, Gone
from neurona.laboratory.fields import Refused
from neurona.laboratory.protocol import answer, event_text, number_of, read_command, refusal
from neurona.laboratory.session.limits import limit_memory
from neurona.laboratory.session.mailbox import Letter, Mailbox
from neurona.laboratory.session.shelf import shelf_of
from neurona.laboratory.session.uploads import Uploads

SWITCH_SECONDS = 0.001
"""How often threads take turns: the reader must not wait for the trainer."""


def main() -> None:
    """Be an engine until the pipe is closed."""
    reading, writing = _own_pipe()
    sys.setswitchinterval(SWITCH_SECONDS)
    limit_memory()
    engine = Engine(pipe.Writer(writing))
    try:
        while (got := pipe.receive_from(reading)) is not None:
            engine.hear(*got)
    except KeyboardInterrupt:
        pass
    engine.close()


@contextlib.contextmanager
def unseen(name: str) -> Iterator[None]:
    """Import without a module that others import only to see whether it is there: scikit-learn
    does, and for nothing that an engine does; it takes a seventh of the time until an engine is
    ready, and 40 MB. Afterwards whoever wants it has it.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def _own_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for the pipe: whoever prints writes to standard error."""
    reading = os.fdopen(os.dup(0), "rb", buffering=65_536)
    writing = os.fdopen(os.dup(1), "wb", buffering=0)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return reading, writing


class Engine:
    """What the reading thread hands letters to; the trainer's thread begins with the first."""

    def __init__(self, writer: pipe.Writer) -> None:
        self._writer = writer
        self._mailbox = Mailbox()
        self._painter: Any = None
        self._uploads: Any = None
        self._thread: threading.Thread | None = None
        self._attached = False
        self._began = time.perf_counter()

    def hear(self, kind: int, payload: bytes) -> None:
        """Take a message."""
        if kind == pipe.CONTROL:
            self._control(json.loads(payload))
        elif kind == pipe.TEXT:
            self._command(payload.decode("utf-8", "replace"))
        elif self._uploads is not None:
            self._uploads.piece(payload)

    def close(self) -> None:
        """End trainer and painter."""
        self._mailbox.close()
        if self._painter is not None:
            self._painter.end()
        if self._thread is not None:
            self._thread.join(2.0)

    def _control(self, told: dict[str, Any]) -> None:
        if "beat" in told:
            self._send_out(told)
        if "start" in told:
            self._uploads = Uploads(shelf_of(told["start"]))
            self._thread = threading.Thread(
                target=self._train, args=(told["start"],), name="trainer", daemon=True
            )
            self._thread.start()
        if "attach" in told:
            self._attached = bool(told["attach"])
            if self._attached:
                self._mailbox.put(Letter(0, None))
            elif self._painter is not None:
                self._painter.leave()

    def _command(self, text: str) -> None:
        try:
            number, command = read_command(text)
            if isinstance(command, Ack):
                if self._painter is not None:
                    self._painter.drawn(command.sequence)
                self._mailbox.call()
                return
            if isinstance(command, UploadBegin | UploadEnd):
                self._send(answer(number, self._uploads.do(command)))
                return
            self._mailbox.put(Letter(number, command))
        except Refused as refused:
            self._send(refusal(number_of(text), refused))
        except OSError as error:  # a full disk, a folder that is gone
            self._send(refusal(number_of(text), Refused(f"The file cannot be kept: {error}.")))

    def _answer(self, number: int, value: Any) -> None:
        if isinstance(value, Refused):
            self._send(refusal(number, value))
        else:
            self._send(answer(number, value))

    def _tell(self, event: Event) -> None:
        if self._attached:
            self._send(event_text(event))

    def _send(self, text: str) -> None:
        try:
            self._writer.send(pipe.TEXT, text.encode())
        except OSError:
            self._mailbox.close()

    def _frame(self, frame: bytes) -> None:
        try:
            self._writer.send(pipe.BYTES, frame)
        except OSError:
            self._mailbox.close()

    def _send_out(self, told: dict[str, Any]) -> None:
        try:
            self._writer.send(pipe.CONTROL, json.dumps(told).encode())
        except OSError:
            self._mailbox.close()

    def _train(self, plan: dict[str, Any]) -> None:
        """Be the trainer's thread."""
        try:
            with unseen("pandas"):
                from neurona.laboratory.session import starting

            trainer = starting.trainer_of(
                plan, self._mailbox, self._tell, self._answer, self._frame, self._send_out,
                lambda done, of, what: self._tell(Compiling(done, of, what)),
            )  # fmt: skip
            self._painter = trainer.painter
            trainer.loop()
        except Refused as refused:
            self._end(str(refused), 3)
        except BaseException:
            import traceback

            traceback.print_exc()
            self._end("The engine met an error.", 4)

    def _end(self, why: str, status: int) -> None:
        print(why, file=sys.stderr, flush=True)
        self._send(event_text(Gone(why, [])))
        os._exit(status)
