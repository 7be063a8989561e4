"""Other texts in the place of those that people typed, and papers read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

# What the product itself writes: codes that drawings and tables go by.
CODES: Final = frozenset(
    {"key", "source", "target", "kind", "id", "state", "case_number", "actual", "share", "shown", "achieved"}
)


def planted(value: Any, text_of: Callable[[str], str], name: str = "") -> Any:
    """Return frozen content with every text of people replaced; `text_of` gets the name of its field."""
    if name in CODES:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: planted(getattr(value, one.name), text_of, one.name) for one in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(planted(one, text_of, name) for one in value)
    return text_of(name) if isinstance(value, str) and value else value


def in_thousands(yen: int | None) -> str:
    """Write an amount as wide tables do, reckoned apart from the product."""
    if yen is None:
        return "—"
    digits = f"{abs(yen) // 1000:,}"
    return f"△{digits}" if yen <= -1000 else digits
