"""The journal: whatever was written whole is read back, whatever was cut or changed is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neurona.choosing.journal import Journal

LINES = st.lists(
    st.dictionaries(
        st.text(max_size=5), st.none() | st.integers() | st.text(max_size=9), min_size=1, max_size=4
    ),
    max_size=5,
)


@given(LINES, st.data())
def test_a_journal_that_was_cut_anywhere(tmp_path_factory, lines, data):
    path = tmp_path_factory.mktemp("journal") / "search.jsonl"
    journal = Journal(path)
    for line in lines:
        journal.append(line)
    journal.close()
    content = path.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:cut])
    again = Journal(path)
    count = content[:cut].count(b"\n")
    assert again.lines == lines[:count] and again.damaged <= 1
    again.append({"after": 1})
    again.close()
    last = Journal(path)
    last.close()
    assert last.lines == [*lines[:count], {"after": 1}]
