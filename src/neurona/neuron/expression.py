"""Boolean expressions as text: "a and not b or c" is read, and never run as Python."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Evaluate = Callable[[Mapping[str, bool]], bool]

LONGEST = 2000
"""Characters that an expression may have."""
WRITTEN: tuple[tuple[str, str], ...] = (
    (r"&&|∧|\bAND\b|\bAnd\b", " and "),
    ("\\|\\||\N{LOGICAL OR}|\\bOR\\b|\\bOr\\b", " or "),
    (r"!(?!=)|¬|\bNOT\b|\bNot\b", " not "),
    (r"⊕|⊻|\bxor\b|\bXOR\b|\bXor\b", " ^ "),
    (r"<->|<=>|↔|⇔|≡|\bxnor\b|\bXNOR\b", " == "),
    (r"≠|<>", " != "),
    (r"(?<![=!<>])=(?!=)", " == "),
)
"""Other ways to write the operators, and Python's."""
JOINED: dict[type, Callable[[bool, bool], bool]] = {
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
TAKEN = "and, or, not, xor (^), ==, !=, 'a if b else c' and parentheses"


class Expression(NamedTuple):
    """The inputs of an expression in their order, and what it says to values of them."""

    names: tuple[str, ...]
    evaluate: Evaluate

    def outputs(self, rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Return what the expression says to each row of zeros and ones."""
        return tuple(
            int(self.evaluate(dict(zip(self.names, map(bool, row), strict=True)))) for row in rows
        )


def expression(text: str) -> Expression:
    """Return what a Boolean expression says, and of which inputs: sorted, x2 before x10.

    Operators bind as in Python: `not` before `and` before `or`, `^` before all three.

    Raises
    ------
    ValueError
        Something in it is neither an input nor an operator.

    >>> expression("a and not b or c").names
    ('a', 'b', 'c')
    >>> expression("a ^ b").outputs([(0, 1), (1, 1)])
    (1, 0)
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"A Boolean expression may have {LONGEST:,} characters. Got {len(text):,}."
        )
    written = text
    for pattern, word in WRITTEN:
        written = re.sub(pattern, word, written)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as "0or" is soon no Python
            tree = ast.parse(written.strip(), mode="eval").body
        found: set[str] = set()
        evaluate = _reader(tree, text, found)
    except (SyntaxError, RecursionError, MemoryError) as error:
        why = "it is nested too deep" if not isinstance(error, SyntaxError) else error.msg
        raise ValueError(
            f"{text!r} is no Boolean expression ({why}); use names, {TAKEN}."
        ) from None
    return Expression(tuple(sorted(found, key=_natural)), evaluate)


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Return what names are sorted by: numbers in them count as numbers."""
    return [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in re.split(r"(\d+)", name)
    ]


def _reader(node: ast.expr, text: str, found: set[str]) -> Evaluate:
    """Return what evaluates a node, and note the names in it."""

    def read(inner: ast.expr) -> Evaluate:
        return _reader(inner, text, found)

    match node:
        case ast.Name(id=name):
            found.add(name)
            return lambda row: row[name]
        case ast.Constant(value=value) if value in (0, 1) and isinstance(value, int):
            said = bool(value)
            return lambda row: said
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=inner):
            opposite = read(inner)
            return lambda row: not opposite(row)
        case ast.BoolOp(op=op, values=parts):
            parts_read = [read(part) for part in parts]
            together = all if isinstance(op, ast.And) else any
            return lambda row: together(part(row) for part in parts_read)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in JOINED:
            one, other, join = read(left), read(right), JOINED[type(op)]
            return lambda row: join(one(row), other(row))
        case ast.Compare(left=left, ops=ops, comparators=others) if {*map(type, ops)} <= {*JOINED}:
            sides = [read(side) for side in (left, *others)]
            joins = [JOINED[type(op)] for op in ops]
            return lambda row: all(
                join(one(row), other(row))
                for one, join, other in zip(sides, joins, sides[1:], strict=False)
            )
        case ast.IfExp(test=test, body=body, orelse=orelse):
            asked, yes, no = read(test), read(body), read(orelse)
            return lambda row: yes(row) if asked(row) else no(row)
    raise ValueError(
        f"{ast.unparse(node)!r} in {text!r} is not Boolean; use names, 0 and 1, {TAKEN}."
    )
