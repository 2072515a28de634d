"""summary.md: the run on one page, made of its first and last event."""

from __future__ import annotations

from neurona.progress.events import Event
from neurona.progress.fold_lines import folds_text
from neurona.progress.numbers import scores_text
from neurona.progress.screen import data_parts, done_parts, model_parts, tried_parts


def summary(start: Event, done: Event, notes: list[str]) -> str:
    """Return the page as Markdown; names of columns are shown as they are, but not as markup."""
    rows = [
        ("trained on", start["source"]),
        ("target", ", ".join(start["target"])),
        ("task", f"{start['task']}: {start['task_reason']}"),
        ("stopped", done["reason"]),
        ("best epoch", str(done["best_epoch"])),
        ("baseline", f"{start['baseline']['what']}: {scores_text(start['baseline']['metrics'])}"),
        ("validation", scores_text(done["validation"] or {})),
        ("test (once)", scores_text(done["test"] or {})),
        ("folds", folds_text(done["folds"]) if done.get("folds") else ""),
        ("in words", done["worth"]),
    ]
    lines = [f"# {start['source']}: {', '.join(start['target'][:4])}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {_cell(text)} |" for name, text in rows if text]
    if done["collapsed"]:
        lines += ["", "**The model is no better than the trivial baseline.**"]
    for name, parts in (
        ("Data", data_parts(start)),
        ("Model", model_parts(start)),
        ("Tried: loss on rows not seen, and weight", tried_parts(done.get("candidates", []))),
        ("End", done_parts(done)),
        ("Notes", notes),
    ):
        if parts:
            lines += ["", f"## {name}", *(f"- {_cell(part)}" for part in parts if part)]
    lines += ["", f"Next: `{done['next']}`", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return "".join("\\" + one if one in "\\|<>*_`[]#" else one for one in flat)
