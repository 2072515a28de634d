"""A distribution that is installed nowhere: a module, and metadata that names entry points."""

from __future__ import annotations

from pathlib import Path


def distribution(folder: Path, module: str, source: str, points: dict[str, dict[str, str]]) -> Path:
    """Write one to a folder, which is to be put on sys.path; `points` are objects by group and
    name.
    """
    (folder / f"{module}.py").write_text(source)
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    lines = []
    for group, names in points.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in names.items()), ""]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    return folder
