"""Questions about enterprises."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from cases.enums import Industry, LegalForm, LenderRole, Scheme
from cases.models import Case, Council, Enterprise, Lender
from cases.rules.eligibility import Applicant, SmeVerdict, sme_verdict
from cases.selectors.words import enterprises_with, newest_enterprises_with
from cases.workflow import OPEN_STAGES
from vapup.accounts.models import AuditEvent


def enterprises_found(agency_id: int, text: str) -> QuerySet[Enterprise]:
    """Return the agency's enterprises that match `text` (all for an empty one), by reading, with `case_count`."""
    found = Enterprise.objects.for_agency(agency_id).order_by("name_kana", "pk")
    # Counted for the rows of one page alone: a join would be made, and grouped, for every row that is found.
    cases = Case.objects.filter(enterprise=OuterRef("pk")).order_by().values("enterprise").annotate(count=Count("pk"))
    counted = found.annotate(case_count=Coalesce(Subquery(cases.values("count")), 0))
    return counted.filter(enterprises_with(text)) if text else counted


def newest_enterprises(agency_id: int, text: str, *, most: int) -> QuerySet[Enterprise]:
    """Return the newest `most` of `enterprises_found`, newest first, quick however many there are.

    Args:
        text: some words, not none.
    """
    return enterprises_found(agency_id, "").filter(newest_enterprises_with(text, most)).order_by("-pk")


def with_cases(enterprises: QuerySet[Enterprise], which: str) -> QuerySet[Enterprise]:
    """Keep the enterprises with cases under way for "open", with any for "any", without any for "none"."""
    cases = Case.objects.filter(enterprise=OuterRef("pk"))
    if which == "none":
        return enterprises.filter(~Exists(cases))
    return enterprises.filter(Exists(cases.filter(stage__in=OPEN_STAGES) if which == "open" else cases))


def verdicts(enterprise: Enterprise, *, on: date) -> tuple[SmeVerdict, ...]:
    """Return what the SME test says for each scheme on the day `on`."""
    applicant = Applicant(
        LegalForm(enterprise.legal_form),
        Industry(enterprise.industry),
        enterprise.capital_yen,
        enterprise.employee_count,
    )
    return tuple(sme_verdict(applicant, scheme, on=on) for scheme in Scheme)


def lenders_of(enterprise: Enterprise) -> list[Lender]:
    """Return the lenders, the main one first, then the sub-main ones, each by balance."""
    closeness = {role: place for place, role in enumerate(LenderRole.values)}
    return sorted(enterprise.lenders.all(), key=lambda one: (closeness[one.role], -one.balance_yen, one.pk))


def lender_totals(enterprise: Enterprise) -> dict[str, int]:
    """Return the sums of balances and of their guaranteed parts, in yen."""
    sums = enterprise.lenders.aggregate(balance=Sum("balance_yen"), guaranteed=Sum("guaranteed_yen"))
    return {name: amount or 0 for name, amount in sums.items()}


def cases_of(enterprise: Enterprise) -> QuerySet[Case]:
    """Return the cases of an enterprise, newest first."""
    cases = Case.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise)
    return cases.select_related("consultant__user").order_by("-pk")


def council_near(address: str) -> Council | None:
    """Return the council of the prefecture that `address` begins with."""
    return next((council for council in Council.objects.all() if address.startswith(council.prefecture)), None)


def trail(row: Case | Enterprise) -> QuerySet[AuditEvent]:
    """Return everything that happened to an enterprise or a case, newest first."""
    events = AuditEvent.objects.for_agency(row.agency_id)
    return events.filter(object_type=row._meta.model_name or "", object_id=row.pk).order_by("-pk")
