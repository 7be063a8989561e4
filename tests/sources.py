"""The project's own files, as the consistency tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("vapup", "cases", "monitoring", "subsidies")
TEMPLATES = ROOT / "templates"


def named(path: Path) -> str:
    """Return the path as messages show it."""
    return str(path.relative_to(ROOT))


@cache
def modules() -> tuple[Path, ...]:
    """Return the product's Python files, without migrations, which are made by a machine."""
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def modules_of_tests() -> tuple[Path, ...]:
    """Return the tests' Python files."""
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield every call in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """Return the last name of what is called: `filter` in `x.filter(…)`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@cache
def templates(*, kinds: tuple[str, ...] = (".html", ".txt")) -> dict[str, str]:
    """Return the templates by the name under which they are found."""
    files = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in kinds)
    return {str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in files}
