"""Other workbooks: .xls, .xlsb and .ods, read by calamine in a process of its own.

It is told a workbook's size by the file, and ends the process if that is too large: a child with
bounded memory, so nothing but the child. Run as a program, this file is that child.
"""

from __future__ import annotations

import importlib.util
import pickle
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from neurona.data.limits import check_cells
from neurona.errors import TableError

KINDS = {
    "xls": "an Excel file of before 2007",
    "xlsb": "a binary Excel file",
    "ods": "a file of LibreOffice",
}
LOCKED = "protected by a password; save it without one"
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")
"""How LibreOffice writes one, which calamine hands on."""
_MEMORY = 4 * 2**30


def read_other_book(
    path: Path, kind: str, sheet: str | int, max_cells: int
) -> tuple[list[str], str, list[tuple[Any, ...]]]:
    """Return the names of a workbook's sheets, that of the one read, and its rows; an empty cell,
    and a spreadsheet's error, is None.
    """
    what, instead = f"{path.name} is {KINDS[kind]}", "save it as .xlsx or as CSV"
    if importlib.util.find_spec("python_calamine") is None:
        raise TableError(
            f"{what}; {instead}, or install what reads it: pip install 'neurona[spreadsheets]'."
        )
    command = [
        sys.executable,
        "-m",
        "neurona.data.other_books",
        str(path),
        pickle.dumps(sheet).hex(),
    ]
    child = subprocess.run([*command, str(max_cells)], capture_output=True, check=False)
    if child.returncode:
        lines = child.stderr.decode(errors="replace").splitlines()
        reason = (
            lines[-1][:200] if lines and child.returncode > 0 else "it asks for too much memory"
        )
        if "PasswordError" in reason:
            raise TableError(f"{path.name} is {LOCKED}.")
        raise TableError(f"{what} that cannot be read ({reason.rstrip('.')}); {instead}.")
    names, found, cells, rows = pickle.loads(child.stdout)
    if found is None:
        raise TableError(
            f"{path.name} has no sheet {sheet!r}; it has {', '.join(map(repr, names))}."
        )
    check_cells(path.name, cells, max_cells)
    return names, found, rows


def _plain(cell: Any) -> Any:
    """Return a cell: None if empty, a duration as one, whatever the kind of workbook."""
    if not isinstance(cell, str):
        return cell
    duration = _DURATION.fullmatch(cell)
    if duration is None:
        return cell or None
    hours, minutes, seconds = map(float, duration.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _child(path: str, sheet: str | int, max_cells: int) -> None:
    """Write what is in a workbook to the standard output."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limits here
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    tables = [
        one.name
        for one in book.sheets_metadata
        if one.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    found = tables[sheet] if isinstance(sheet, int) and sheet < len(tables) else sheet
    answer: tuple[Any, ...] = tables, None, 0, []
    if found in tables:
        read = book.get_sheet_by_name(str(found))
        cells = (read.total_height + 1) * (read.total_width + 1)
        rows = [] if cells > max_cells else read.to_python(skip_empty_area=False)
        plain = [tuple(_plain(cell) for cell in row) for row in rows]
        answer = book.sheet_names, found, cells, plain
    pickle.dump(answer, sys.stdout.buffer)


if __name__ == "__main__":
    _child(sys.argv[1], pickle.loads(bytes.fromhex(sys.argv[2])), int(sys.argv[3]))
