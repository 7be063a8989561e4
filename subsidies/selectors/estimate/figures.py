"""What can be said of the figures of a case today: laid out, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases.models import Case
from subsidies.models import Application
from subsidies.rules.assessment import assess
from subsidies.rules.parameters import FrameNotOpen
from subsidies.selectors import request_from
from subsidies.selectors.estimate.assessment_page import AssessmentPage, assessment_page_of, limit_words
from subsidies.selectors.filing.requirements import CaseRows
from vapup.documents.payload import content_hash


@dataclass(frozen=True, slots=True)
class Figures:
    """The assessment of a case.

    Attributes:
        page: None where the frame takes no applications on the key date; `closed` says so then.
        limits: which limits decide the subsidy, in words.
        approved_subsidy_yen: of the approved application, where it differs from what the rows give now.
    """

    page: AssessmentPage | None
    closed: str
    limits: tuple[str, ...]
    approved_subsidy_yen: int | None


def figures_of(case: Case, *, today: date, rows: CaseRows | None = None) -> Figures:
    """Assess a case as its rows stand now and compare it with what was approved.

    Args:
        rows: the rows of the case, for who has read them already.
    """
    known = rows or CaseRows(case)
    try:
        assessment = assess(request_from(case, known.cost_lines, known.periods, known.past_subsidies))
    except FrameNotOpen as error:
        return Figures(None, error.message, (), None)
    approved = Application.objects.for_agency(case.agency_id).usage().frozen().filter(case=case)
    application = approved.first()
    differs = application is not None and application.assessment_sha256 != content_hash(assessment.as_dict())
    return Figures(
        assessment_page_of(case, assessment, today=today),
        "",
        limit_words(assessment),
        application.assessment["totals"]["subsidy"] if application is not None and differs else None,
    )
