"""What higher parts of the product have against a step of a case; they register it, the cases need not know of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cases.enums import CaseAction
from cases.models import Case

# Called with a case and the step that it is about to take; returns a sentence against it, or "".
Objector = Callable[[Case, CaseAction], str]
_objectors: Final[dict[str, Objector]] = {}


def let_object(name: str, objector: Objector) -> None:
    """Ask `objector` before every step of a case; one name has one objector."""
    _objectors[name] = objector


def objection_to(case: Case, action: CaseAction) -> str:
    """Return the first sentence against a step of a case; "" where nobody has anything against it."""
    return next((said for objector in _objectors.values() if (said := objector(case, action))), "")
