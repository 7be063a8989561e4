"""How the agencies of a case are paid."""

from __future__ import annotations

from cases.models import Case, CoAgency, Payee


def payee_of(agency_id: int, co_agency: CoAgency | None = None) -> Payee:
    """Return how an agency is paid, an unsaved row where nothing is recorded; None stands for the agency itself."""
    found = Payee.objects.for_agency(agency_id).filter(co_agency=co_agency).first()
    return found or Payee(agency_id=agency_id, co_agency=co_agency)


def payees_of(case: Case) -> dict[int | None, Payee]:
    """Return how the agencies of a case are paid, by the other agency's id and None for the lead one."""
    rows = Payee.objects.for_agency(case.agency_id).select_related("agency", "co_agency")
    found = rows.filter(co_agency=None) | rows.filter(co_agency__case=case)
    return {one.co_agency_id: one for one in found}
