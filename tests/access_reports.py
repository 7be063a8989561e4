"""Who may call the reports, the masters and the browser of the rules, and what their addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVERYBODY: Final = "comav"
REPORTS: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "dashboard:reports": ("coma", None),
    "dashboard:reports_export": ("coma", None),
    "dashboard:rules": (EVERYBODY, None),
    "dashboard:rule_version": (EVERYBODY, None),
    "dashboard:rule_forms": (EVERYBODY, None),
    "dashboard:rule_sources": (EVERYBODY, None),
    "dashboard:masters": (EVERYBODY, None),
    "dashboard:councils": (EVERYBODY, None),
    "dashboard:council": (EVERYBODY, None),
    "dashboard:banks": (EVERYBODY, None),
    "dashboard:bank": (EVERYBODY, None),
}
# Nobody's rows: every agency reads the same.
RULE_VALUES: Final[Mapping[str, str]] = {
    "frame": "normal",
    "since": "2024-04-01",
    "council_code": "04",
    "bank_code": "0125",
}
