"""What the folder of a run adds to its report: scores by fold, and what a search tried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from neurona.progress.numbers import TITLES, score_text
from neurona.reports.page.document import Block, Grid, Heading, Text
from neurona.runs import run_folder as folders
from neurona.runs.record import Record


def blocks_of_run(run: Record) -> list[Block]:
    """Return the sections on a run's cross-validation and on the search that chose its settings."""
    return [*_folds(run), *_search(run)]


def _folds(run: Record) -> list[Block]:
    done = (run.done or {}).get("folds")
    if not done or not run.folds:
        return []
    names = list(done["metrics"])
    titles = {**TITLES, "r2": "R\N{SUPERSCRIPT TWO}"}
    head = ["fold", "rows", *(titles.get(name, name) for name in names)]
    rows = [
        [str(one["fold"]), f"{one['held']:,}", *(_text(n, one["metrics"].get(n)) for n in names)]
        for one in run.folds
    ]
    mean = ["mean", "", *(_text(name, done["metrics"][name]["mean"]) for name in names)]
    spread = ["deviation", "", *(_text("", done["metrics"][name]["spread"]) for name in names)]
    beside = done.get("baseline", {})
    usual = ["trivial", "", *(_text(n, beside[n]["mean"]) if n in beside else "" for n in names)]
    rows += [mean, spread, *([usual] if any(usual[2:]) else [])]
    text = (
        f"{done['done']} trainings, each without one fold ({done['how']}), which it was scored on; "
        "the model of this report is that of all rows but the test's."
    )
    main = len(run.folds)
    return [Heading("Cross-validation"), Text(text), Grid(head, rows, range(1, len(head)), main)]


def _search(run: Record) -> list[Block]:
    path = run.path / folders.FOUND
    if not path.is_file():
        return []
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    title = str(found["judged_by"])
    text = (
        f"{found['tried']} candidates were tried, {found['ended']} of them to the end, judged by "
        f"{title} on rows that they had not seen; no test rows were among them. The first is the "
        "one of this report."
    )
    blocks: list[Block] = [
        Heading("Search"),
        Text(text),
        Grid([title, "from", "settings"], found["candidates"], [0], 0),
    ]
    mattered = found["mattered"]
    if mattered:
        ranks = "What the choices explain of the order (a mean rank of 0 is the best, 1 the worst):"
        blocks += [Text(ranks), Grid(["choice"], [[line] for line in mattered])]
    return blocks


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    several = value if isinstance(value, list) else [value]
    return ", ".join(score_text(name, one) for one in several)
