"""The default trained as a run before anything else is tried: the answer, unless something else is
clearly better. So it is trained once, where it says itself what it is worth on rows not seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from neurona.choosing.answer import DEFAULT
from neurona.choosing.rounds import Candidate
from neurona.engine.threads import available_threads
from neurona.progress.events import Event, Listener, Stream
from neurona.runs import run_folder as folders
from neurona.runs.failures import Code
from neurona.runs.run import Run
from neurona.runs.run_again import RunAgain
from neurona.runs.run_folder import RunFolder
from neurona.runs.searching.crew import Crew
from neurona.runs.searching.judge import Judge
from neurona.runs.settings import Settings


class AllButTheEnd:
    """Hands on a run's events but for the last, which waits until it is known to be the last."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._stream = Stream(listeners)

    def take(self, event: Event) -> None:
        """Take an event."""
        if event["event"] != "done":
            self._stream.put(event)

    def close(self) -> None:
        """Nothing to do: others end the listeners."""


class DefaultRun:
    """A run of the default in the folder of a search.

    Attributes
    ----------
    model : estimator or None
        What was trained, now or before the search was taken up; None if it was interrupted, or
        does not say how good it is while there is time to find out.
    """

    def __init__(self, folder: RunFolder, listeners: Sequence[Listener]) -> None:
        self._folder, self._listeners = folder, listeners
        self.model: Any = None

    @property
    def costliest(self) -> float:
        """What one of its ways took at most, in seconds on all cores."""
        seconds = [one.seconds for one in getattr(self.model, "candidates_", ())]
        return max(seconds, default=0.0) / available_threads()

    def train(
        self,
        settings: Settings,
        judge: Judge,
        crew: Crew,
        clock: Callable[[], float],
        asking: Callable[[Callable[[], bool]], None],
    ) -> Code:
        """Train it, unless that was done, and let the crew know; `asking` hears how to stop it."""
        default, folds = Candidate(0, DEFAULT, {}), range(len(judge.folds))
        if crew.longest(default) and self._folder.file(folders.MODEL).exists():
            self.model = RunAgain.read(self._folder.path).model
            return Code.OK
        began = clock()
        run = Run(settings, [AllButTheEnd(self._listeners)], folder=self._folder)
        asking(run.stop)
        code = run.train()
        if code is Code.INTERRUPTED:
            return code
        found = judge.unseen(run.model, folds)
        known = all(math.isfinite(one.loss) for one in found)
        if known or clock() >= settings["training.time_limit"]:
            crew.learn(default, folds, found, clock() - began)
            self.model = run.model
        return code

    def tell_end(self) -> None:
        """Hand on the run's last event."""
        done = RunAgain.read(self._folder.path).done
        if done is not None:
            Stream(self._listeners).put(done)

    def forget(self) -> None:
        """Leave its events out of the folder's log: another one is the answer."""
        self._folder.events.seek(0)
        self._folder.events.truncate()
