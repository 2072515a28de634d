"""Warnings that name the line of the user's code, however deep within ours they arise."""

from __future__ import annotations

import inspect
import os
import re
import warnings
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

from neurona.estimators.workers import said_by_others

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_SEARCHES = "sklearn.model_selection."
"""The modules of cross-validations and searches, which fit one model many times."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?")

_said_by_workers: dict[tuple[Any, ...], set[tuple[type[Warning], str]]] = {}
_said: WeakKeyDictionary[Any, set[tuple[type[Warning], str]]] = WeakKeyDictionary()


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line that called into the package."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def warn_once(message: str, category: type[Warning], of_this_fit: str = "") -> None:
    """Warn as `warn_user`, but once in a cross-validation or search, whatever numbers differ.

    `of_this_fit` is said too, but makes no other warning of it.
    """
    search = _search_of(inspect.currentframe())
    said = _said_in(search)
    kind = category, _NUMBER.sub("#", message)
    if kind in said:
        return
    with said_by_others(f"{search}{kind}" if isinstance(search, tuple) else "") as others:
        if not others:
            warn_user(message + of_this_fit, category)
    # not if a filter made an error of it: then each fit is to fail
    said.add(kind)


def _search_of(frame: FrameType | None) -> Any:
    """Return what lives as long as the outermost cross-validation or search around this call; in a
    thread or process that was given one fit of it, what tells the search from others.
    """
    found = given = None
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(_SEARCHES):
            # scikit-learn's names for what runs the fits, and for what a fit is given
            found = frame.f_locals.get("parallel", found)
            if frame.f_code.co_name == "_fit_and_score":
                given = frame.f_locals
        frame = frame.f_back
    return found if found is not None or given is None else _worked_on(given)


def _worked_on(given: dict[str, Any]) -> tuple[Any, ...]:
    """Return which rows and which model, searched parameters aside, a worker fits."""
    model: Any = given.get("estimator")
    searched, rows = given.get("parameters") or {}, given.get("X")
    if not hasattr(model, "get_params"):
        return ()
    fixed = {k: v for k, v in model.get_params().items() if k not in searched}
    return type(model), getattr(rows, "shape", None), repr(sorted(fixed.items()))


def _said_in(search: Any) -> set[tuple[type[Warning], str]]:
    if isinstance(search, tuple):
        return _said_by_workers.setdefault(search, set())
    try:
        return _said.setdefault(search, set())
    except TypeError:  # there is none, or nothing that can be kept weakly
        return set()
