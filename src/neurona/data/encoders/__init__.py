"""Encoders: how a column of each kind becomes columns of numbers. One class per kind.

constant   left out, as is
id-like    what names the rows
boolean    0 or 1 for the lesser or the greater value; missing: the more frequent, and the indicator
date       days since 1970, then as numeric
time       parts of a day, then as numeric
numeric    (x - center) / scale, within +-limit; missing: the median, and 1 in an indicator column
piecewise  as numeric, and its place between quantiles; only where somebody says so
category   one column per level; missing is a level; rare levels share the column "other"

A column is asked in this order. A kind of one's own is one class: derive it from `Encoder`, or from
`Scaled` if its cells are numbers at heart, and put `@KINDS.register("duration", before="id-like")`
over it; `Kind` and `Encoder` say what it is asked.
"""

from neurona.data.contents import numbers_of, texts_of
from neurona.data.encoders.boolean import BOOLEAN_WORDS, Boolean
from neurona.data.encoders.category import Category
from neurona.data.encoders.clock import Time
from neurona.data.encoders.date import Date
from neurona.data.encoders.kind import KINDS, Encoder, Kind, Seen, checked_text
from neurona.data.encoders.left_out import Constant, IdLike
from neurona.data.encoders.numeric import Numeric
from neurona.data.encoders.piecewise import Piecewise
from neurona.data.encoders.scaled import LIMIT, Marked, Scaled, spread

__all__ = [
    "BOOLEAN_WORDS",
    "KINDS",
    "LIMIT",
    "Boolean",
    "Category",
    "Constant",
    "Date",
    "Encoder",
    "IdLike",
    "Kind",
    "Marked",
    "Numeric",
    "Piecewise",
    "Scaled",
    "Seen",
    "Time",
    "checked_text",
    "numbers_of",
    "spread",
    "texts_of",
]
