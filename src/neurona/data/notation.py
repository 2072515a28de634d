"""Notation: numbers that people and programs write otherwise than Python does.

No-break blanks and apostrophes between thousands, currency and percent signs, Fortran's exponents,
typographic minus signs, an accountant's brackets. What may be read in two ways (a comma between
thousands, or a decimal one) is not here: that a person must say.
"""

from __future__ import annotations

import re
from functools import cache

CURRENCIES = (
    *("US$", "R$", "A$", "C$", "$", "€", "£", "¥", "￥", "₹", "₽", "₩", "₺", "₴", "₫", "฿", "¢"),
    *("USD", "EUR", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON"),
    *("CAD", "AUD", "NZD", "INR", "BRL", "RUB", "TRY", "ZAR", "MXN", "KRW", "SGD", "HKD", "ILS"),
    *("Fr.", "SFr.", "kr", "zł", "Kč", "Ft", "lei", "Rs.", "Rs"),
)
PERCENT, MARGIN = "%", "\u00b1"
SIGNS = (*sorted(CURRENCIES, key=len, reverse=True), PERCENT, MARGIN)
_BLANKS = "\u00a0\u2007\u2009\u202f '\u2019"
"""What separates thousands and nothing else."""
_GROUPED = re.compile(
    rf"[-+]?[1-9]\d{{0,2}}([{_BLANKS}])\d{{3}}(\1\d{{3}})*([.,]\d*)?([eE][-+]?\d+)?"
)
_TELEPHONE = re.compile(r"\d{3} \d{3} \d{3}")
_PLAIN = re.compile(r"[\d\s.,:/eE+-]*")
_FORTRAN = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+(?=[dD][-+]))[dD][-+]?\d+")
_POWER = re.compile(
    r"([-+]?\d+(?:[.,]\d+)?)\s?[x*\u00d7\u00b7]\s?10"
    r"(?:\^([-+]?\d+)|([\u207a\u207b]?[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+))"
)
"""3.0x10^-3, or with raised digits."""
_RAISED = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b", "0123456789+-"
)
_ANGLE = re.compile(
    r"([-+])?(\d{1,3})\s?[°º]\s?([0-5]?\d)\s?['\u2032\u2019]\s?"
    r"(?:(\d\d?(?:\.\d+)?)\s?(?:[\"\u2033\u201d]|''))?\s?([NSEWO])?"
)
"""Degrees, minutes and seconds; what lies south or west is negative."""
_BRACKETS = re.compile(r"\((?=.*\d)([^()+-]+)\)")
_NO_CENTS = re.compile(rf"([-+]?\d[\d.,{_BLANKS}]*)[.,](-{{1,2}}|[\u2013\u2014])")
"""12.- and 1'200,--, as prices are written where cents are none."""
_TYPED = str.maketrans("\u2212\uff0d\uff0b\uff0e\uff0c\uff05", "--+.,%")
"""Signs as typesetters and wide scripts write them."""
_MINUS_LAST = re.compile(r"(\d[\d.,]*[.,]\d+)-")


@cache
def grouping(mark: str) -> re.Pattern[str]:
    """Return what a number with a mark between thousands looks like, decimals left out."""
    cut = re.escape(mark)
    # India groups by two
    return re.compile(rf"[-+\u2212]?\d{{1,3}}(?:{cut}\d{{2,3}})*{cut}\d{{3}}(?!\d|{cut})")


def respelled(cell: str) -> str | None:
    """Return a number as Python spells it, but for its decimal mark; None if nothing is to do.

    >>> respelled("1\u202f234,5"), respelled("3.0D+00"), respelled("(12.50)"), respelled("3x10^-2")
    ('1234,5', '3.0E+00', '-12.50', '3e-2')
    """
    told = cell.translate(_TYPED)
    inner = _BRACKETS.fullmatch(told)
    if inner:
        told = f"-{inner[1].strip()}"
    last = _MINUS_LAST.fullmatch(told)
    if last:
        told = f"-{last[1]}"
    whole = _NO_CENTS.fullmatch(told)
    if whole:
        told = whole[1]
    if _GROUPED.fullmatch(told) and not _TELEPHONE.fullmatch(told):
        told = "".join(letter for letter in told if letter not in _BLANKS)
    if _FORTRAN.fullmatch(told):
        told = told.replace("D", "E").replace("d", "e")
    power = _POWER.fullmatch(told)
    if power:
        told = f"{power[1]}e{(power[2] or power[3]).translate(_RAISED)}"
    angle = _ANGLE.fullmatch(told)
    if angle:
        sign, degrees, minutes, seconds, side = angle.groups("0")
        value = int(degrees) + (int(minutes) + float(seconds) / 60) / 60
        # without a decimal mark, whichever others have
        told = f"{round((-value if (sign == '-') != (side in 'SW') else value) * 1e12)}e-12"
    return None if told == cell else told


def sign_of(cell: str) -> str | None:
    """Return the currency, percent or margin sign that stands beside a cell's digits, if any.

    >>> sign_of("$3.00"), sign_of("-1.200,50 €"), sign_of("5 %"), sign_of("R2D2")
    ('$', '€', '%', None)
    """
    if _PLAIN.fullmatch(cell):
        return None
    bare = cell.strip().strip("()").strip().lstrip("+-\u2212").strip()
    for sign in SIGNS:
        if bare.startswith(sign) and sign != PERCENT:
            rest = bare[len(sign) :]
        elif bare.endswith(sign):
            rest = bare[: -len(sign)]
        else:
            continue
        if _AMOUNT.fullmatch(rest.strip()):
            return sign
    return None


_AMOUNT = re.compile(
    rf"[-+\u2212]?\d[\d.,{_BLANKS}]*(-{{1,2}}|[\u2013\u2014]|[eE][-+]?\d+)?|[-+]?\.\d+"
)


def unsigned(cell: str, sign: str) -> str:
    """Return a cell without its sign."""
    return re.sub(r"^([-+\u2212(]*)\s+", r"\1", cell.replace(sign, "", 1).strip())


_BESIDE = r"(?:US\$|EUR|USD|CHF|GBP|Rs\.?|[^\d\s\w,.;:()+-])"
_MARKED = r"(?:\d[\d.,:/'\u2019\u00a0\u202f\u2009 TZ+-]*|[.,]\d+)(?:[eEdD][-+]?\d+)?"
_VALUE = re.compile(
    rf"[-+\u2212(]{{0,2}}\s*{_BESIDE}?\s*[-+\u2212(]?{_MARKED}\s*(?:{_BESIDE}|[AP]M|UTC)?\s*[-)]?"
)


def is_valued(cell: str) -> bool:
    """Whether a cell has a number, an amount, a day or a time, in whatever notation.

    >>> [is_valued(cell) for cell in ("-1.234,5", "$3", "04.03.2024 10:20", "CH1", "5 kg")]
    [True, True, True, False, False]
    """
    return _VALUE.fullmatch(cell.strip()) is not None
