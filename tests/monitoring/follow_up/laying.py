"""The schedule laid as it is proposed."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.enums import Frequency
from cases.models import Case
from monitoring.rules.schedule import Change, difference
from monitoring.selectors.follow_up_schedule import agreed_of, changes_hash, planned_of, received_on
from monitoring.services.schedule import lay_schedule
from vapup.accounts.models import Member


def lay_as_proposed(*, actor: Member, case_id: int, starts_on: date, months: int = 18) -> tuple[Change, ...]:
    """Lay yearly periods from a day on; what hangs on a period keeps it."""
    case = Case.objects.select_related("enterprise").get(pk=case_id)
    terms: dict[str, Any] = {"starts_on": starts_on, "months": months, "frequency": Frequency.YEARLY}
    agreed = agreed_of(case, **terms, counted_from=received_on(case))
    seen = changes_hash(difference(planned_of(case), agreed))
    return lay_schedule(actor=actor, case_id=case_id, **terms, moves_costed=False, seen=seen)
