"""What the usage application of a case filed: the frozen facts of its approval, or the estimate as it stands."""

from __future__ import annotations

from dataclasses import replace

from cases.models import Case
from subsidies.models import Application
from subsidies.rules.request import AssessRequest, parse_request
from subsidies.selectors import assess_request_of


def filed_request_of(case: Case) -> AssessRequest:
    """Return the facts that were filed; the acceptance day that is known by now picks the rules.

    Raises:
        InvalidRequest: what was frozen cannot be read any more.
    """
    usage = Application.objects.for_agency(case.agency_id).usage().frozen().filter(case=case).first()
    if usage is None or usage.assessed is None:
        return assess_request_of(case)
    return replace(parse_request(usage.assessed), accepted_on=case.key_date)
