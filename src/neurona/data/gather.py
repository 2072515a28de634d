"""Gather: a file's cells, block by block, become columns of numbers or of text.

A column begins as numbers if its first block has mostly numbers, as text if not one of its cells is
a number. Cells that are no numbers are remembered by row; when they turn out too many for slips, or
are levels such as "3+" among counts, the column is text, and the file is read again with that known
(what '007' was, 7.0 does not tell). Of a column of dates the cells that are none are remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np

from neurona.data.cells import (
    MISSING_MARKS,
    NUMBER_MARKS,
    NumberFormat,
    Numbers,
    common_sign,
    is_level,
    is_number_like,
    to_number,
    to_numbers,
    without_codes,
    words_beside,
)
from neurona.data.dates import find_dates, is_date
from neurona.data.explain import code_said, explain, explain_date, flags_left_out, show
from neurona.data.flags import flag_of, unflagged
from neurona.data.footer import sums_among
from neurona.data.marks import own_form
from neurona.data.notation import CURRENCIES, MARGIN, SIGNS
from neurona.data.table import Column

ColumnType = Literal["number", "text", "date", "auto"]
"""How a column is to be read: "date" is text whose cells must be dates, "auto" is to be found."""
_SLIPS = 0.1
_DISTINCT_SLIPS = 3
_REMEMBERED = 1000
_MOST_COUNTS = 20


def _marks_said(form: NumberFormat) -> str:
    """Return which marks a column's numbers have, as the end of a sentence."""
    names = {",": "comma", ".": "point"}
    if not form.thousands:
        return f"its numbers have a decimal {names[form.decimal]}"
    return f"its numbers have {names[form.thousands]}s between thousands"


class TurnedToText(Exception):  # noqa: N818 - a signal to read again, no error
    """A column that began as numbers is text."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.name, self.reason = name, reason


class Gatherer:
    """Takes one column's cells in and keeps them in their type.

    `commas_cut` says whether commas cut the file's cells; None, that earlier blocks of the column
    had numbers, so that its form is known.
    """

    def __init__(
        self,
        name: str,
        form: NumberFormat,
        marks: frozenset[str] = MISSING_MARKS,
        kind: ColumnType | None = None,
        commas_cut: bool | None = False,
    ) -> None:
        self.name = name
        self.fixed = kind not in (None, "auto")
        self.kind: Literal["number", "text"] | None = None
        if self.fixed:
            self.kind = "number" if kind == "number" else "text"
        self.dates = True if kind == "date" else None if kind in (None, "auto") else False
        self.bad: dict[int, str] = {}
        self.bad_count = 0
        self.rows = 0
        self._form, self._marks, self._commas_cut = form, marks, commas_cut
        self._only_missing = NUMBER_MARKS if marks >= MISSING_MARKS else frozenset()
        self._missing = marks | self._only_missing
        self._said: list[str] = []
        self._dashes: Counter[str] = Counter()
        self._flags: Counter[str] = Counter()
        self._parts: list[Column] = []
        self._texts: dict[str, str | None] = {}
        self._numbers = 0
        self._like = 0

    def add(self, cells: Sequence[str]) -> None:
        """Take the next rows' cells in."""
        if self.kind == "text":
            self._add_text(cells)
        else:
            self._add_numbers(cells)
        self.rows += len(cells)

    @property
    def form(self) -> NumberFormat:
        """How the column writes numbers."""
        return self._form

    @property
    def has_numbers(self) -> bool:
        """Whether a number was among the cells."""
        return self._numbers > 0

    @property
    def sign(self) -> str:
        """The currency or percent sign of the column's numbers, "" if they have none."""
        return self._form.sign

    def add_values(self, values: Column) -> None:
        """Take numbers in that the fast parser read, nan for an empty cell."""
        present = int(np.count_nonzero(~np.isnan(values)))
        if self.kind is None and present:
            self.kind = "number"
        self._parts.append(without_codes(values, self._marks))
        self._numbers += present
        self.rows += len(values)

    def _add_text(self, cells: Sequence[str]) -> None:
        texts = self._texts
        for cell in set(cells).difference(texts):
            stripped = cell.strip()
            if stripped.startswith('="') and stripped.endswith('"'):
                stripped = stripped[2:-1]  # so that a spreadsheet leaves it as it is
            texts[cell] = None if stripped in self._marks else stripped
        part = np.empty(len(cells), object)
        part[:] = [texts[cell] for cell in cells]
        self._parts.append(part)
        if len(texts) > 100_000:
            texts.clear()

    def _add_numbers(self, cells: Sequence[str]) -> None:
        if self._form.flags:
            self._count_flags(cells)
        found = to_numbers(cells, self._form, self._missing)
        if found.bad and self._commas_cut is not None and not (self._numbers or self.bad_count):
            found = self._in_own_form(found, cells)
        if np.isnan(found.values).any():
            self._dashes.update(dash for c in cells if (dash := c.strip()) in self._only_missing)
        self.bad_count += len(found.bad)
        self._like += sum(map(is_number_like, found.bad.values()))
        present = int(np.count_nonzero(~np.isnan(found.values)))
        self._numbers += present
        for position, cell in found.bad.items():
            if len(self.bad) >= _REMEMBERED:
                break
            self.bad[self.rows + position] = cell
        self._parts.append(without_codes(found.values, self._marks))
        if self.kind is None and (present or found.bad):
            self.kind = "text" if self._is_text() else "number"
            if self.kind == "text":
                missing = [np.full(len(part), None, object) for part in self._parts[:-1]]
                self._parts, self.bad, self.bad_count = missing, {}, 0
                self._dashes.clear()
                self._add_text(cells)

    def _count_flags(self, cells: Sequence[str]) -> None:
        """Count the flags beside numbers; what stands beside all of them is none."""
        flags = Counter(flag for cell in cells if (flag := flag_of(cell)))
        without = (cell.strip() not in self._missing for cell in cells if not flag_of(cell))
        first = self._commas_cut is not None and not self._numbers
        apart = any(MARGIN in flag for flag in flags)
        if flags and first and not any(without) and not apart:
            self._form = self._form._replace(flags=False)
        else:
            self._flags += flags

    def _in_own_form(self, found: Numbers, cells: Sequence[str]) -> Numbers:
        """Read the column's first cells again if they have the same sign, or marks of their own."""
        bad = found.bad.values()
        sign = common_sign(map(unflagged, bad) if self._form.flags else bad)
        form = self._form
        # what is no currency must stand beside every number
        if sign and (sign in CURRENCIES or np.isnan(found.values).all()):
            form = form._replace(sign=sign)
        own = own_form(cells, form, bool(self._commas_cut)) if form.sign == sign else None
        form = own or form
        if form == self._form:
            return found
        again = to_numbers(cells, form, self._missing)
        if len(again.bad) >= len(found.bad):
            return found
        if own is not None:
            self._said.append(_marks_said(own))
        self._form = form
        return again

    def _is_text(self) -> bool:
        """Whether the cells that are no numbers are too many, or too various, for slips."""
        words = self.bad_count - self._like
        if words > self._numbers + self._like:
            return True
        if words and self._are_levels():
            return True
        various = len({cell for cell in self.bad.values() if not is_number_like(cell)})
        share = words / max(1, self.bad_count + self._numbers)
        return share > _SLIPS and various >= _DISTINCT_SLIPS

    def _are_levels(self) -> bool:
        """Whether counts end in levels for all that are more, or less."""
        if not all(map(is_level, self.bad.values())):
            return False
        values = np.unique(np.concatenate(self._parts)) if self._parts else np.zeros(0)
        known = values[~np.isnan(values)]
        return len(known) <= _MOST_COUNTS and bool((known % 1 == 0).all())

    def _check_dates(self) -> None:
        """Remember the cells of a column of dates that are none."""
        if self.dates is False or self.kind == "number":
            return
        texts = {text for part in self._parts for text in part.tolist()} - {None}
        dashes = texts & self._only_missing
        if self.dates is None:
            found = find_dates(sorted(texts - dashes))
            if found is None:
                self._say_of_words(texts)
                return
            wrong = found.wrong
        else:
            wrong = frozenset(text for text in texts - dashes if not is_date(text))
        if not wrong and not dashes:
            return
        row = 0
        for part in self._parts:
            for at, text in enumerate(part.tolist()):
                if text in dashes:
                    self._dashes[text] += 1
                    part[at] = None
                elif text in wrong:
                    self.bad_count += 1
                    self.bad.setdefault(row + at, text)
                    part[at] = None
            row += len(part)
        self.dates = True

    def _say_of_words(self, texts: set[str]) -> None:
        """Say what words may hide: sums among the rows, numbers with something beside them."""
        sums = sums_among(sorted(texts))
        count = sum(text in sums for part in self._parts for text in part.tolist()) if sums else 0
        if count > 1 and 2 * len(sums) <= len(texts):
            self._said.append(
                f"its cell {sums[0]!r} names a sum; take such rows out of the file, they count as "
                "rows of the table"
            )
        flagged = sorted(filter(flag_of, texts))
        plain = texts.difference(flagged)
        apart = plain or any(MARGIN in text for text in flagged)
        numbers = all(to_number(text, self._form) is not None for text in plain)
        if flagged and apart and numbers:
            self._said.append(
                "it is read as text, since a flag is beside some of its numbers, such as "
                f"{flagged[0]!r}; {flags_left_out()}"
            )
        elif words := words_beside(texts):
            said = ", ".join(map(repr, words))
            self._said.append(
                f"it is read as text, since beside its numbers stand words ({said}); write these "
                "in a column of their own to use the numbers"
            )

    def check(self) -> None:
        """Find the cells that are no dates among dates; raise TurnedToText if the whole column
        shows that it is text after all.
        """
        if self.kind == "text":
            self._check_dates()
        if self.fixed or self.kind != "number" or not self.bad_count or not self._is_text():
            return
        words = (cell for cell in self.bad.values() if not is_number_like(cell))
        example = next(words, next(iter(self.bad.values())))
        raise TurnedToText(
            self.name,
            f"column {self.name!r} is read as text, because {self.bad_count - self._like} of its "
            f"{self.rows} cells are no numbers, e.g. {show(example)}.",
        )

    def why(self, row: int) -> str:
        """Return why a bad cell is one and what to do, as the end of a sentence."""
        return (explain_date if self.dates else explain)(self.bad[row], self._form, self.name)

    def found(self) -> list[str]:
        """Return what is to be said of the column: its sign, and the bad cells if they count as
        missing; each as the end of a sentence.
        """
        said = list(self._said)
        if self.sign:
            what = "sign" if self.sign in SIGNS else "unit"
            said.append(f"the {what} {self.sign} beside its numbers is left out")
        for mark, count in self._dashes.items() if self.dates or self.kind == "number" else ():
            said.append(f"{mark!r} counts as missing ({count} cell{'s' * (count > 1)})")
        if self._flags and self.kind == "number":
            flags = ", ".join(f"{flag!r} {count}" for flag, count in self._flags.most_common())
            said.append(f"the number alone counts where a flag is beside it ({flags})")
        if self.kind == "number" and not self.fixed:
            said += code_said(np.concatenate(self._parts) if self._parts else np.zeros(0))
        if self.bad_count:
            count, example = self.bad_count, next(iter(self.bad.values()))
            what = "date" if self.dates else "number"
            are = f"1 cell is no {what}" if count == 1 else f"{count} cells are no {what}s"
            said.append(f"{are} and counted as missing, e.g. {example!r}")
        return said

    def take(self) -> Column:
        """Return the column gathered so far, and forget it; one without any cell is numbers."""
        if not self._parts:
            return np.empty(0, object if self.kind == "text" else np.float64)
        column = self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)
        self._parts = []
        return column


def gatherers(
    names: Sequence[str],
    form: NumberFormat,
    marks: frozenset[str],
    types: Mapping[str, ColumnType],
    others: ColumnType | None = None,
    commas_cut: bool = False,
    known: Mapping[str, NumberFormat] = MappingProxyType({}),
) -> list[Gatherer]:
    """Return one gatherer per column; `others` is the type of columns that `types` leaves out, and
    `known` says how those write numbers that had some in earlier blocks.
    """
    return [
        Gatherer(
            name,
            known.get(name, form),
            marks,
            types.get(name, others),
            None if name in known else commas_cut,
        )
        for name in names
    ]
