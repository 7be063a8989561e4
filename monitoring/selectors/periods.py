"""Questions about planned periods."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.models import Case
from monitoring.models import MonitoringPeriod


def periods_of(case: Case) -> QuerySet[MonitoringPeriod]:
    """Return the periods of a case in the order of their last days."""
    return MonitoringPeriod.objects.for_agency(case.agency_id).filter(case=case).order_by("ends_on", "pk")
