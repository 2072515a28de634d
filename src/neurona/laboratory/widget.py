"""The Lab as a widget of a notebook: the page in a cell, the engine a process beside the kernel."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget

from neurona.laboratory.notebook import Bridge

MODULE = Path(__file__).parent / "static" / "widget.js"


class LabWidget(anywidget.AnyWidget):
    """A training in a cell, to see and to steer; `close` ends its engine.

    Only messages travel between page and kernel, so it works where the kernel runs on another
    machine; and the kernel is free: cells may be run meanwhile.

    Parameters
    ----------
    plan : mapping
        What the engine begins with.
    held : ExitStack
        What is given back when it ends.
    """

    _esm = MODULE.read_text("utf-8")

    def __init__(self, plan: Mapping[str, Any], held: contextlib.ExitStack) -> None:
        super().__init__()
        # the engine's thread must not keep a widget alive that nobody has any more
        mine = weakref.ref(self)

        def send(content: dict[str, Any], buffers: list[bytes]) -> None:
            widget = mine()
            if widget is not None:
                widget.send(content, buffers)

        bridge = Bridge(plan, send)
        self._bridge = bridge

        def end() -> None:
            with held:
                bridge.close()

        self._end = weakref.finalize(self, end)
        self.on_msg(_heard)

    def close(self) -> None:
        """End the engine, and take the widget from the notebook."""
        self._end()
        super().close()

    @property
    def bridge(self) -> Bridge:
        """What its messages are handed to."""
        return self._bridge


def _heard(widget: LabWidget, content: Mapping[str, Any], buffers: Sequence[Any]) -> None:
    # nothing else: a kernel that is busy would hold the page up
    widget.bridge.take(content, buffers)
