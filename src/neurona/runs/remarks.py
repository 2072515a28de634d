"""What is unusual in a table to predict, counted over all its blocks and said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from neurona.data.table import Table
from neurona.runs.absent import Found
from neurona.runs.beyond import Beyond
from neurona.runs.model import Model

MAX_LEVELS = 1000
MAX_NOTES = 10


class Remarks:
    """Counts while blocks go by."""

    def __init__(
        self, model: Model, name: str, names: Sequence[str], notes: Sequence[str], found: Found
    ) -> None:
        self.rows = 0
        self._name, self._notes = name, notes
        self._first = found.notes(name)
        self._of_blocks: list[str] = []
        extra = model.extra(names, found.present)
        if extra:
            shown = ", ".join(map(repr, extra[:5])) + (", ..." if len(extra) > 5 else "")
            said = "column {} was" if len(extra) == 1 else "columns {} were"
            self._first.append(
                f"{self._name}: the {said.format(shown)} not in training; ignored by the model."
            )
        encoders: Sequence[Any] = model.estimator.preparation_.encoders if model.of_tables else ()
        self._encoders = [one for one in encoders if one not in found.absent]
        reports = model.estimator.columns_ if model.of_tables else ()
        self._beyond = Beyond(self._encoders, reports)
        self._missing: Counter[str] = Counter()
        self._unseen: dict[str, set[str]] = {}

    def add(self, table: Table) -> None:
        """Take a block in."""
        self.rows += table.rows
        self._beyond.add(table)
        if len(self._of_blocks) < MAX_NOTES:
            self._of_blocks += [note for note in table.notes if note not in self._of_blocks]
        for encoder in self._encoders:
            known = self._unseen.setdefault(encoder.name, set())
            if len(known) < MAX_LEVELS:
                known.update(encoder.unseen(table)[:MAX_LEVELS])
            self._missing[encoder.name] += encoder.newly_missing(table)

    def all(self) -> list[str]:
        """Return the sentences."""
        # what stands below a table is known at its end
        said = list(dict.fromkeys([*self._notes, *self._of_blocks, *self._first]))
        for name, count in self._missing.items():
            if count:
                cells = "cell is" if count == 1 else "cells are"
                said.append(
                    f"{self._name}: {count:,} {cells} missing in column {name!r}, which had none "
                    "in training; the middle value stands in."
                )
        for name, levels in self._unseen.items():
            if levels:
                many = "a level" if len(levels) == 1 else f"{len(levels):,} levels"
                known = "it counts" if len(levels) == 1 else "they count"
                example = min(levels)
                such = repr(example) if len(levels) == 1 else f"e.g. {example!r}"
                said.append(
                    f"{self._name}: column {name!r} has {many} that training had not, {such}; "
                    f"{known} as none of the known."
                )
        beyond = self._beyond.sentence(self._name, self.rows)
        if beyond is not None:
            said.append(beyond)
        if not self.rows:
            said.append(f"{self._name} has no rows; nothing was predicted.")
        return said
