"""Let the deadlines of cases follow what a unit of work changed, and work all of them out again."""

from __future__ import annotations

from datetime import datetime

from cases.models import Case
from cases.workflow import OPEN_STAGES
from monitoring.services import ledger
from subsidies.selectors.clocks import clocks_of
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.work import touch, unit_of_work


def follow_cases(agency_id: int, ids: frozenset[int], now: datetime) -> None:
    """Bring the deadlines of cases up to their rows."""
    with tenant_scope(agency_id):
        ledger.hold_cases(agency_id, ids)
        cases = Case.objects.for_agency(agency_id).filter(pk__in=ids).select_related("enterprise", "agency")
        for case in cases.order_by("pk"):
            ledger.keep_case(case, clocks_of(case), now=now)


def follow_enterprises(agency_id: int, ids: frozenset[int], _now: datetime) -> None:
    """Let the open cases of enterprises be followed: their fiscal year or an earlier subsidy may have changed."""
    with tenant_scope(agency_id):
        cases = Case.objects.for_agency(agency_id).filter(enterprise_id__in=ids, stage__in=OPEN_STAGES)
        for pk in cases.order_by("pk").values_list("pk", flat=True):
            touch("case", agency_id, pk)


def refresh_agency(*, agency_id: int) -> int:
    """Work out every deadline of an agency again, a case at a time; return how many cases were looked at.

    The rows follow their cases by themselves. This is for what moves without a write: another edition of the rules.
    """
    with tenant_scope(agency_id):
        ids = list(Case.objects.for_agency(agency_id).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        with tenant_scope(agency_id), unit_of_work():
            touch("case", agency_id, pk)
    with tenant_scope(agency_id), unit_of_work():
        touch("agency", agency_id, agency_id)
    return len(ids)


def refresh_all() -> int:
    """Work out the deadlines of all agencies again; return how many cases were looked at."""
    return sum(refresh_agency(agency_id=pk) for pk in Agency.objects.order_by("pk").values_list("pk", flat=True))
