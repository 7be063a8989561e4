"""The documents that go with a usage application, as its self-check (別紙1-2) prints them."""

from __future__ import annotations

from dataclasses import replace

from cases.models import Case
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application
from subsidies.packets.payload import Attachment
from subsidies.packets.words import copy_words, in_wareki
from subsidies.rules.assessment import Assessment
from subsidies.rules.requirements import Judged, Per, Requirement, requirements_on
from subsidies.selectors.filing.requirements import facts_of


def attachments_of(case: Case, assessment: Assessment) -> tuple[Attachment, ...]:
    """Return the documents in force on the case's key date beside the forms, each with whether this case needs it.

    The cost of planning and the reuse are those that were assessed, so that the list agrees with the printed figures.
    """
    usage = Application(agency_id=case.agency_id, case=case, kind=ApplicationKind.USAGE)
    facts = replace(
        facts_of(usage),
        planning_cost_yen=sum(line.cost_yen for line in assessment.lines if line.category is CostCategory.PLANNING),
        is_reuse=any(assessment.request.past_subsidies.values()),
    )
    return tuple(_attachment(judged) for judged in requirements_on(facts) if not judged.requirement.is_form)


def _attachment(judged: Judged) -> Attachment:
    requirement = judged.requirement
    return Attachment(_title(requirement), copy_words(requirement.copy), judged.is_needed, in_wareki(judged.why))


def _title(requirement: Requirement) -> str:
    """Return the title with the age that is allowed and how many there are: 見積書(支援機関ごと)."""
    remarks = []
    if requirement.max_age_months is not None:
        remarks.append(f"発行から{requirement.max_age_months}か月以内")
    if requirement.per is not Per.ONCE:
        remarks.append(requirement.per.label)
    return requirement.label + (f"({'、'.join(remarks)})" if remarks else "")
