"""The screen of a training, for people: data, model, epochs, notes, the end, what was saved."""

from __future__ import annotations

import time
from typing import Any

from neurona.cli.events import Event
from neurona.cli.numbers import clock, count, several, short
from neurona.cli.terminal import DIM, Terminal

REDRAW = 0.1
BETWEEN_LINES = 1.0
LONGEST_SILENCE = 60.0
SPACING = 1.25
MOST_NOTES = 8
MODES = ("live", "epochs", "lines", "none")
METRICS = {"rmse": "RMSE", "mae": "MAE", "r2": "R2", "log_loss": "log loss", "accuracy": "accuracy"}


class Screen:
    """Shows events on a terminal or in a log.

    `mode` says how epochs are shown: "live" (one line that changes, at most 10 times a second),
    "lines" (a line each, at most one a second, further apart as training goes on), "epochs" (the
    form of Keras), "none".
    """

    def __init__(self, terminal: Terminal, mode: str, verbose: bool = False) -> None:
        self._out, self._mode, self._verbose = terminal, mode, verbose
        self._drawn = self._printed = -float("inf")
        self._next_epoch = 1.0
        self._notes = 0
        self._keras = KerasLines(terminal)
        self._began: tuple[int, float] | None = None

    def take(self, event: Event) -> None:
        """Show an event."""
        show = {
            "start": self._start,
            "epoch": self._epoch,
            "note": self._note,
            "done": self._done,
        }
        show[event["event"]](event)

    def close(self) -> None:
        """Take the changing line away."""
        self._out.clear()

    def _start(self, event: Event) -> None:
        self._out.line("data", data_parts(event))
        self._out.line("model", model_parts(event))
        self._keras.steps = event["steps_per_epoch"]

    def _note(self, event: Event) -> None:
        self._notes += 1
        if self._verbose or self._notes <= MOST_NOTES or event["kind"] == "warning":
            self._out.line("note", [event["text"]])
        elif self._notes == MOST_NOTES + 1:
            self._out.line("note", ["... (-v shows all notes)"])

    def _epoch(self, event: Event) -> None:
        if self._began is None:
            self._began = event["epoch"], event["seconds"]
        now = time.perf_counter()
        last = event["epoch"] == event["epochs"]
        if self._mode == "epochs":
            self._keras.show(event)
        elif self._mode == "live" and (now - self._drawn >= REDRAW or last):
            self._drawn = now
            self._out.redraw("epoch   " + self._epoch_text(event, live=True))
        elif self._mode == "lines" and self._is_line_due(event["epoch"], now, last):
            self._printed = now
            self._next_epoch = max(event["epoch"] + 1, event["epoch"] * SPACING)
            self._out.line("epoch", [self._epoch_text(event, live=False)], DIM)

    def _is_line_due(self, epoch: int, now: float, last: bool) -> bool:
        silence = now - self._printed
        return last or (
            silence >= BETWEEN_LINES and (epoch >= self._next_epoch or silence >= LONGEST_SILENCE)
        )

    def _epoch_text(self, event: Event, live: bool) -> str:
        """Return an epoch's line; on a terminal what matters least is left out until it fits."""
        epoch, epochs = event["epoch"], event["epochs"]
        share = epoch / max(epochs, 1)
        pace = self._pace(event)
        validated = event["val_loss"] is not None
        filled = int(share * 10)
        # in the order in which they are shown; the number says what goes first
        parts = [
            (0, f"{epoch}/{epochs}"),
            (7, "#" * filled + "-" * (10 - filled) if live else ""),
            (1, f"{share:.0%}" if live else ""),
            (4 if validated else 1, f"loss {short(event['loss'])}"),
            (2, f"val {short(event['val_loss'])}" if validated else ""),
            (5, f"best @{event['best_epoch']}" if event["best_epoch"] else ""),
            (8, f"grad {event['gradient_norm']:.0e}"),
            (6, f"{short(pace)} epochs/s" if pace else ""),
            (3, f"ETA {clock((epochs - epoch) / pace)}" if pace and live else ""),
        ]
        parts = [part for part in parts if part[1]]
        while live and sum(2 + len(text) for _, text in parts) + 6 > self._out.width:
            if len(parts) == 1:
                break
            parts.remove(max(parts))
        return "  ".join(text for _, text in parts)

    def _pace(self, event: Event) -> float:
        """Return the epochs a second, since this process began."""
        if self._began is None or event["epoch"] == self._began[0]:
            return 1 / event["seconds"] if event["epoch"] == 1 and event["seconds"] else 0.0
        seconds: float = event["seconds"] - self._began[1]
        return (event["epoch"] - self._began[0]) / seconds if seconds > 0 else 0.0

    def _done(self, event: Event) -> None:
        self._out.line("done", done_parts(event))
        if event["model"]:
            self._out.line("saved", [f"{event['run']}/", f"next: {event['next']}"])


class KerasLines:
    """Epochs in the form that every course shows."""

    def __init__(self, terminal: Terminal) -> None:
        self._out = terminal
        self.steps = 1
        self._last = 0, 0.0

    def show(self, event: Event) -> None:
        """Print two lines."""
        epoch, seconds = event["epoch"], event["seconds"]
        took = (seconds - self._last[1]) / max(1, epoch - self._last[0])
        self._last = epoch, seconds
        parts = [
            f"{self.steps}/{self.steps} [{'=' * 30}]",
            f"{took:.0f}s {_step_time(took / self.steps)}/step",
            f"loss: {event['loss']:.4f}",
        ]
        if event["val_loss"] is not None:
            parts.append(f"val_loss: {event['val_loss']:.4f}")
        self._out.plain(f"Epoch {epoch}/{event['epochs']}\n" + " - ".join(parts))


def _step_time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.0f}{unit}"
    return f"{max(seconds, 0) / 1e-6:.0f}us"


def data_parts(event: Event) -> list[str]:
    """Return what there is to say of the data."""
    split, dropped = event["split"], event["dropped"]
    targets = event["target"]
    named = ", ".join(targets[:4]) + (f" and {len(targets) - 4} more" if len(targets) > 4 else "")
    sizes = "/".join(f"{split[part]:,}" for part in ("train", "validation", "test"))
    return [
        event["source"],
        f"{event['rows']:,} rows x {event['columns']} columns",
        f"-> {named} ({event['task']}: {event['task_reason']})",
        f"split {sizes} {split['how']}, seed {event['seed']}",
        f"scaled: {event['scaled']}",
        f"{count(dropped, 'row')} dropped{' (missing target)' if dropped else ''}",
    ]


def model_parts(event: Event) -> list[str]:
    """Return what there is to say of the model."""
    layers = "-".join(map(str, event["layers"]))
    rate = "" if event["rate"] is None else f" rate {event['rate']:g}"
    baseline = event["baseline"]
    return [
        f"{layers} {event['activation']}",
        f"{event['parameters']:,} parameters",
        f"{event['solver']}{rate}",
        f"batch {event['batch']}",
        f"at most {count(event['epochs'], 'epoch')}",
        f"baseline ({baseline['what']}) {metrics(baseline['metrics'])}",
    ]


def done_parts(event: Event) -> list[str]:
    """Return how training ended."""
    best = f", best {event['best_epoch']}" if event["best_epoch"] else ""
    at = f" @ {event['epochs_done']}" if event["epochs_done"] else ""
    parts = [f"{event['why']}{at}{best}"]
    for name, key in (("val", "validation"), ("train", "train"), ("test", "test")):
        if event.get(key):
            parts.append(f"{name} {metrics(event[key])}")
    return [*parts, f"{event['seconds']:.1f} s"]


def metrics(values: dict[str, Any]) -> str:
    """Return scores by name as text."""
    return "  ".join(
        f"{METRICS.get(name, name)} {several(value) if isinstance(value, list) else short(value)}"
        for name, value in values.items()
        if value is not None
    )
