"""Footer: what stands below a table in its file: totals, remarks, a second table, its header again.

Only the last lines are looked at. Lines after a blank one that do not fit the table are no rows;
neither are words alone at the end, nor the last rows if they begin with "Total" or the like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from neurona.data.cells import MISSING_MARKS
from neurona.data.cutting import cut_lines
from neurona.data.notation import is_valued

TAIL = 60
"""How many lines at the end of a file may be a footer."""
_CHUNK = 4096
_TOTAL = re.compile(
    r"(grand |sub)?-?(totals?|totales?|totale|sum|summe|gesamt(summe)?|endsumme|zwischensumme|"
    r"somme|suma|soma|totaal|summa|celkem|razem|(gesamt)?ergebnis|i alt|yhteensä|итого|合計|合计|"
    r"summary|\*{1,3})"
    r"( general| général| amount)?\s*(:.*)?",
    re.IGNORECASE,
)
_STATISTIC = re.compile(
    r"(min(imum)?|max(imum)?|mean|average|avg|mittel(wert)?|durchschnitt|moyenne|median|"
    r"st\.?\s?d(ev)?\.?|std\.? ?dev\.?|standardabweichung|rsd( ?%)?|count|anzahl|n|cv( ?%)?)\s*:?",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\(?\d+ (rows?|lines?|records?)( \w+)?\)?\.?", re.IGNORECASE)
"""How many rows there were: (24 rows affected)."""
_SUM_OF = re.compile(rf"(?:(.+?)[ :-]+)?(?:{_TOTAL.pattern})", re.IGNORECASE)
FEWEST_TEXTS = 5
"""Texts of a column among which "total" alone is no kind of row."""
Row = Sequence[str]


def sums_among(cells: Collection[str]) -> list[str]:
    """Return the cells that name a sum: "Total", or "North total" where "North" is a cell, too.

    >>> sums_among(["North", "North total", "South", "Total", "Sum insured", "East total"])
    ['North total', 'Total']
    """
    found = [(cell, match) for cell in cells if (match := _SUM_OF.fullmatch(cell))]
    several = len(cells) >= FEWEST_TEXTS
    return [cell for cell, match in found if (match[1] in cells if match[1] else several)]


def footer_at(rows: Sequence[Row], width: int) -> int:
    """Return where the footer begins in the last rows of a table, their number if there is none.

    A row without cells is a blank line.
    """
    if width < 2:
        return len(rows)
    end = _after_blank(rows, width)
    while end and _is_blank(rows[end - 1]):
        end -= 1
    while end and _is_remark(rows[: end - 1], rows[end - 1], width):
        end -= 1
        while end and _is_blank(rows[end - 1]):
            end -= 1
    return _before_totals(rows, end)


def _is_blank(row: Row) -> bool:
    return not any(cell.strip() for cell in row)


def _fits(row: Row, width: int) -> bool:
    """Whether a row may be one of the table: as many cells, and not one word alone among many."""
    filled = [cell for cell in row if cell.strip()]
    alone = len(filled) == 1 and width > 2 and not is_valued(filled[0])
    return len(row) == width and not alone


def _is_remark(above: Sequence[Row], row: Row, width: int) -> bool:
    """Whether a row is a single cell of words, such as "(12 rows)", or of one among values."""
    filled = [(k, cell.strip()) for k, cell in enumerate(row) if cell.strip()]
    if _COUNT.fullmatch(" ".join(cell for _, cell in filled)):
        return True
    if len(row) == 1 < width and filled and not re.search(r"[^\W_]", filled[0][1]):
        return True  # a rule
    if len(filled) != 1 or not re.search(r"[^\W\d_]{3}", filled[0][1]):
        return False
    if len(row) == 1 or width < 3:
        return len(row) == 1
    place, word = filled[0]
    column = [other[place] for other in above[-5:] if place < len(other)]
    return " " in word or (bool(column) and all(map(is_valued, column)))


def _names_others(above: Sequence[Row], row: Row) -> bool:
    """Whether a row has nothing but words, one of them below values: another table's names."""
    known = [other for other in above if not _is_blank(other)][-5:]
    places = [k for k, cell in enumerate(row) if cell.strip()]
    under = [k for k in places if all(k < len(o) and is_valued(o[k]) for o in known)]
    words = not any(is_valued(row[k]) or row[k].strip() in MISSING_MARKS for k in places)
    return len(places) > 1 and len(known) > 2 and words and bool(under)


def _after_blank(rows: Sequence[Row], width: int) -> int:
    """Return where lines begin that a blank one divides from the table and most do not fit it."""
    for at in range(1, len(rows)):
        if _is_blank(rows[at]) or not _is_blank(rows[at - 1]):
            continue
        if _names_others(rows[:at], rows[at]):
            return at
        if _fits(rows[at], width):
            continue
        rest = [row for row in rows[at:] if not _is_blank(row)]
        if 2 * sum(_fits(row, width) for row in rest) < len(rest):
            return at
    return len(rows)


def _before_totals(rows: Sequence[Row], end: int) -> int:
    """Return where the last rows begin that sum up those above: by a word in their first cell that
    no other row has there.
    """

    def first(row: Row) -> tuple[int, str]:
        return next(((k, c.strip()) for k, c in enumerate(row) if c.strip()), (0, ""))

    start = end
    while start > 2:
        place, word = first(rows[start - 1])
        above = [row[place].strip() for row in rows[: start - 1] if place < len(row)]
        # beside names a lone "Max" may be a name
        column = [
            cell
            for cell in above
            if cell not in MISSING_MARKS
            and not (_TOTAL.fullmatch(cell) or _STATISTIC.fullmatch(cell))
        ]
        among_values = bool(column) and all(map(is_valued, column[-5:]))
        known = _TOTAL.fullmatch(word) or (_STATISTIC.fullmatch(word) and among_values)
        if not word.strip("*") and all(map(str.strip, rows[start - 1])):
            break  # SAP's mark of a sum, or a missing cell of a row
        if not known or word in above or not any(map(is_valued, rows[start - 1])):
            break
        start -= 1
    return start


def without_footer(
    lines: Iterator[str], line: int, delimiter: str, width: int, said: Callable[[str], None]
) -> Iterator[str]:
    """Yield lines up to a table's footer; the first of them is that after `line`.

    `said` takes what is left out, as the end of a sentence, once the end has been read.
    """
    held: list[str] = []
    while True:
        more = list(islice(lines, _CHUNK))
        if len(more) < _CHUNK:
            break
        yield from held
        line += len(held)
        held = more
    held += more
    tail = held[-TAIL:]
    end = len(held)
    if not any(line.count('"') % 2 for line in tail):  # no cell goes over lines
        end -= len(tail) - footer_at(cut_lines(tail, delimiter), width)
    yield from held[:end]
    left = [k for k in range(end, len(held)) if held[k].strip()]
    if left:
        first, last = line + left[0] + 1, line + left[-1] + 1
        are = f"line {first} is" if first == last else f"lines {first} to {last} are"
        shown = held[left[0]].strip()
        said(f"{are} left out, below the table ({shown[:40]!r}{'...' if len(shown) > 40 else ''})")


def without_repeats(
    lines: Iterator[str], header: Sequence[str], line: int, said: Callable[[str], None]
) -> Iterator[str]:
    """Yield the lines after `line`; where tables were joined the header stands again, and is blank.

    `said` takes what is left out, as the end of a sentence, once the end has been read.
    """
    first, count = 0, 0
    while chunk := list(islice(lines, _CHUNK)):
        if header and header[0] in chunk:
            again = [k for k, one in enumerate(chunk) if one in header]
            first, count = first or line + again[0] + 1, count + len(again)
            for k in again:
                chunk[k] = "\n"
        yield from chunk
        line += len(chunk)
    if count:
        said(f"{lines_are(first, count)} left out: the header again")


def lines_are(first: int, count: int) -> str:
    """Return which lines a sentence is about, and its verb."""
    return f"line {first} is" if count == 1 else f"{count:,} lines, the first {first}, are"
