"""What higher parts of the product have against a step of a case, or against taking a case to another enterprise.

They register it; the cases need not know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from cases.enums import CaseAction
from cases.models import Case

# Called with a case and the step that it is about to take; returns a sentence against it, or "".
Objector = Callable[[Case, CaseAction], str]
# Called with ids of cases and an instant; returns the first of what was approved on them since and still is, by the
# number of the case and its own name, or None.
Approvals = Callable[[Collection[int], datetime], tuple[str, str] | None]
_objectors: Final[dict[str, Objector]] = {}
_approvals: Final[dict[str, Approvals]] = {}


def let_object(name: str, objector: Objector) -> None:
    """Ask `objector` before every step of a case; one name has one objector."""
    _objectors[name] = objector


def objection_to(case: Case, action: CaseAction) -> str:
    """Return the first sentence against a step of a case; "" where nobody has anything against it."""
    return next((said for objector in _objectors.values() if (said := objector(case, action))), "")


def tell_approvals(name: str, approvals: Approvals) -> None:
    """Ask `approvals` before a merge is taken back; one name has one answer."""
    _approvals[name] = approvals


def approved_since(cases: Collection[int], instant: datetime) -> tuple[str, str] | None:
    """Return what was approved on some cases after an instant and still is: the number of the first, and its name."""
    return next((said for told in _approvals.values() if (said := told(cases, instant))), None)
