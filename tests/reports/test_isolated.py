"""Letters of other scripts: kept apart in sentences, and drawn if a font has them."""

from matplotlib.figure import Figure

from neurona.reports.page.document import Document, Facts, Grid, Text
from neurona.reports.page.fragments import escaped
from neurona.reports.page.html import as_html
from neurona.reports.page.isolated import FIRST, LAST, isolated
from neurona.reports.page.markdown import as_markdown
from neurona.reports.plots import letters

HEAT, OIL = "\u05d7\u05d5\u05dd \u05d2\u05d1\u05d5\u05d4", "\u0632\u064a\u062a"
SAID = f"{HEAT} 1.63, {OIL} 0.23"


def test_a_number_stays_beside_the_name_that_it_is_of():
    assert isolated(SAID) == f"{FIRST}{HEAT}{LAST} 1.63, {FIRST}{OIL}{LAST} 0.23"
    assert isolated("load 1.63, \u64cd\u4f5c 0.23") == "load 1.63, \u64cd\u4f5c 0.23"


def test_sentences_facts_and_tables_of_a_page_keep_them_apart():
    page = Document("t", "", [Text(SAID), Facts([(OIL, "1")]), Grid([""], [[HEAT]])])
    html = as_html(page)
    for name in (HEAT, OIL):
        assert html.count(f"<bdi>{name}</bdi>") == 2
    text, _ = as_markdown(page, "pictures")
    assert f"{FIRST}{HEAT}{LAST} 1.63" in text


def test_spaces_of_every_kind_are_no_boxes():
    assert escaped("4\u00a0% of\u202f9") == "4\u00a0% of\u202f9"
    assert escaped("a\x07b") == "a\ufffdb"


def test_letters_are_drawn_in_a_font_that_has_them(monkeypatch):
    has = {"one.ttf": "\u64cd", "two.ttf": "\u64cd\u4f5c", "all.ttf": "\u64cd\u4f5c"}
    fonts = [Font("One", "one.ttf"), Font("Two", "two.ttf"), Font(letters.BOXES, "all.ttf")]
    manager = letters.need("matplotlib.font_manager")
    monkeypatch.setattr(manager, "fontManager", type("M", (), {"ttflist": fonts}))
    monkeypatch.setattr(letters, "_letters", lambda path: frozenset(has.get(path, "abc")))
    letters._font_with.cache_clear()
    figure = Figure()
    strange, plain = figure.text(0, 0, "\u64cd\u4f5c"), figure.text(0, 0, "abc")
    before = plain.get_fontfamily()
    letters.with_letters(figure)
    letters.with_letters(figure)
    letters._font_with.cache_clear()
    assert strange.get_fontfamily() == [*before, "Two"] and plain.get_fontfamily() == before


class Font:
    def __init__(self, name, fname):
        self.name, self.fname, self.style = name, fname, "normal"
