"""What the code that reckons money and days may not use, found in its syntax trees."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.sources import PACKAGES, ROOT, modules, named

MONEY: Final = (
    *sorted((ROOT / "subsidies").rglob("*.py")),
    *sorted((ROOT / "vapup" / "shared").rglob("*.py")),
    *sorted((ROOT / "cases").rglob("*.py")),
    *sorted((ROOT / "monitoring").rglob("*.py")),
    *sorted((ROOT / "vapup" / "ui").rglob("*.py")),
)
PURE: Final = (
    *sorted((ROOT / "subsidies" / "rules").rglob("*.py")),
    *sorted((ROOT / "monitoring" / "rules").rglob("*.py")),
    *sorted((ROOT / "vapup" / "shared").rglob("*.py")),
    *sorted((ROOT / "cases" / "rules").rglob("*.py")),
    ROOT / "cases" / "workflow.py",
)
# Only the clock asks the machine for the time; the embedded services wait by a counter that tells no time of day.
CLOCK: Final = ROOT / "vapup" / "clock.py"
NAMES_OF_NOW: Final = {"today", "now", "utcnow", "localdate", "time", "fromtimestamp", "utcfromtimestamp"}
CLOCKS: Final = {"date", "datetime", "timezone", "time"}
FORBIDDEN_ROOTS: Final = {"decimal", "random", "os", "socket", "urllib", "requests", "subprocess", "logging"}


def _dotted(node: ast.AST) -> str:
    """Return `datetime.datetime.now` for such an expression, "" for others."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def inexact(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield float literals, divisions that give floats, and names of inexact or rounding arithmetic."""
    for node in ast.walk(tree):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        # What is only read: a column may be called round.
        read = node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else ""
        is_name = read in {"float", "round", "Decimal"}
        is_attribute = isinstance(node, ast.Attribute) and node.attr in {"Decimal", "fsum", "getcontext", "quantize"}
        if is_literal or is_name or is_attribute:
            yield node


def divisions(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every `/` between values; paths are joined with it too, which the caller sorts out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node


def clock_readings(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what asks the machine for today or now: date.today, datetime.now, timezone.now, time.time …"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner, _, name = _dotted(node).rpartition(".")
            is_reading = name in NAMES_OF_NOW and owner.split(".")[-1] in CLOCKS
        else:
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
            is_reading = getattr(node, "module", "") in {"time", "django.utils.timezone"} and bool(names & NAMES_OF_NOW)
        if is_reading:
            yield node


def imported_roots(tree: ast.AST) -> Iterator[str]:
    """Yield the top packages that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def _places(paths: tuple[Path, ...], rule: Callable[[ast.AST], Iterator[ast.AST]]) -> list[str]:
    return [
        f"{named(path)}:{getattr(node, 'lineno', 0)}"
        for path in paths
        if "migrations" not in path.parts
        for node in rule(ast.parse(path.read_text(encoding="utf-8")))
    ]


def _count(rule: Callable[[ast.AST], Iterator[ast.AST]], code: str) -> int:
    return len(list(rule(ast.parse(textwrap.dedent(code)))))


def test_money_is_never_a_float_and_never_rounded() -> None:
    # Points of a drawing and seconds of a server are no money.
    measured = {"subsidies/packets/pictures.py", "monitoring/services/delivery.py"}
    assert [place for place in _places(MONEY, inexact) if place.split(":")[0] not in measured] == []
    assert len(MONEY) > 60
    assert not set().union(*(imported_roots(ast.parse(path.read_text())) for path in MONEY)) & {
        "decimal",
        "math",
        "numpy",
    }


def test_pure_code_divides_paths_only() -> None:
    found = {place.split(":")[0] for place in _places(PURE, divisions)}
    # The folders of the rule data.
    names = ("loading", "chooser", "sources", "top_ups", "requirements_rows", "gate/ticks")
    own = {f"subsidies/rules/{name}.py" for name in names}
    assert found == own | {"cases/rules/eligibility.py", "monitoring/rules/kinds.py"}
    assert len(_places(PURE, divisions)) == 18


def test_nothing_but_the_clock_reads_the_clock() -> None:
    paths = tuple(path for path in modules() if path != CLOCK and "embedded" not in path.parts)
    assert _places(paths, clock_readings) == []
    assert len(_places((CLOCK,), clock_readings)) == 1
    assert {path.relative_to(ROOT).parts[0] for path in paths} == set(PACKAGES)


def test_rules_reach_nothing_outside_themselves() -> None:
    for path in PURE:
        roots = set(imported_roots(ast.parse(path.read_text(encoding="utf-8"))))
        assert not roots & FORBIDDEN_ROOTS, path
        assert "django" not in roots, path
    text = "\n".join(path.read_text(encoding="utf-8") for path in PURE)
    assert "vapup.clock" not in text
    assert "global " not in text


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("rate = 0.6667", 1),
        ("rate = 2e0", 1),
        ("yen = float(x)", 1),
        ("yen = round(x)", 1),
        ("f = round", 1),
        ("yen = Decimal('1')", 1),
        ("import decimal\nyen = decimal.Decimal(1)", 1),
        ("yen = 2 * x // 3", 0),
        ("share = Fraction(2, 3)", 0),
        ("text = '0.5 float( round('", 0),
        ("x = 1j", 1),
    ],
)
def test_the_search_for_inexact_money_sees_it(code: str, count: int) -> None:
    assert _count(inexact, code) == count
    assert _count(inexact, f"def f():\n    {code.splitlines()[-1]}") == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("date.today()", 1),
        ("datetime.now(tz=UTC)", 1),
        ("datetime.datetime.utcnow()", 1),
        ("timezone.now()", 1),
        ("default = timezone.now", 1),
        ("timezone.localdate()", 1),
        ("time.time()", 1),
        ("from django.utils.timezone import now", 1),
        ("from time import time", 1),
        ("date.fromtimestamp(0)", 1),
        ("clock.today()", 0),
        ("clock.now()", 0),
        ("request.today", 0),
        ("from time import monotonic", 0),
    ],
)
def test_the_search_for_clocks_sees_them(code: str, count: int) -> None:
    assert _count(clock_readings, code) == count
    assert _count(clock_readings, f"class A:\n    {code}") == count
