"""A search on other machines: what is to be trained next as files, a job each, that a batch queue
runs in any order; and what the jobs wrote, read back.

A batch is written to the search's folder `jobs` as 1.json, 2.json and so on. Whoever runs a job
writes a result beside it; when all results are there they go to the journal, from which the next
batch follows as on one machine, to the same bits.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Batch, Candidate, Rounds
from neurona.engine.threads import available_threads
from neurona.progress.log import opened, sealed
from neurona.runs.failures import Failure
from neurona.runs.searching.judge import Judge
from neurona.runs.searching.trained import key_in, known_in, named, tell, trained_line

FOLDER, RESULT = "jobs", ".result"


class Posted(Exception):  # noqa: N818 - the rest is done elsewhere
    """Raised when what is next was written as so many jobs."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class Away:
    """Has candidates trained elsewhere: a `Crew` that knows what is in the journal, and posts the
    rest.
    """

    def __init__(self, judge: Judge, journal: Journal, folder: Path) -> None:
        self._judge, self._journal, self._folder = judge, journal, folder / FOLDER
        self.told: Callable[[int, int], object] = lambda done, of: None
        self._known = known_in(journal)
        self._collect()

    def losses(self, batch: Batch, rounds: Rounds, deadline: float | None) -> list[float] | None:
        """Return what each candidate of a batch comes to; Posted if that is not known yet."""
        rung = rounds.rungs[batch.rung]
        jobs = [(one, fold) for one in batch.candidates for fold in range(rung.folds)]
        missing = [
            self._job(one, fold, rung.effort, rounds)
            for one, fold in jobs
            if key_in(named(one, fold, rung.effort)) not in self._known
        ]
        if missing:
            self._post(missing)
        for one in batch.candidates:
            tell(one, self._known, rung.folds, rung.effort)
        return [self._judge.combined(one.folds) for one in batch.candidates]

    def longest(self, candidate: Candidate) -> float:
        """Return 0: nobody waits for a time to be over."""
        return 0.0

    def _job(self, one: Candidate, fold: int, effort: float, rounds: Rounds) -> dict[str, Any]:
        return {
            "event": "job",
            **named(one, fold, effort),
            "parameters": rounds.space.reduced(one.parameters, effort),
            "table": self._judge.fingerprint(),
        }

    def _post(self, jobs: list[dict[str, Any]]) -> None:
        from neurona.files.atomic import write_atomically

        self._folder.mkdir(exist_ok=True)
        for number, job in enumerate(jobs, 1):
            write_atomically(self._folder / f"{number}.json", [sealed(job)])
        raise Posted(len(jobs))

    def _collect(self) -> None:
        """Take the results of a batch into the journal; a Failure if some are not there yet."""
        jobs = sorted(self._folder.glob("*.json"), key=lambda path: (len(path.name), path.name))
        results = [(path, _result_of(path)) for path in jobs]
        left = [path.name for path, result in results if result is None]
        if left:
            shown = ", ".join(left[:8]) + (", ..." if len(left) > 8 else "")
            raise Failure(
                f"{len(left)} of {len(jobs)} jobs in {str(self._folder)!r} have no result yet: "
                f"{shown}; run them, each by: neurona search --job FILE."
            )
        for _, line in results:
            if line is not None and key_in(line) not in self._known:
                self._journal.append(line)
                self._known[key_in(line)] = line
        self._journal.sync()
        for path in jobs:
            for one in (path, _place_of(path)):
                with contextlib.suppress(FileNotFoundError):
                    one.unlink()


def folder_of(file: Path) -> Path:
    """Return the search's folder that a job's file lies in; Failure if it is no such file."""
    if not file.is_file():
        raise Failure(f"There is no job {str(file)!r}; name a file in a search's folder {FOLDER}.")
    return file.resolve().parent.parent


def run_job(file: Path, judge: Judge) -> dict[str, Any]:
    """Train what a job's file says, and write the result beside it; returns the result."""
    from neurona.files.atomic import write_atomically

    job = opened(file.read_bytes())
    if job is None or job.get("event") != "job":
        raise Failure(f"{str(file)!r} is no job of a search, or is damaged; collect them anew.")
    if job["table"] != judge.fingerprint():
        raise Failure(f"The job {str(file)!r} is of another table; the table must stay as it was.")
    began = time.perf_counter()
    threads = available_threads()
    found = judge.losses(job["parameters"], [job["fold"]], threads, lambda: False)[0]
    line = trained_line(job, found, time.perf_counter() - began, elapsed=0.0)
    write_atomically(_place_of(file), [sealed(line)])
    return line


def _place_of(job: Path) -> Path:
    return job.with_suffix(RESULT)


def _result_of(job: Path) -> dict[str, Any] | None:
    """Return what a job came to; None if there is no whole result, or it is another job's."""
    try:
        line, asked = opened(_place_of(job).read_bytes()), opened(job.read_bytes())
    except FileNotFoundError:
        return None
    if line is None or asked is None:
        return None
    same = line.get("event") == "trained" and key_in(line) == key_in(asked)
    return line if same else None
