"""The Lab beside its goals: how soon it is there, how fast it draws, how soon it obeys.

`python -m benchmarks.lab [SECONDS] [--minutes N]`: first a page that draws nothing, looks at all
six views of the two moons at grid 100, and acknowledges each frame at once; then, where there is
one, a headless Chromium. Both last SECONDS (10); with --minutes the memory is watched for so long.
"""

from __future__ import annotations

import argparse
from importlib import metadata

from benchmarks.lab_browser import browser_part
from benchmarks.lab_page import memory_part, page_part
from benchmarks.lab_report import Report
from neurona.laboratory.page import FILES, STATIC

BASE = ("starlette", "uvicorn", "websockets", "h11", "anyio", "idna", "typing_extensions")
"""What the Lab's server brings into an installation."""


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.lab")
    words.add_argument("seconds", nargs="?", type=float, default=10.0)
    words.add_argument("--minutes", type=float, default=0.0)
    given = words.parse_args()
    report = Report()
    report.title("Sizes")
    page = sum((STATIC / name).stat().st_size for name, _ in FILES.values())
    report.line("the page", page / 1000, "kB", most=300)
    report.line("what its server adds to an installation", _installed() / 1e6, "MB", most=10)
    page_part(report, given.seconds)
    browser_part(report, given.seconds)
    if given.minutes:
        memory_part(report, given.minutes)
    report.end()


def _installed() -> int:
    size = 0
    for name in BASE:
        try:
            found = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue
        for file in found:
            path = file.locate()
            size += path.stat().st_size if path.is_file() else 0  # type: ignore[attr-defined]
    return size


if __name__ == "__main__":
    main()
