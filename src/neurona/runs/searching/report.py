"""What a search found: the best candidates, and which choices mattered, as a value and a page."""

from __future__ import annotations

import html
import json
import math
from dataclasses import dataclass
from typing import Any

from neurona.choosing.importance import Mattered, what_mattered
from neurona.choosing.rounds import Candidate, Rounds
from neurona.choosing.space import Parameters
from neurona.choosing.ways import ALSO
from neurona.progress.numbers import TITLES, short
from neurona.progress.search_lines import said
from neurona.runs import run_folder as folders
from neurona.runs.run_folder import RunFolder
from neurona.runs.searching.judge import Judge
from neurona.runs.searching.telling import tried

BEST, VALUES = 10, 4


@dataclass(frozen=True)
class Found:
    """What a search tried and chose.

    Attributes
    ----------
    run : str
        The folder of the run that was trained at the end.
    model : estimator
        The model of that run.
    metric : str
        What candidates were judged by: "rmse" or "mae" (in the target's unit; of several targets,
        in shares of their spread), or "log_loss". Less is better.
    baseline : float
        That of the trivial answer.
    candidates : list of dict
        Those trained to the end, the one that was taken first, then the best first: number, origin,
        loss, parameters.
    tried : int
        How many were tried at all.
    mattered : list of Mattered
        Choices by what they explain of the candidates' order.
    """

    run: str
    model: Any
    metric: str
    baseline: float
    candidates: list[dict[str, Any]]
    tried: int
    mattered: list[Mattered]

    @property
    def best(self) -> dict[str, Any]:
        """The settings of the candidate that was taken, besides those that were given."""
        found: dict[str, Any] = self.candidates[0]["parameters"]
        return found

    @property
    def text(self) -> str:
        """All of it as text."""
        lines = [f"{self.run}: {self.tried} candidates tried, judged by {_title(self.metric)}"]
        for one in self.rows():
            lines.append("  ".join(one))
        return "\n".join([*lines, *(f"mattered  {line}" for line in _mattered(self.mattered))])

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
            for row in self.rows()
        )
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in _mattered(self.mattered))
        head = html.escape(f"{self.run}: {self.tried} candidates tried")
        return f"<div><p>{head}</p><table>{rows}</table><ul>{lines}</ul></div>"

    def to_frame(self) -> Any:
        """Return a pandas DataFrame: a row a candidate, its loss, its settings."""
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("Found.to_frame needs pandas: pip install pandas") from None
        return pd.DataFrame(
            [
                {"origin": one["origin"], "loss": one["loss"], **one["parameters"]}
                for one in self.candidates
            ]
        )

    def rows(self) -> list[list[str]]:
        """Return the best candidates, and the trivial answer, as cells of text."""
        rows = [
            [short(one["loss"]), one["origin"], said(one["parameters"]) or "as the table decides"]
            for one in self.candidates[:BEST]
        ]
        return [*rows, [short(self.baseline), "baseline", "the trivial answer"]]


def found_of(rounds: Rounds, best: Candidate, judge: Judge, model: Any, run: str) -> Found:
    """Return what a search found, of which the best is `model`, in the folder `run`."""
    others = [one for one in rounds.ended() if one is not best]
    ranked = [
        (_choices(one.parameters), one.losses[0])
        for one in rounds.candidates
        if 0 in one.losses and rounds.last != 0
    ]
    return Found(
        run,
        model,
        judge.metric,
        judge.baseline() * judge.unit,
        [
            {
                "number": one.number,
                "origin": one.origin,
                "loss": one.losses.get(rounds.last, math.inf) * judge.unit,
                "parameters": one.parameters,
            }
            for one in (best, *others)
        ],
        tried(rounds),
        what_mattered(ranked),
    )


def _choices(parameters: Parameters) -> Parameters:
    """Return what was chosen of a candidate: of ways that join, the kind of the last one."""
    if ALSO not in parameters:
        return parameters
    return {**parameters, ALSO: parameters[ALSO][-1].partition("(")[0]}


def write_found(found: Found, folder: RunFolder) -> None:
    """Write what a search found into its folder: behind the run's summary, and as plain data."""
    summary = folder.file(folders.SUMMARY).read_text(encoding="utf-8")
    folder.write(folders.SUMMARY, [(summary + report(found)).encode("utf-8", "replace")])
    folder.write(folders.FOUND, [json.dumps(as_plain(found), indent=1).encode()])


def as_plain(found: Found) -> dict[str, Any]:
    """Return what a report tells of a search, as plain data."""
    return {
        "tried": found.tried,
        "ended": len(found.candidates),
        "judged_by": _title(found.metric),
        "candidates": found.rows(),
        "mattered": _mattered(found.mattered),
    }


def report(found: Found) -> str:
    """Return what is added to the summary of the run, as Markdown."""
    title = _title(found.metric)
    lines = [
        "",
        "## Search",
        f"- {found.tried} candidates tried, {len(found.candidates)} of them to the end; judged by "
        f"{title} on rows that they had not seen (no test rows among them).",
        "",
        f"| {title} | from | settings |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in found.rows()),
    ]
    mattered = _mattered(found.mattered)
    if mattered:
        lines += ["", "## What mattered", *(f"- {line}" for line in mattered)]
    return "\n".join([*lines, ""])


def _mattered(mattered: list[Mattered]) -> list[str]:
    """Return a line a choice: its share, and the values that did best and worst."""
    lines = []
    for one in mattered:
        if one.share < 0.01:
            continue
        ranks = [f"{value} ({rank:.2f})" for value, rank in one.ranks.items()]
        shown = ranks if len(ranks) <= VALUES else [*ranks[:2], "...", ranks[-1]]
        lines.append(f"{one.key} {one.share:.0%}: mean rank of {', '.join(shown)}")
    return lines


def _title(metric: str) -> str:
    return TITLES.get(metric, metric)
