"""Cells of a row as features, printed as C of integers."""

from __future__ import annotations

from typing import Any

from neurona.export.integers.cells import Cell, Piece
from neurona.export.integers.helpers import ABSENT_TEXT


def cell_lines(printer: Any, k: int, cell: Cell, to: str) -> list[str]:
    """Return the statements that make features of a cell."""
    x, one, first = f"x[{k}]", cell.one, cell.first
    if cell.kind == "category":
        return _category(printer, x, cell, to)
    if cell.kind == "boolean":
        known = f"({x} == 1) ? {one} : (({x} == 0) ? 0 : {cell.usual})"
        lines = [f"    {to}[{first}] = ({printer.value})({known});"]
        mark = f"(({x} == 0) || ({x} == 1)) ? 0 : {one}"
    else:
        lines = []
        for place, piece in enumerate(cell.pieces, first):
            lines += _piece(printer, x, piece, f"{to}[{place}]")
        mark = f"({x} == {ABSENT_TEXT}) ? {one} : 0"
    width = len(cell.pieces) or 1
    if cell.marked:
        lines.append(f"    {to}[{first + width}] = ({printer.value})({mark});")
    return lines


def _piece(printer: Any, x: str, piece: Piece, target: str) -> list[str]:
    low, high = f"({piece.low})", f"({piece.high})"
    inside = f"({x} < {low}) ? {low} : (({x} > {high}) ? {high} : {x})"
    away = f"v - ({piece.start})" if piece.start else "v"
    return [
        f"    v = {inside};",
        f"    v = {printer.rounded(away, piece.shift)};",
        f"    {target} = ({printer.value})(({x} == {ABSENT_TEXT}) ? ({piece.usual}) : v);",
    ]


def _category(printer: Any, x: str, cell: Cell, to: str) -> list[str]:
    one, lines = cell.one, []
    for code in range(cell.levels):
        own = ABSENT_TEXT if code == cell.absent else str(code)
        lines.append(
            f"    {to}[{cell.first + code}] = ({printer.value})(({x} == {own}) ? {one} : 0);"
        )
    if cell.other:
        known = " + ".join(f"{to}[{cell.first + code}]" for code in range(cell.levels))
        place = cell.first + cell.levels
        lines.append(f"    {to}[{place}] = ({printer.value})({one} - ({known or '0'}));")
    return lines
