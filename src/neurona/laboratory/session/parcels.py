"""A model in other languages and formats, as one file to take along."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from neurona.errors import NeuronaError
from neurona.export.exporters import FOLDERS, write
from neurona.files import save
from neurona.laboratory.fields import Refused

SECONDS = 300
EPOCH_OF_ZIP = (2020, 1, 1, 0, 0, 0)
"""A time for all files, so that the same model is the same parcel."""


def parcel(model: Any, what: str, rows: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a model as an exporter, or the report, writes it.

    Several files are one zip; `rows` is the table, or the set, that a report tells of.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if what == "report":
            return "report.html", _report(model, home, rows)
        try:
            write(model, home / "model", what, **({"name": "model"} if what in FOLDERS else {}))
        except (NeuronaError, ValueError, TypeError, ImportError) as error:
            raise Refused(str(error), "what") from None
        files = sorted(path for path in home.rglob("*") if path.is_file())
        if len(files) == 1:
            return files[0].name, files[0].read_bytes()
        return f"model-{what}.zip", _zip(home, files)


def _zip(home: Path, files: list[Path]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = zipfile.ZipInfo(str(path.relative_to(home)), EPOCH_OF_ZIP)
            archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _report(model: Any, home: Path, rows: str) -> bytes:
    """Return the report, which another process writes: its pictures take no room here."""
    save(model, home / "model.neurona")
    words = ["report", str(home / "model.neurona"), "--data", rows, "--out", str(home / "r.html")]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "neurona", *words],
            capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"The report could not be written: {error}") from None
    path = home / "r.html"
    if not path.is_file():
        why = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise Refused(f"The report could not be written: {why}")
    return path.read_bytes()
