"""`neurona.lab`: the Lab on rows and a model that a program has."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from neurona.laboratory.address import bind
from neurona.laboratory.server import Lab, plan_of


class Opened:
    """A Lab that was opened by `neurona.lab`: where it is, and its end.

    Attributes
    ----------
    address : str
        What a browser opens, once.
    """

    def __init__(self, lab: Lab, thread: threading.Thread) -> None:
        self._lab, self._thread = lab, thread

    @property
    def address(self) -> str:
        """What a browser opens, once."""
        return self._lab.address

    def wait(self) -> None:
        """Wait until the page says goodbye, or Ctrl-C."""
        try:
            while self._thread.is_alive():
                self._thread.join(0.2)
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """End it."""
        self._lab.stop("Closed.")
        self._thread.join(10.0)

    def __repr__(self) -> str:
        state = "open" if self._thread.is_alive() else "closed"
        return f"<the Lab, {state}: {self.address}>"


def lab(
    model: Any = None,
    X: Any = None,
    y: Any = None,
    *,
    port: int = 0,
    browser: bool = True,
    wait: bool | None = None,
    widget: bool | None = None,
) -> Any:
    """Open a training in the browser, or in a notebook's cell, to see and to steer.

    The Lab trains a network like the model on these rows, in a process of its own; the model is
    not changed. Columns are prepared as the table estimators do, for an MLP, too, and a fifth of
    the rows is held out. Take what you come to out of the page: model, script, edits.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor or TableClassifier, default=None
        Its layers, activation, solver, rate, batch, penalty and seed are those that it begins with.
    X, y : as for the model's `fit`, default=None
        (n_samples, n_features) and (n_samples,) or (n_samples, n_outputs), or a table and the names
        of its targets. Without X it is two moons.
    port : int, default=0
        0 takes a free one.
    browser : bool, default=True
        Whether a browser is opened.
    wait : bool, default=None
        Whether to return only when the page was closed; None waits, but not in a notebook.
    widget : bool, default=None
        Whether it is a widget of a notebook (of anywidget, `pip install 'neurona[notebook]'`): its
        page stands in the cell, and works where the kernel is on another machine. None makes one
        in a notebook that has anywidget.

    Returns
    -------
    Opened
        With its `address`, `wait()` and `close()`; or a widget, with `close()`.

    Raises
    ------
    TypeError
        The model is none of those.
    ImportError
        A widget is wanted, and anywidget is not installed.
    TableError, ValueError
        What the model's `fit` would refuse of X and y.

    Examples
    --------
    >>> import neurona
    >>> opened = neurona.lab(browser=False, wait=False)
    >>> opened.address.startswith("http://127.0.0.1:")
    True
    >>> opened.close()
    """
    from neurona.laboratory.rows import plan_of_model

    held = contextlib.ExitStack()
    folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="neurona-lab-")))
    try:
        plan = plan_of_model(model, X, y, folder)
        if widget or (widget is None and in_notebook() and _has_widgets()):
            return _widget(plan_of(**plan), held)
        opened = _opened(Lab(bind(port), plan_of(**plan), print), held)
    except BaseException:
        held.close()
        raise
    if browser:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(opened.address,), daemon=True).start()
    if wait or (wait is None and not _in_a_loop()):
        print(f"The Lab: {opened.address}")
        opened.wait()
    return opened


def _widget(plan: dict[str, Any], held: contextlib.ExitStack) -> Any:
    try:
        from neurona.laboratory.widget import LabWidget
    except ImportError as error:
        raise ImportError(
            f"A widget needs anywidget: pip install 'neurona[notebook]' ({error})."
        ) from None
    return LabWidget(plan, held)


def _has_widgets() -> bool:
    return importlib.util.find_spec("anywidget") is not None


def in_notebook() -> bool:
    """Whether a notebook's kernel, of Jupyter or of marimo, runs this."""
    ipython, marimo = sys.modules.get("IPython"), sys.modules.get("marimo")
    if ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None:
        return True
    return marimo is not None and bool(marimo.running_in_notebook())


def _opened(lab: Lab, held: contextlib.ExitStack) -> Opened:
    import asyncio

    started = threading.Event()

    def serve() -> None:
        with held:
            asyncio.run(lab.serve(started.set))

    thread = threading.Thread(target=serve, name="lab", daemon=True)
    thread.start()
    started.wait(10.0)
    return Opened(lab, thread)


def _in_a_loop() -> bool:
    """Whether a notebook, or another event loop, runs this."""
    import asyncio

    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        return True
    return False
