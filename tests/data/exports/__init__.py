"""Tables as other programs write them: a name, the bytes, and the columns that are right.

The forms are those of the programs' own documentation and of files that people published; the
numbers are made here.
"""

from tests.data.exports import (
    bench,
    field,
    laboratory,
    listings,
    machines,
    office,
    programs,
    records,
)

EXPORTS = [
    *bench.EXPORTS,
    *field.EXPORTS,
    *laboratory.EXPORTS,
    *listings.EXPORTS,
    *machines.EXPORTS,
    *office.EXPORTS,
    *programs.EXPORTS,
    *records.EXPORTS,
]
