"""Search: candidates tried by a plan, written down as they come, and the best one trained as a run.

A search that is killed goes on from its journal: what has been trained is not trained again, and
what was decided by the clock is decided as it was.
"""

from __future__ import annotations

import math
import os
import shlex
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from neurona import __version__
from neurona.choosing.answer import DEFAULT, taken
from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Candidate, Rounds
from neurona.choosing.ways import ALSO
from neurona.compiled.announcements import announced_to, unheard
from neurona.engine.threads import available_threads
from neurona.estimators.tables.contest.candidates import FOLDS
from neurona.progress.events import Listener, Stream
from neurona.progress.log import log_file
from neurona.progress.numbers import count
from neurona.runs import run_folder as folders
from neurona.runs.compiling.before_training import compile_ahead
from neurona.runs.estimator import check_loss, check_shares
from neurona.runs.failures import Code, Failure
from neurona.runs.larger import gather_for_training
from neurona.runs.run import Run
from neurona.runs.run_folder import RunFolder
from neurona.runs.searching.crew import Crew
from neurona.runs.searching.decisions import Decisions
from neurona.runs.searching.default_run import DefaultRun
from neurona.runs.searching.jobs import Away, Posted
from neurona.runs.searching.judge import Judge, with_parameters
from neurona.runs.searching.plans import begun_beside, beside_it, in_its_place
from neurona.runs.searching.report import Found, found_of, write_found
from neurona.runs.searching.telling import begin_event, rung_event, tell_why, tried, trying_event
from neurona.runs.searching.unseen import Unseen
from neurona.runs.searching.wanted import check_wanted
from neurona.runs.settings import Settings, make_absolute, read_toml
from neurona.runs.takers import AUTO
from neurona.spelling import parameter
from neurona.training.recall import Past, remembered

JOURNAL, SETTINGS = "search.jsonl", "search.toml"
clock = time.perf_counter
"""What a budget of time is measured by."""
SPARE = 1.3
"""The time kept for training the best candidate on all rows, in trainings of it on a fold."""
AGAIN = 0.4
"""What a default takes once more whose networks are kept: lenses, stacking, what is written."""


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
    away : bool, default=False
        Whether candidates are trained elsewhere: `run` takes in what jobs have come to, writes the
        next ones, and trains the best when there are no more (`jobs.py`).

    Attributes
    ----------
    found : Found or None
        What was tried and chosen, once it is done.
    posted : int
        How many jobs were written, and wait for whoever runs them.
    """

    def __init__(
        self,
        settings: Settings,
        listeners: Sequence[Listener] = (),
        budget: float | None = None,
        trials: int | None = None,
        resume: Path | None = None,
        away: bool = False,
    ) -> None:
        check_wanted(budget, trials, away)
        self.settings = Settings(dict(settings.values), dict(settings.origins))
        self.away, self.posted = away, 0
        self.budget, self.trials, self.resume = budget, trials, resume
        self.found: Found | None = None
        self._listeners = list(listeners)
        self._stopped, self._sampled = False, ""
        self._default: DefaultRun | None = None
        self._unseen: Unseen | None = None
        self._past = Past()
        self._folder_of: Path | None = resume
        self._ask: Callable[[], bool] = self._stop
        self._spent = 0.0
        self._began = clock()

    @classmethod
    def taken_up(
        cls, folder: str | os.PathLike[str], listeners: Sequence[Listener] = (), away: bool = False
    ) -> Search:
        """Return the search that was begun in a folder; Failure if there is none, or it is done."""
        path = Path(folder)
        if not (path / SETTINGS).is_file() or not (path / JOURNAL).is_file():
            raise Failure(f"{str(folder)!r} is not the folder of a search.")
        if is_done(path):
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
        return cls(settings, listeners, head["budget"], head["trials"], path, away)

    def stop(self) -> bool:
        """Ask to stop, from any thread: what has been tried is in the journal."""
        return self._ask()

    def run(self) -> Code:
        """Search, and train the best; returns what it came to. Failure, NeuronaError as a run's."""
        judge, name = self.look()
        folder = self._folder(name)
        stream = Stream([*self._listeners, log_file(folder.events)])
        try:
            with Journal(folder.file(JOURNAL)) as journal:
                if self._sampled:
                    stream.note(f"{self._sampled} is searched on; the answer learns all of them.")
                self._take_up(journal, folder, judge, stream)
                compile_ahead(judge.networks, lambda text: stream.note(text, "compiling"))
                self._began = clock()
                crew = self._crew(judge, journal)
                if isinstance(crew, Crew) and self._is_trained_first(judge):
                    self._train_default(judge, crew, folder, stream)
                with warnings.catch_warnings(), announced_to(unheard):
                    warnings.simplefilter("ignore")  # candidates fail, that is what they are for
                    rounds = self._search(judge, crew, journal, stream)
            if self._stopped:
                stream.note(f"The search was stopped; {self.left()}", "warning")
                return Code.INTERRUPTED
            return self._train(judge, rounds, folder, stream)
        except Posted as jobs:
            self.posted = jobs.count
            return Code.OK
        except KeyboardInterrupt as error:
            error.add_note(self.left())
            raise
        finally:
            stream.close()
            folder.close()

    def look(self) -> tuple[Judge, str]:
        """Read the table; returns who judges candidates on it, and the table's name."""
        if not self.settings["data.source"]:
            raise Failure(f"There is no table: set {parameter('data.source')}.", Code.USAGE)
        make_absolute(self.settings)
        check_shares(self.settings)
        searched = Settings(dict(self.settings.values), dict(self.settings.origins))
        searched.values["data.folds"] = 0
        data = gather_for_training(searched)
        self._sampled = data.sampled
        if data.large is not None:
            # the answer is trained in blocks, by steps
            for one in (self.settings, searched):
                if one["training.solver"] == AUTO:
                    one.values["training.solver"] = "adam"
                    one.origins["training.solver"] = "rows that do not fit into memory"
        check_loss(searched, data)
        self.settings.values.update({k: searched[k] for k in ("data.target", "data.ignore")})
        return Judge(searched, data), data.source.name

    def left(self) -> str:
        """Return what there is if the search ends at once, and how to go on, in a sentence."""
        if self._folder_of is None:
            return "nothing was written."
        where = shlex.quote(str(self._folder_of))
        if is_done(self._folder_of):
            return f"its model is in {where}."
        return f"what was tried is kept; go on with: neurona search --resume {where}"

    # -- before

    def _folder(self, name: str) -> RunFolder:
        if self.resume is not None:
            folder = RunFolder.again(self.resume)
        else:
            folder = RunFolder.create(f"{name}-search", self.settings["run.out"])
            try:
                folder.write(SETTINGS, [self.settings.to_toml().encode()])
            except BaseException:
                folder.abandon()
                raise
        self._folder_of = folder.path
        return folder

    def _take_up(self, journal: Journal, folder: RunFolder, judge: Judge, stream: Stream) -> None:
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
        if journal.damaged:
            stream.note(
                f"{JOURNAL}: {count(journal.damaged, 'line')} damaged, done again where needed.",
                "warning",
            )
        self._spent = max((line.get("elapsed", 0.0) for line in journal.lines), default=0.0)

    # -- trying

    def _crew(self, judge: Judge, journal: Journal) -> Crew | Away:
        if self.away:
            assert self._folder_of is not None
            return Away(judge, journal, self._folder_of)
        return Crew(judge, journal, partial(getattr, self, "_stopped"), self.elapsed)

    def _is_trained_first(self, judge: Judge) -> bool:
        """Whether the default says itself what it is worth on rows not seen: then it is trained
        once. Folds of the run's own are left to the end, and so are rows beyond the sample.
        """
        own_folds = bool(self.settings["data.folds"])
        return judge.is_contest({}) and not own_folds and not self._sampled

    def _train_default(self, judge: Judge, crew: Crew, folder: RunFolder, stream: Stream) -> None:
        stream.put(begin_event(judge, self.budget, self.trials, begun_beside(self.settings)))
        settings = self._settings_of({}, folder)
        if self.budget is not None:
            limit = min(settings["training.time_limit"], self.budget)
            settings.put("training.time_limit", limit, "search")
        self._default = DefaultRun(folder, self._listeners)
        with remembered(self._past):  # they are the same where more joins them
            code = self._default.train(
                settings, judge, crew, self.elapsed, partial(setattr, self, "_ask")
            )
        self._ask = self._stop
        self._stopped = self._stopped or code is Code.INTERRUPTED

    def _settings_of(self, parameters: Mapping[str, Any], folder: RunFolder) -> Settings:
        settings = with_parameters(self.settings, parameters)
        settings.values["run.out"] = str(folder.path)
        return settings

    def _search(self, judge: Judge, crew: Crew | Away, journal: Journal, stream: Stream) -> Rounds:
        told = Stream(self._listeners)  # how far a batch is is not written down
        if self._kept is None:
            if self.budget is not None and isinstance(crew, Crew) and not self._default:
                stream.note("the default is trained, to see how long that takes", "compiling")
            rounds = in_its_place(self.settings, judge, crew, journal, self.budget, self.trials)
            stream.put(begin_event(judge, self.budget, self.trials, rounds.begun))
        else:
            assert self._folder_of is not None
            self._unseen = Unseen(self._folder_of)
            joins = judge.joined_by(self._kept, self._unseen)
            rounds = beside_it(self.settings, judge, self.trials, joins)
        crew.told = lambda done, of: told.put(trying_event(done, of, rounds, judge, self.elapsed()))
        decisions = Decisions(journal)
        plan, number = rounds.plan(), 0
        batch = next(plan, None)
        while batch is not None and not self._stopped:
            go = decisions.said(number)
            if go is None:
                go = number == 0 or self._go_on(rounds, crew)
                decisions.put(number, go, self.elapsed())
            if not go:
                break
            # the default is trained in any case
            free = number == 0 or decisions.is_past(number)
            losses = crew.losses(batch, rounds, None if free else self._deadline(rounds, crew))
            if self._stopped:
                break
            if losses is None:  # time was over in its midst; it is as if it had not begun
                decisions.put(number, False, self.elapsed())
                break
            try:
                following = plan.send(losses)
            except StopIteration:
                following = None
            stream.put(rung_event(batch, rounds, judge, self.elapsed()))
            batch, number = following, number + 1
        if batch is None and decisions.said(number) is None:
            decisions.put(number, False, self.elapsed())  # all that the plan has is done
        if not self._stopped and tried(rounds) <= rounds.begun:
            tell_why(
                stream, self.budget is not None and rounds.left() and rounds.space.has_choices()
            )
        return rounds

    def _go_on(self, rounds: Rounds, crew: Crew | Away) -> bool:
        """Whether there is time for another batch, and for the run at the end."""
        deadline = self._deadline(rounds, crew)
        return deadline is None or self.elapsed() < deadline

    def _deadline(self, rounds: Rounds, crew: Crew | Away) -> float | None:
        """Return when trying ends, so that the best can be trained; None without a budget."""
        if self.budget is None:
            return None
        best = self._best(rounds)
        if self._default is None or self._kept is None:
            return self.budget - (0.0 if best is None else SPARE * crew.longest(best))
        # what joins the default is trained in all of its folds, of which some may judge
        ways = [] if best is None else best.parameters.get(ALSO, [])
        joined = [one for one in rounds.candidates[1:] if one.parameters[ALSO][-1] in ways]
        turns = math.ceil(FOLDS / available_threads()) / rounds.rungs[-1].folds
        default = crew.longest(rounds.candidates[0])
        # the first is not tried if it could not be trained
        first = self._default.costliest
        seconds = turns * sum(map(crew.longest, joined)) if joined else first
        share = AGAIN if len(self._past) else 1.0
        return self.budget - SPARE * (share * default + seconds)

    def _best(self, rounds: Rounds) -> Candidate | None:
        """Return the candidate to take, as far as is known."""
        return taken(rounds.ended(), tried(rounds) - 1, joins=self._kept is not None)

    def elapsed(self) -> float:
        """Return the seconds spent, those before it was taken up included."""
        return self._spent + clock() - self._began

    def _stop(self) -> bool:
        self._stopped = True
        return True

    # -- the run

    def _train(self, judge: Judge, rounds: Rounds, folder: RunFolder, stream: Stream) -> Code:
        best = self._best(rounds)
        if best is None and self._kept is not None:
            best = rounds.candidates[0]
        if best is None:
            raise Failure("No candidate could be trained: each failed.", Code.DIVERGED)
        if judge.baseline() <= best.losses[rounds.last] < math.inf:
            stream.note("No candidate is better than the trivial answer.", "warning")
        if best is not rounds.best() and best.origin == DEFAULT:
            stream.note("The default is taken: what is better on the folds may be so by chance.")
        model, code = self._kept, Code.OK
        if self._default is not None and self._keeps(best):
            self._default.tell_end()
        else:
            if self._default is not None:
                self._default.forget()
            run = Run(self._settings_of(best.parameters, folder), self._listeners, folder=folder)
            self._ask = run.stop
            with remembered(self._past):
                code, model = run.train(), run.model
        self.found = found_of(rounds, best, judge, model, str(folder.path))
        write_found(self.found, folder)
        if self._unseen is not None:
            self._unseen.forget()
        return code

    @property
    def _kept(self) -> Any:
        """The model of the default, where it was trained as the run that it may be."""
        return None if self._default is None else self._default.model

    def _keeps(self, one: Candidate) -> bool:
        return self._kept is not None and one.origin == DEFAULT


def is_done(folder: Path) -> bool:
    """Whether the search in a folder has come to its answer; the default's model may be there
    before.
    """
    return (folder / folders.MODEL).exists() and (folder / folders.FOUND).exists()
