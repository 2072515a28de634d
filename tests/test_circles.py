"""No module imports, in however many steps, a module that imports it."""

import ast
from functools import cache
from pathlib import Path

import pytest

import neurona

ROOT = Path(neurona.__file__).parent


def module_files() -> dict[str, Path]:
    """Return every module of neurona with its file; a package is its `__init__`."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = ("neurona", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def imports(tree: ast.AST, modules: dict[str, Path]) -> set[str]:
    """Return the modules that a file imports, at its top or in its functions, types aside."""
    found, waiting = set(), [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if is_for_types(node):
                continue
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, "relative imports are not read here"
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= {name if name in modules else node.module for name in names}
            elif not isinstance(node, ast.expr):
                waiting.append(node)
    return found & set(modules)


@cache
def graph() -> dict[str, set[str]]:
    """Return what each module imports of neurona."""
    modules = module_files()
    found = {
        name: imports(ast.parse(path.read_text(encoding="utf-8")), modules) - {name}
        for name, path in modules.items()
    }
    assert sum(map(len, found.values())) > 500
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of more than one module (R. Tarjan 1972)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(module: str) -> None:
        index[module] = lowest[module] = len(index)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in index:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], index[other])
        if lowest[module] == index[module]:
            place = stack.index(module)
            if len(stack) - place > 1:
                found.append(sorted(stack[place:]))
            del stack[place:]

    for module in graph:
        if module not in index:
            visit(module)
    return found


def package_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_imports_are_read_wherever_they_stand():
    text = """
from typing import TYPE_CHECKING
import m.a
if TYPE_CHECKING:
    from m.types import T
def f():
    if True:
        from m import b
        from m.c import name
"""
    modules = {f"m.{name}": Path() for name in ("a", "b", "c", "types")} | {"m": Path()}
    assert imports(ast.parse(text), modules) == {"m.a", "m.b", "m.c"}


@pytest.mark.parametrize("package", sorted({package_of(name) for name in module_files()}))
def test_no_circle_of_imports(package):
    whole = graph()
    inside = {name for name in whole if package_of(name) == package}
    assert circles({name: whole[name] & inside for name in inside}) == []


def test_no_circle_between_packages():
    for circle in circles(graph()):
        assert len({package_of(name) for name in circle}) == 1, circle
