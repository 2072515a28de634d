"""Marks: which mark is the decimal one and which separates thousands, by cells that leave no doubt.

One mark before three digits ("1.234") may be either. Everything else is a proof: "12,5", "0.125",
"1.234,5", "1,234,567". A table's proofs say how it writes numbers, a column's how that column does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from neurona.data.cells import NumberFormat, to_number
from neurona.data.flags import flag_of, unflagged
from neurona.data.notation import grouping, respelled, sign_of, unsigned
from neurona.data.units import unit_beside
from neurona.spelling import parameter

_NUMBER = re.compile(r"[-+]?(?P<whole>[\d.,]*\d[\d.,]*)(?P<power>[eE][-+]?\d+)?")
_DOUBTFUL = re.compile(r"[-+]?\d{1,3}[.,]\d{3}")
"""One mark that may be the decimal one; a day such as 04.03.2024 has none."""
_MANY = 20_000
"""Cells that are enough to tell."""
_OTHER = {",": ".", ".": ","}


def proof(cell: str) -> str:
    """Return the mark that must be the decimal one in a cell, "" if that is open.

    >>> proof("12,5"), proof("1.234,5"), proof("1,234,567"), proof("1.234"), proof("10.0.0.1")
    (',', ',', '.', '', '')
    """
    match = _NUMBER.fullmatch(cell) or _NUMBER.fullmatch(_bare(cell))
    if match is None:
        return ""
    text = match["whole"]
    found = {mark: text.count(mark) for mark in _OTHER if mark in text}
    if len(found) == 2:
        last = max(_OTHER, key=text.rfind)
        head = text[: text.rfind(last)]
        return last if found[last] == 1 and grouping(_OTHER[last]).fullmatch(head) else ""
    for mark, count in found.items():
        head, _, tail = text.partition(mark)
        if count > 1:
            # points between many digits may be an address
            return "." if mark == "," and grouping(",").fullmatch(text) else ""
        groups = len(tail) == 3 and 1 <= len(head) <= 3 and head[0] != "0"
        return "" if groups and not match["power"] else mark
    return ""


def _bare(cell: str) -> str:
    cell = unflagged(cell) if flag_of(cell) else cell.strip()
    sign = sign_of(cell) or unit_beside(cell)
    cell = unsigned(cell, sign) if sign else cell
    return respelled(cell) or cell


def find_decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """Return the decimal mark that most proofs in a sample speak for; between cells cut by commas
    a decimal comma must be the only one.
    """
    some = rows[: max(5, _MANY // max(1, len(rows[0]) if rows else 1))]
    cells = [cell for row in some for cell in row if "," in cell or "." in cell]
    proofs = Counter(map(proof, cells))
    if delimiter == ",":
        return "," if proofs[","] and not proofs["."] else "."
    if proofs[","] != proofs["."]:
        return "," if proofs[","] > proofs["."] else "."
    # doubtful ones are left: each mark may be the decimal one
    doubtful = [cell for cell in map(_bare, cells) if _DOUBTFUL.fullmatch(cell)]
    commas = sum("," in cell for cell in doubtful)
    return "," if commas > sum("." in cell for cell in doubtful) else "."


def in_doubt(rows: Sequence[Sequence[str]], delimiter: str, decimal: str) -> list[str]:
    """Return a sentence if nothing in a sample tells whether the mark in its numbers is decimal or
    separates thousands, or if a comma is decimal between cells cut by commas.
    """
    if delimiter == ",":
        sure = (cell for row in rows for cell in row if decimal == "," == proof(cell))
        return [f"the comma in its numbers, such as {cell!r}, is decimal" for cell in [*sure][:1]]
    marked = {_bare(cell) for row in rows for cell in row if decimal in cell}
    numbers = sorted(
        cell for cell in marked if _NUMBER.fullmatch(cell) and cell.count(decimal) == 1
    )
    if not numbers or any(map(proof, numbers)):
        return []
    mark = "point" if decimal == "." else "comma"
    return [
        f"the {mark} in its numbers, such as {numbers[0]!r}, is taken as the decimal one; if it "
        f"separates thousands, pass {parameter('thousands', decimal)}"
    ]


def own_form(cells: Iterable[str], form: NumberFormat, commas_cut: bool) -> NumberFormat | None:
    """Return the marks of a column whose numbers are not written in `form`, None if its cells do
    not prove others, or prove two.

    Where commas cut the cells, a comma alone proves nothing: "1,3" may be two answers.
    """
    plain = {cell for cell in cells if form.flags or flag_of(cell) in ("", form.sign)}
    numbers = [cell for cell in plain if _NUMBER.fullmatch(_bare(cell))]
    proofs = {proof(cell): cell for cell in numbers}
    proofs.pop("", None)
    if len(proofs) != 1:
        return None
    decimal = next(iter(proofs))
    if commas_cut and decimal == "," != form.decimal and not any("." in cell for cell in numbers):
        return None
    other = _OTHER[decimal]
    # one "1,234" among "1.5" may be a slip for 1.234
    grouped = any(cell.count(other) > 1 or (other in cell and decimal in cell) for cell in numbers)
    for thousands in ("", other) if grouped else ("",):
        found = form._replace(decimal=decimal, thousands=thousands)
        if found != form and all(to_number(cell, found) is not None for cell in numbers):
            return found
    return None
