"""What other programs write is read as a person reads it, or one sentence says what to do."""

from __future__ import annotations

import pytest

from neurona import TableError, read_table
from neurona.data.columns import find_column
from tests.data.exports import EXPORTS


def cells_of(column):
    if column.dtype.kind == "O":
        return column.tolist()
    return [None if cell != cell else cell for cell in column.tolist()]


@pytest.mark.parametrize("export", EXPORTS, ids=[one.name for one in EXPORTS])
def test_exports(tmp_path, export):
    path = tmp_path / export.file
    path.write_bytes(export.content)
    if isinstance(export.columns, tuple):
        with pytest.raises(TableError) as error:
            read_table(path)
        said = str(error.value)
        assert "\n" not in said and all(part in said for part in export.columns), said
        return
    table = read_table(path)
    for name, cells in export.columns.items():
        assert cells_of(table[name]) == cells
    for name, kind in export.kinds.items():
        assert find_column(table, name).kind == kind
    for part in export.said:
        assert any(part in note for note in table.notes), table.notes
    assert table.rows == (3 if "plate, columns" in export.name else 12)
