"""Units: the words that say what a number counts, below a header or beside the number."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = """
m s ms us µs ns min h hr hrs d sec secs hours days kg g mg t lb lbs n kn pa hpa kpa mpa gpa bar
mbar psi atm degc deg_c °c °f degf k v mv kv a ma ka w mw kw va kva var kvar hz khz mhz ghz
rpm 1/min l/min l/h l/s m3/h m³/h m^3/h m/s km/h mph m/s2 m/s² m/s^2 %rh ppm ppb lux lx db dba
j kj mj wh kwh mwh nm knm ohm ω kohm mm cm km um µm nm inch ft l ml dl m2 m² m3 m³ cm2 cm²
cm3 cm³ kg/m3 kg/m³ kg/h kg/s g/l mg/l mg/m3 µg/m3 µg/m³ mol mol/l mmol/l deg ° rad rad/s
w/m2 w/m² w/m^2 volts volt amps amp watts watt celsius kelvin seconds minutes µl ul pg ng µg
meters metres grams pcs mt ton tons siemens s/cm µs/cm ms/cm g/kg kj/kg n/mm2 n/mm² bpm mmhg kcal
cal ev kev t/h vdc vac mau kb mb gb tb kib mib gib tib b/s
kb/s mb/s gb/s kib/s mib/s gib/s kbit/s mbit/s
"""
BESIDE = frozenset(_WORDS.split())
"""What may stand beside a number in its cell."""
_ONLY_BELOW = """
c f % in usd eur gbp chf $ € £ count counts no nos - ts rn text date time yyyy-mm-dd dd.mm.yyyy
hh:mm hh:mm:ss pct percent units unit
"""
_BELOW = BESIDE | frozenset(_ONLY_BELOW.split())
PROCESSES = frozenset({"smp", "avg", "min", "max", "tot", "std", "med", "rn", "win", "sum"})
"""What a logger did with the values between two rows."""
_BRACKETED = re.compile(r"[\[(].{0,20}[\])]")
_NUMBER = r"([-+\u2212]?(?:\d[\d.,'\u2019\u00a0\u202f\u2009]*|[.,]\d+)(?:[eE][-+]?\d+)?)(\s*)"
_WITH_NUMBER = re.compile(rf"{_NUMBER}([^\d\s.,+-]\S{{0,7}})")
_WITH_WORD = re.compile(rf"{_NUMBER}([^\W\d_][^\d,;:/'-]{{0,11}}|[*\u2020\u2021#!])")


def is_unit(word: str) -> bool:
    """Whether a cell below a header is a unit, or what a logger did: "kPa", "[x]", "deg C"."""
    word = word.strip().lower()
    known = word in _BELOW or word.replace(" ", "") in _BELOW or word in PROCESSES
    parts = word.split("/")
    return known or bool(_BRACKETED.fullmatch(word)) or all(part in _BELOW for part in parts)


def are_units(words: Sequence[str]) -> bool:
    """Whether at least half of these words are units."""
    return 2 * sum(map(is_unit, words)) >= len(words)


def unit_beside(cell: str) -> str | None:
    """Return the unit that stands after a cell's number: a letter alone needs a blank before.

    >>> unit_beside("20.5 °C"), unit_beside("5kg"), unit_beside("5 m"), unit_beside("12A")
    ('°C', 'kg', 'm', None)
    """
    match = _WITH_NUMBER.fullmatch(cell.strip())
    if match is None or match[3].lower() not in BESIDE:
        return None
    return match[3] if match[2] or len(match[3]) > 1 else None


def word_beside(cell: str) -> str | None:
    """Return the word that stands after a cell's number, whatever it says.

    >>> word_beside("1.5 V DC"), word_beside("12.50 Cr"), word_beside("3*"), word_beside("4 x 4")
    ('V DC', 'Cr', '*', None)
    """
    match = _WITH_WORD.fullmatch(cell.strip())
    return match and match[3]
