"""The page's files: a fixed table, and nothing else is handed out."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/lab.js": ("lab.js", "text/javascript; charset=utf-8"),
    "/lab.css": ("lab.css", "text/css; charset=utf-8"),
    "/licenses.txt": ("LICENSES.txt", "text/plain; charset=utf-8"),
}


def page_file(path: str) -> tuple[bytes, str] | None:
    """Return the bytes and the kind of what lies at a path; None if they were not built."""
    name, kind = FILES[path]
    file = STATIC / name
    return (file.read_bytes(), kind) if file.is_file() else None
