"""search: the same search from Python, in one call."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from neurona.progress.events import Listener
from neurona.runs.failures import Code, Failure
from neurona.runs.searching.report import Found
from neurona.runs.searching.search import Search
from neurona.runs.settings import Settings
from neurona.runs.takers import duration


def search(
    data: str | os.PathLike[str] = "",
    target: str | Sequence[str] = (),
    *,
    budget: float | str | None = None,
    trials: int | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] = "",
    settings: Mapping[str, Any] | None = None,
    resume: str | os.PathLike[str] | None = None,
    listeners: Sequence[Listener] = (),
) -> Found:
    """Try ways to train on a table, and train the best as a run.

    Parameters
    ----------
    data : str or PathLike
        A file, or the name of a data set.
    target : str or list of str, default=()
        Columns to predict; the last one if none is named.
    budget : float or str, default=None
        How long in all: seconds, or "90s", "10m", "2h". Time ends a search between two batches of
        candidates only, so how far it comes depends on the machine; its journal says how far.
    trials : int, default=None
        How many candidates are tried besides the default and a linear model. With this alone the
        result depends on the seed only.
    seed : int, default=0
    out : str or PathLike, default=""
        The run's folder; otherwise runs/NAME-search-0001 and so on.
    settings : dict, default=None
        Settings by key (`neurona.runs.SETTINGS`) that are fixed, e.g. {"training.solver": "adam"}.
    resume : str or PathLike, default=None
        The folder of a search that was stopped or killed, to go on with; all else is its own.
    listeners : sequence of Listener, default=()
        What hears the events.

    Returns
    -------
    Found
        The run's folder and model, candidates by loss, what mattered; prints as text.

    Raises
    ------
    Failure
        Data or settings are not right, or the search was stopped.

    Examples
    --------
    >>> import tempfile
    >>> import neurona
    >>> folder = tempfile.TemporaryDirectory()
    >>> fixed = {"training.solver": "adam", "training.steps": 200, "training.starts": 1}
    >>> found = neurona.search("iris", trials=3, out=f"{folder.name}/run", settings=fixed)
    >>> found.metric, found.tried
    ('log_loss', 5)
    >>> found.candidates[0]["loss"] < found.baseline
    True
    >>> folder.cleanup()
    """
    if resume is not None:
        if os.fspath(data) or target or settings or os.fspath(out) or seed or budget or trials:
            raise Failure("resume takes all from the search; drop the rest.", Code.USAGE)
        searching = Search.taken_up(resume, listeners)
    else:
        targets = [target] if isinstance(target, str) else list(target)
        words = {"data.source": os.fspath(data), "data.target": targets, "training.seed": seed}
        said = {**words, "run.out": os.fspath(out), **(settings or {})}
        try:
            time = None if budget is None else duration(budget)
        except ValueError as error:
            raise Failure(f"budget must be {error}. Got {budget!r} instead.", Code.USAGE) from None
        searching = Search(Settings.of(said), listeners, time, trials)
    searching.run()
    if searching.found is None:
        raise Failure(f"The search was stopped; {searching.left()}", Code.INTERRUPTED)
    return searching.found
