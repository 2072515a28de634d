"""What was said of rows that are held out, kept beside the journal: of a search that is taken up,
nothing is trained again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
from pathlib import Path

import numpy as np

from neurona.data.table import Column
from neurona.files.atomic import write_atomically

FOLDER = "search-unseen"
MODEL = "model"
"""What the default's answers are called."""


class Unseen:
    """Answers by name and fold, in memory and in a folder.

    Parameters
    ----------
    folder : Path
        That of the search.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._known: dict[tuple[str, int], Column] = {}

    def get(self, name: str, part: int = 0) -> Column | None:
        """Return answers; None where nothing is known, or a file is damaged."""
        if (name, part) not in self._known:
            with contextlib.suppress(OSError, ValueError, EOFError):
                self._known[name, part] = np.load(self._file(name, part), allow_pickle=False)
        return self._known.get((name, part))

    def of(self, name: str, part: int = 0) -> Column:
        """Return answers that are known."""
        found = self.get(name, part)
        assert found is not None
        return found

    def put(self, name: str, part: int, answers: Column) -> None:
        """Keep answers."""
        self._known[name, part] = answers
        self._folder.mkdir(exist_ok=True)
        written = io.BytesIO()
        np.save(written, answers, allow_pickle=False)
        write_atomically(self._file(name, part), [written.getvalue()])

    def forget(self) -> None:
        """Remove the files: the search is done."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, name: str, part: int) -> Path:
        digest = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
        return self._folder / f"{digest}-{part}.npy"
