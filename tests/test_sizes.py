"""No file over 400 lines, no function over 80, and every module says what it is."""

import ast
from pathlib import Path

import pytest

import neurona

ROOT = Path(neurona.__file__).parent
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
FILE_LINES, FUNCTION_LINES = 400, 80


@pytest.mark.parametrize("name", FILES)
def test_small_files_of_small_functions_that_say_what_they_are(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= FILE_LINES
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < FUNCTION_LINES, node.name
