"""Documents name files and pages that exist, and decisions are numbered without gaps."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "neurona"
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *SOURCE.rglob("README.md"),
        ROOT / "benchmarks" / "README.md",
    ]
)
PATH = re.compile(r"`([a-z_/]+(?:\.py|/))`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    for name in PATH.findall(text):
        # a file alone, and a folder of a run, may be anywhere
        if "/" in name.rstrip("/"):
            homes = (ROOT, SOURCE, page.parent)
            assert any((home / name).exists() for home in homes), name
    for link in LINK.findall(text):
        assert (page.parent / link).exists(), link


def test_decisions_are_numbered():
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))
