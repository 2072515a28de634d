"""Dates: texts that are dates or times of day, in the forms that files have them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.table import Column

_CLOCK = r"(?P<clock>\d{1,4}:\d{2}(?::\d{2}(?:[.,]\d{1,9}|:\d{3})?)?)"
_HALF = r"(?:\s*(?P<half>[AaPp])(?:\.?[Mm]\.?)?)?"
_SHIFT = r"[+-]\d{2}(?::?\d{2})?"
_HOURS = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2} | {
    "BST": 1, "EET": 2, "OEZ": 2, "EEST": 3, "OESZ": 3, "JST": 9, "EST": -5, "EDT": -4, "CST": -6,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Hours that zones by name are ahead of UTC."""
_ZONE = rf"(?P<zone>{'|'.join(_HOURS)}|{_SHIFT})"
_TIME = rf"(?:(?:[T :]|, )\s*{_CLOCK}{_HALF})?\s*{_ZONE}?"
_SPAN = re.compile(
    r"(?=[+-]?P|[^A-Z]+$)(?P<sign>[+-])?P?(?=.)(?:(?P<d>\d+)\s?[dD] ?)?T?(?:(?P<h>\d+)\s?[hH] ?)?"
    r"(?:(?P<m>\d+)\s?(?:min|[mM]) ?)?(?:(?P<s>\d+(?:[.,]\d+)?)\s?[sS])?"
)
"""How long something took: "1h 5m 3s", and PT1H5M3S of ISO 8601."""
_WEEKDAY = r"(?:[^\W\d]{2,10}\.?,?\s+)?"
_OF = r"(?:del? |do )?"  # 13 de marzo de 2024
_MONTH = r"(?P<n>[^\W\d]{3,10})\.?"
_YEAR = r"(?P<y>\d{4}|\d\d)"
_DAY = r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
_SHAPES = {
    "ymd": (
        re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _TIME),
        # Hungary's 2024. 03. 01., and those of China, Japan and Korea
        re.compile(
            r"(?P<y>\d{4})(?:\.|[年년]) ?(?P<m>\d{1,2})(?:\.|[月월]) ?(?P<d>\d\d?)[.日일]?" + _TIME
        ),
        re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})"),
        re.compile(rf"{_DAY}(?:[T :]?(?P<clock>\d\d|\d{{4}}|\d{{6}}))?(?P<zone>Z)?"),
        re.compile(_DAY + _TIME),
        re.compile(r"(?P<y>\d{4})-?W(?P<w>\d{2})(?:-?(?P<k>[1-7]))?"),
        re.compile(r"(?P<y>\d{4})[-/ ]?[Qq](?P<q>[1-4])"),
        re.compile(r"[Qq](?P<q>[1-4])[-/ ]?(?P<y>\d{4})"),
        re.compile(r"(?P<y>\d{4})(?:/|-?[Mm])(?P<m>\d{1,2})"),
        re.compile(r"(?P<m>\d\d)/(?P<y>\d{4})"),
    ),
    "last": (
        re.compile(r"(?P<a>\d{1,2})([-/.:])(?P<b>\d{1,2})\2(?P<y>\d{4})" + _TIME),
        re.compile(r"(?P<a>\d\d)([-.])(?P<b>\d\d)\2(?P<y>\d\d)" + _TIME),
        re.compile(r"(?P<a>\d{1,2})(/)(?P<b>\d{1,2})/(?P<y>\d\d)" + _TIME),
    ),
    "name": (
        re.compile(rf"{_WEEKDAY}(?P<d>\d{{1,2}})\.?[- /]*{_OF}{_MONTH}[-, /]*{_OF}{_YEAR}{_TIME}"),
        re.compile(rf"{_WEEKDAY}{_MONTH}[- ](?P<d>\d{{1,2}}),?[- ](?P<y>\d{{4}}){_TIME}"),
        re.compile(rf"(?P<y>\d{{4}})[- ]{_MONTH}[- ](?P<d>\d{{1,2}}){_TIME}"),
        re.compile(rf"{_MONTH}[- ](?P<y>\d{{4}})"),
        # C's and Java's: Thu Mar  7 10:00:00 GMT+01:00 2024
        re.compile(
            rf"{_WEEKDAY}{_MONTH} +(?P<d>\d{{1,2}}) +{_CLOCK}"
            rf"(?: (?:(?:UTC|GMT)(?=[+-]))?{_ZONE}?)? (?P<y>\d{{4}})"
        ),
    ),
    "clock": (re.compile(rf"(?:(?P<days>-?\d+) days?,? )?(?P<sign>[+-])?{_CLOCK}{_HALF}"), _SPAN),
}  # fmt: skip
_ORDERS = {"ymd": ("ymd",), "last": ("dmy", "mdy"), "name": ("name",), "clock": ("clock",)}
_SHAPE_OF = {order: shape for shape, orders in _ORDERS.items() for order in orders}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan janv ene gen", "feb febr fev fév févr", "mar mär mrz mars mrt maa"),
            *("apr avr abr", "may mai mag maj mei", "jun juin giu", "jul juil lug"),
            *("aug aou aoû août ago", "sep sept set", "oct okt ott out", "nov", "dec dez déc dic"),
        ),
        1,
    )
    for name in names.split()
}
_NAT = np.datetime64("NaT", "us")
_MANY = 10
"""How many cells that are dates stand for one that is none at all."""


class DateForm(NamedTuple):
    """Which part comes first; `sure` is False if every date could be read either way."""

    order: str
    sure: bool = True


class Found(NamedTuple):
    """The form of most texts, and those that are no dates in it."""

    form: DateForm
    wrong: frozenset[str]


def find_dates(texts: Sequence[str]) -> Found | None:
    """Return the form in which texts are dates but for slips: a day that there is not, such as
    30 February or 0000-00-00, or one word among many dates. None if they are no dates.

    Forms: year-month-day, day.month.year, day/month/year, month/day/year, with - / or . between,
    months by name, and a time of day after; or times of day alone ("clock"). Where days and months
    cannot be told apart, points mean day first and slashes month first.
    """
    if not texts or not all(map(str.strip, texts)):
        return None
    some = texts[:: max(1, len(texts) // 50)]
    if 2 * sum(any(char.isdigit() for char in text[:40]) for text in some) < len(some):
        return None
    shape = _likely_shape(some)
    if shape is None:
        return None
    best: tuple[int, str, list[str]] | None = None
    for order in _ORDERS[shape]:
        wrong = [t for t, date in zip(texts, to_dates(texts, order), strict=True) if date != date]
        if best is None or len(wrong) < best[0]:
            best = len(wrong), order, wrong
    assert best is not None
    count, order, wrong = best
    words = sum(_shape_match(text, shape) is None for text in wrong)
    valid = len(texts) - count
    if valid < max(2 * count, _MANY * words, 1):
        return None
    slips = frozenset(wrong)
    others = [text for text in texts if text not in slips]
    if order == "dmy" and not np.isnat(to_dates(others, "mdy")).any():
        slashes = all("/" in text for text in others)
        return Found(DateForm("mdy" if slashes else "dmy", sure=False), slips)
    return Found(DateForm(order), slips)


def is_date(text: str) -> bool:
    """Whether a text is a date in any order, or a time of day."""
    return any(not np.isnat(_to_date(text.strip(), order)) for order in _SHAPE_OF)


def _likely_shape(texts: Sequence[str]) -> str | None:
    """Return the shape that most texts have, None if fewer than half have one."""
    counts = {
        shape: sum(_shape_match(text, shape) is not None for text in texts) for shape in _SHAPES
    }
    shape = max(counts, key=counts.__getitem__)
    return shape if 2 * counts[shape] >= len(texts) else None


def _shape_match(text: str, shape: str) -> re.Match[str] | None:
    """Return how a text is of a shape; of an hour "from - to" its beginning is."""
    begin, dash, end = text.strip().partition(" - ")
    if dash and _shape_match(end, shape) is None:
        return None
    for pattern in _SHAPES[shape]:
        match = pattern.fullmatch(begin)
        if match and (shape != "name" or _month(match["n"])):
            return match
    return None


def _month(name: str) -> int:
    """Return a month's number by its name or the beginning of it, 0 if there is none."""
    name = name.lower().rstrip(".")
    return next((_MONTHS[name[:k]] for k in (4, 3) if name[:k] in _MONTHS), 0)


def to_dates(texts: Sequence[str | None], order: str) -> Column:
    """Return texts as datetime64[us] in UTC; NaT for what is missing or no date in this order.

    Times of day are on the first of January 1970, and those past 24 hours after it.
    """
    known: dict[str | None, np.datetime64] = {}
    dates = np.empty(len(texts), "datetime64[us]")
    for row, text in enumerate(texts):
        date = known.get(text)
        if date is None:
            date = known[text] = _NAT if text is None else _to_date(text.strip(), order)
        dates[row] = date
    return dates


def _to_date(text: str, order: str) -> np.datetime64:
    shape = _SHAPE_OF[order]
    match = _shape_match(text, shape)
    if match is None:
        return _NAT
    if shape == "clock":
        return _since_midnight(match)
    parts = match.groupdict()
    year = parts["y"]
    if len(year) == 2:
        year = f"{'19' if int(year) >= 70 else '20'}{year}"
    if parts.get("w"):
        return _week(int(year), int(parts["w"]), int(parts["k"] or 1))
    if shape == "last":
        day, month = (parts["a"], parts["b"]) if order == "dmy" else (parts["b"], parts["a"])
    elif parts.get("q"):
        day, month = "1", str(3 * int(parts["q"]) - 2)
    else:
        day = parts.get("d") or "1"
        month = str(_month(parts["n"])) if shape == "name" else parts["m"]
    try:
        date = np.datetime64(f"{year}-{int(month):02}-{int(day):02}", "us")
    except ValueError:
        return _NAT
    clock, half, zone = map(parts.get, ("clock", "half", "zone"))
    if clock and ":" not in clock:
        clock = clock.ljust(4, "0")
        clock = ":".join(clock[k : k + 2] for k in range(0, len(clock), 2))
    time = np.timedelta64(0, "us") if not clock else _clock(clock, half, longest=24)
    return _NAT if time is None else date + time - _shift(zone)


def _since_midnight(match: re.Match[str]) -> np.datetime64:
    """Return a time of day, or how long something took, on the first of January 1970."""
    midnight = np.datetime64(0, "us")
    if match.re is _SPAN:
        part = {name: float((value or "0").replace(",", ".")) for name, value in
                match.groupdict("").items() if name != "sign"}  # fmt: skip
        seconds = ((part["d"] * 24 + part["h"]) * 60 + part["m"]) * 60 + part["s"]
        time = np.timedelta64(round(seconds * 1e6), "us")
        return midnight + (-time if match["sign"] == "-" else time)
    days, sign, clock, half = match.group("days", "sign", "clock", "half")
    of_day = _clock(clock, half, longest=24 if days else 10_000)
    if of_day is None:
        return _NAT
    return midnight + np.timedelta64(int(days or 0), "D") + (-of_day if sign == "-" else of_day)


def _week(year: int, week: int, day: int) -> np.datetime64:
    """Return a day of an ISO week, 1 for Monday; NaT if the year has no such week."""
    try:
        return np.datetime64(datetime.date.fromisocalendar(year, week, day), "us")
    except ValueError:
        return _NAT


def _clock(clock: str, half: str | None, longest: int) -> np.timedelta64 | None:
    """Return a time of day, None if there is no such time."""
    hours, minutes, *rest = clock.replace(",", ".").split(":")
    hour, seconds = int(hours), float(".".join(rest)) if rest else 0.0
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half in "Pp")
    if hour > longest or int(minutes) > 59 or seconds >= 61:
        return None
    if hour == longest and (int(minutes) or seconds):
        return None
    return np.timedelta64(round(((hour * 60 + int(minutes)) * 60 + seconds) * 1e6), "us")


def _shift(zone: str | None) -> np.timedelta64:
    if not zone or zone in _HOURS:
        return np.timedelta64(_HOURS[zone] if zone else 0, "h")
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return np.timedelta64((-minutes if zone[0] == "-" else minutes) * 60_000_000, "us")


def to_days(dates: Column) -> Column:
    """Return dates as days since 1970, float64; nan for NaT."""
    days = dates.astype("datetime64[us]").astype(np.int64) / 86_400e6
    days[np.isnat(dates)] = np.nan
    return days


def are_days(values: Column) -> bool:
    """Whether numbers are days, or days and hours, written as one: 20240131, 2024013110."""
    known = values[~np.isnan(values)]
    if not len(known):
        return False
    scale = next((10.0**k for k in (0, 2, 4, 6) if 1e7 <= known[0] / 10.0**k < 1e8), 0.0)
    if not scale or not ((known / scale >= 1.9e7) & (known / scale < 2.1e7)).all():
        return False
    return bool((known % 1 == 0).all()) and not np.isnat(as_dates(known)[0]).any()


def as_dates(column: Column, order: str | None = None) -> tuple[Column, str]:
    """Return a date column as datetime64[us], and the order of its texts ("" if it has none)."""
    if column.dtype.kind == "M":
        return column, ""
    if column.dtype.kind == "f":
        # days written as one number: 20240131
        texts = [None if cell != cell else f"{cell:.0f}" for cell in column.tolist()]
        return to_dates(texts, "ymd"), "ymd"
    if order is None:
        found = find_dates(sorted({cell for cell in column.tolist() if cell is not None}))
        order = "ymd" if found is None else found.form.order
    return to_dates(column.tolist(), order), order
