"""Search: candidates tried by a plan, written down as they come, and the best one trained as a run.

A search that is killed goes on from its journal: what has been trained is not trained again, and
what was decided by the clock is decided as it was.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from neurona import __version__
from neurona.choosing.importance import what_mattered
from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Batch, Candidate, Rounds, rungs_of
from neurona.choosing.space import HIDDEN, Parameters, make_space
from neurona.compiled.announcements import Announcement, announced_to
from neurona.progress.events import Event, Listener, Stream
from neurona.progress.log import log_file
from neurona.progress.search_lines import said
from neurona.runs import run_folder as folders
from neurona.runs.compiling import compile_ahead
from neurona.runs.estimator import check_shares
from neurona.runs.failures import Code, Failure
from neurona.runs.run import Run
from neurona.runs.run_folder import RunFolder
from neurona.runs.searching.crew import Crew
from neurona.runs.searching.judge import Judge, given_settings, with_parameters
from neurona.runs.searching.report import Found, as_plain, report
from neurona.runs.settings import Settings, make_absolute, read_toml
from neurona.runs.training_data import gather
from neurona.spelling import parameter

JOURNAL, SETTINGS = "search.jsonl", "search.toml"
clock = time.perf_counter
"""What a budget of time is measured by."""
SPARE = 1.3
"""The time kept for training the best candidate on all rows, in trainings of it on a fold."""
LONGEST = 1 / 8
"""The share of a time budget that one candidate may take on one core, by its operations."""


class Search:
    """A search with its folder, from settings to a trained run.

    Parameters
    ----------
    settings : Settings
        The data, and what is fixed of the network and its training: the rest is tried.
    listeners : sequence of Listener, default=()
        What hears the events of the search and of the run at its end.
    budget : float, default=None
        Seconds for all of it. It ends the search between two batches of candidates only.
    trials : int, default=None
        Candidates besides the default and the linear model; with this alone nothing depends on the
        clock. None: as many as the time allows.
    resume : Path, default=None
        The folder of a search to go on with.

    Attributes
    ----------
    found : Found or None
        What was tried and chosen, once it is done.
    """

    def __init__(
        self,
        settings: Settings,
        listeners: Sequence[Listener] = (),
        budget: float | None = None,
        trials: int | None = None,
        resume: Path | None = None,
    ) -> None:
        if budget is None and trials is None:
            raise Failure(
                f"Say how long to search: {parameter('budget')} 10m, or {parameter('trials')} 50.",
                Code.USAGE,
            )
        self.settings = Settings(dict(settings.values), dict(settings.origins))
        self.budget, self.trials, self.resume = budget, trials, resume
        self.found: Found | None = None
        self._listeners = list(listeners)
        self._stopped = False
        self._ask: Callable[[], bool] = self._stop
        self._spent = 0.0
        self._began = clock()

    @classmethod
    def taken_up(cls, folder: str | os.PathLike[str], listeners: Sequence[Listener] = ()) -> Search:
        """Return the search that was begun in a folder; Failure if there is none, or it is done."""
        path = Path(folder)
        if not (path / SETTINGS).is_file() or not (path / JOURNAL).is_file():
            raise Failure(f"{str(folder)!r} is not the folder of a search.")
        if (path / folders.MODEL).exists():
            raise Failure(f"The search in {str(folder)!r} is done; its model is there.")
        settings = Settings.defaults()
        settings.put_table(read_toml(path / SETTINGS), f"config {SETTINGS}")
        # which settings were given is kept, too
        with Journal(path / JOURNAL) as journal:
            pass
        head = journal.lines[0] if journal.lines else {}
        if head.get("event") != "search":
            raise Failure(f"The journal of the search in {str(folder)!r} is damaged; begin anew.")
        for key in settings.origins:
            if key not in head["given"]:
                settings.origins[key] = "default"
        return cls(settings, listeners, head["budget"], head["trials"], path)

    def stop(self) -> bool:
        """Ask to stop, from any thread: what has been tried is in the journal."""
        return self._ask()

    def run(self) -> Code:
        """Search, and train the best; returns what it came to. Failure, NeuronaError as a run's."""
        if not self.settings["data.source"]:
            raise Failure(f"There is no table: set {parameter('data.source')}.", Code.USAGE)
        make_absolute(self.settings)
        check_shares(self.settings)
        searched = Settings(dict(self.settings.values), dict(self.settings.origins))
        searched.values["data.folds"] = 0
        data = gather(searched)
        self.settings.values.update({k: searched[k] for k in ("data.target", "data.ignore")})
        folder = self._folder(data.source.name)
        stream = Stream([*self._listeners, log_file(folder.events)])
        try:
            judge = Judge(searched, data, self.budget)
            compile_ahead(judge.network, lambda text: stream.note(text, "compiling"))
            with Journal(folder.file(JOURNAL)) as journal:
                self._take_up(journal, folder, judge)
                with warnings.catch_warnings(), announced_to(_quiet):
                    warnings.simplefilter("ignore")  # candidates fail, that is what they are for
                    rounds = self._search(judge, journal, stream)
            if self._stopped:
                stream.note(
                    "The search was stopped; what was tried is kept. Go on with: neurona search "
                    f"--resume {folder.path}",
                    "warning",
                )
                return Code.INTERRUPTED
            return self._train(judge, rounds, folder, stream)
        finally:
            folder.close()

    # -- before

    def _folder(self, name: str) -> RunFolder:
        if self.resume is not None:
            return RunFolder.reopen(self.resume, 0)
        folder = RunFolder.create(f"{name}-search", self.settings["run.out"])
        folder.write(SETTINGS, [self.settings.to_toml().encode()])
        return folder

    def _take_up(self, journal: Journal, folder: RunFolder, judge: Judge) -> None:
        """Begin a journal, or go on; a Failure if it is of another table or another version."""
        given = [key for key, origin in self.settings.origins.items() if origin != "default"]
        head = {
            "event": "search",
            "neurona": __version__,
            "given": given,
            "budget": self.budget,
            "trials": self.trials,
            "table": judge.fingerprint(),
            "folds": len(judge.folds),
        }
        if not journal.lines:
            journal.append(head)
        elif {**journal.lines[0], "given": given} != head:
            raise Failure(
                f"The search in {str(folder.path)!r} was of another table, or of another version "
                "of neurona; begin anew."
            )
        self._spent = max((line.get("elapsed", 0.0) for line in journal.lines), default=0.0)
        self._began = clock()

    # -- trying

    def _search(self, judge: Judge, journal: Journal, stream: Stream) -> Rounds:
        given = given_settings(self.settings)
        longest = 20 * _seconds_of_default(judge)
        if self.budget is not None:
            longest = min(longest, max(2.0, self.budget * LONGEST))
        space = make_space(judge.facts, given, longest)
        rungs = rungs_of(len(judge.folds))
        rounds = Rounds(space, _first(given), rungs, self.settings["training.seed"], self.trials)
        stream.put(self._event(judge))
        crew = Crew(judge, journal, lambda: self._stopped, self.elapsed)
        decided = {line["batch"]: line["go"] for line in journal.lines if line["event"] == "batch"}
        plan, number = rounds.plan(), 0
        batch = next(plan, None)
        while batch is not None and not self._stopped:
            if number not in decided:
                decided[number] = number == 0 or self._go_on(rounds, crew)
                journal.append({"event": "batch", "batch": number, "go": decided[number]})
            if not decided[number]:
                break
            losses = crew.losses(batch, rounds, self._deadline(rounds, crew) if number else None)
            if self._stopped:
                break
            if losses is None:  # time was over in its midst; it is as if it had not begun
                journal.append({"event": "batch", "batch": number, "go": False})
                break
            try:
                following = plan.send(losses)
            except StopIteration:
                following = None
            stream.put(self._rung(batch, rounds, judge))
            batch, number = following, number + 1
        return rounds

    def _go_on(self, rounds: Rounds, crew: Crew) -> bool:
        """Whether there is time for another batch, and for the run at the end."""
        deadline = self._deadline(rounds, crew)
        return deadline is None or self.elapsed() < deadline

    def _deadline(self, rounds: Rounds, crew: Crew) -> float | None:
        """Return when trying ends, so that the best can be trained; None without a budget."""
        if self.budget is None:
            return None
        best = rounds.best()
        return self.budget - SPARE * (0.0 if best is None else crew.longest(best))

    def elapsed(self) -> float:
        """Return the seconds spent, those before it was taken up included."""
        return self._spent + clock() - self._began

    def _stop(self) -> bool:
        self._stopped = True
        return True

    def _event(self, judge: Judge) -> Event:
        return {
            "event": "search",
            "metric": judge.metric,
            "folds": len(judge.folds),
            "held": len(judge.folds[0].held),
            "rows": judge.facts.rows,
            "baseline": judge.baseline() * judge.unit,
            "budget": self.budget,
            "trials": self.trials,
        }

    def _rung(self, batch: Batch, rounds: Rounds, judge: Judge) -> Event:
        best = rounds.best()
        return {
            "event": "rung",
            "metric": judge.metric,
            "count": len(batch.candidates),
            "folds": rounds.rungs[batch.rung].folds,
            "effort": rounds.rungs[batch.rung].effort,
            "tried": len([one for one in rounds.candidates if one.losses]),
            "best": best
            and {
                "number": best.number,
                "origin": best.origin,
                "said": said(best.parameters),
                "loss": best.losses[rounds.last] * judge.unit,
            },
            "seconds": round(self.elapsed(), 1),
        }

    # -- the run

    def _train(self, judge: Judge, rounds: Rounds, folder: RunFolder, stream: Stream) -> Code:
        best = rounds.best()
        if best is None:
            raise Failure("No candidate could be trained: each failed.", Code.DIVERGED)
        trivial = judge.baseline()
        if trivial <= best.losses[rounds.last]:
            stream.note("No candidate is better than the trivial answer.", "warning")
        settings = with_parameters(self.settings, best.parameters)
        settings.values["run.out"] = str(folder.path)
        with Run(settings, self._listeners, folder=folder) as run:
            self._ask = run.stop
            code = run.train()
            tried = [
                (one.parameters, one.losses[0])
                for one in rounds.candidates
                if 0 in one.losses and rounds.last != 0
            ]
            found = Found(
                str(folder.path),
                run.model,
                judge.metric,
                trivial * judge.unit,
                [_row(one, judge.unit, rounds.last) for one in rounds.ended()],
                sum(bool(one.losses) for one in rounds.candidates),
                what_mattered(tried),
            )
            summary = folder.file(folders.SUMMARY).read_text(encoding="utf-8")
            folder.write(folders.SUMMARY, [(summary + report(found)).encode("utf-8", "replace")])
            folder.write(folders.FOUND, [json.dumps(as_plain(found), indent=1).encode()])
        self.found = found
        return code


def _first(given: dict[str, Any]) -> list[tuple[str, Parameters]]:
    """Return what is tried in any case: the default, and a network without hidden layers."""
    first: list[tuple[str, Parameters]] = [("default", {})]
    if HIDDEN not in given:
        first.append(("linear", {HIDDEN: []}))
    return first


def _seconds_of_default(judge: Judge) -> float:
    from neurona.choosing.work import seconds

    return max(0.5, seconds(judge.facts.family, {}, judge.facts))


def _row(one: Candidate, unit: float, last: int) -> dict[str, Any]:
    return {
        "number": one.number,
        "origin": one.origin,
        "loss": one.losses[last] * unit,
        "parameters": one.parameters,
    }


def _quiet(_: Announcement) -> None:
    """Say nothing: a candidate's activation is compiled in a fraction of a second."""
