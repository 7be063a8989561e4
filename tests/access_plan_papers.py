"""The papers of a plan in the access tests: who sees the list, and who may take a file away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PLAN_PAPERS: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "monitoring:bank_pack": ("comav", None),
    "monitoring:bank_pack_file": ("cm", None),
}
