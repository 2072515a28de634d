"""The Lab as a widget of a notebook: the page in a cell, the engine a process beside the kernel."""

from __future__ import annotations

import contextlib
import secrets
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget

from neurona.laboratory.notebook import Bridge

MODULE = Path(__file__).parent / "static" / "widget.js"


class Picture:
    """An SVG that a notebook shows."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg


class LabWidget(anywidget.AnyWidget):
    """A training in a cell, to see and to steer; `close` ends its engine, and leaves a picture.

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
        self._display = ""

        def end() -> None:
            with held:
                bridge.close()

        self._end = weakref.finalize(self, end)
        self.on_msg(_heard)

    def picture(self) -> Picture | None:
        """Return where the training stands, for a cell of its own; None if nobody looks at it."""
        drawn = self._bridge.picture()
        return None if drawn is None else Picture(drawn)

    def close(self) -> None:
        """End the engine, and leave its picture in the widget's place: it has no script in it, so
        that a notebook that was saved shows it wherever it is opened.
        """
        picture = self.picture() if self._display else None
        self._end()
        super().close()
        if picture is not None:
            from IPython.display import update_display

            update_display(picture, display_id=self._display)

    def _ipython_display_(self) -> None:
        """Show it, in a place that is known later."""
        from IPython.display import display

        found = self._repr_mimebundle_()
        if found is not None:
            self._display = self._display or secrets.token_hex(8)
            data, metadata = found
            display(data, metadata=metadata, raw=True, display_id=self._display)

    @property
    def bridge(self) -> Bridge:
        """What its messages are handed to."""
        return self._bridge


def _heard(widget: LabWidget, content: Mapping[str, Any], buffers: Sequence[Any]) -> None:
    # nothing else: a kernel that is busy would hold the page up
    widget.bridge.take(content, buffers)
