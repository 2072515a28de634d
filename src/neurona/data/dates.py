"""Dates: texts that are dates, in the forms that files have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.table import Column

_TIME = r"(?:[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _TIME)


class DateForm(NamedTuple):
    """Which part comes first; `sure` is False if every date could be read either way."""

    order: str
    sure: bool = True


def find_form(texts: Sequence[str]) -> DateForm | None:
    """Return the form in which all texts are dates, or None if one is not.

    Forms: year-month-day, day.month.year, day/month/year, month/day/year, with - / or . between,
    and a time of day after. Where days and months cannot be told apart, points mean day first and
    slashes month first.
    """
    if not texts or not all(map(str.strip, texts)):
        return None
    if all(_YEAR_FIRST.fullmatch(text.strip()) for text in texts):
        return DateForm("ymd") if _all_valid(texts, "ymd") else None
    found = [_YEAR_LAST.fullmatch(text.strip()) for text in texts]
    if not all(found):
        return None
    firsts = max(int(match[1]) for match in found if match)
    seconds = max(int(match[3]) for match in found if match)
    if firsts > 12 or seconds > 12:
        order = "dmy" if firsts > 12 else "mdy"
        return DateForm(order) if _all_valid(texts, order) else None
    slashes = all(match[2] == "/" for match in found if match)
    return DateForm("mdy" if slashes else "dmy", sure=False)


def _all_valid(texts: Sequence[str], order: str) -> bool:
    return not np.isnat(to_dates(texts, order)).any()


def to_dates(texts: Sequence[str | None], order: str) -> Column:
    """Return texts as datetime64[us] in UTC; NaT for what is missing or no date in this order."""
    known: dict[str | None, np.datetime64] = {}
    nat = np.datetime64("NaT", "us")
    dates = np.empty(len(texts), "datetime64[us]")
    for row, text in enumerate(texts):
        date = known.get(text)
        if date is None:
            date = known[text] = nat if text is None else _to_date(text.strip(), order)
        dates[row] = date
    return dates


def _to_date(text: str, order: str) -> np.datetime64:
    nat = np.datetime64("NaT", "us")
    match = (_YEAR_FIRST if order == "ymd" else _YEAR_LAST).fullmatch(text)
    if match is None:
        return nat
    if order == "ymd":
        year, month, day, time, zone = match.groups()
    else:
        first, _, second, year, time, zone = match.groups()
        day, month = (first, second) if order == "dmy" else (second, first)
    hour = f"T{time.zfill(len(time) + (time.index(':') == 1))}" if time else ""
    try:
        date = np.datetime64(f"{year}-{int(month):02}-{int(day):02}{hour}", "us")
    except ValueError:
        return nat
    return date - _shift(zone)


def _shift(zone: str | None) -> np.timedelta64:
    if zone in (None, "Z", "UTC"):
        return np.timedelta64(0, "us")
    assert zone is not None
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return np.timedelta64(-minutes if zone[0] == "-" else minutes, "m")


def to_days(dates: Column) -> Column:
    """Return dates as days since 1970, float64; nan for NaT."""
    days = dates.astype("datetime64[us]").astype(np.int64) / 86_400e6
    days[np.isnat(dates)] = np.nan
    return days


def as_dates(column: Column, order: str | None = None) -> tuple[Column, str]:
    """Return a date column as datetime64[us], and the order of its texts ("" if it has none)."""
    if column.dtype.kind == "M":
        return column, ""
    texts = [cell for cell in column.tolist() if cell is not None]
    if order is None:
        form = find_form(sorted(set(texts)))
        order = "ymd" if form is None else form.order
    return to_dates(column.tolist(), order), order
