"""Cases that have something in every field of the usage application's forms, in any frame and edition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cases.enums import ExpertList, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, Council, GuidelineProcedure, PastUse
from monitoring.enums import PeriodKind
from subsidies.enums import CostCategory
from subsidies.models import Application
from subsidies.packets.payload import Form, UsagePayload
from subsidies.packets.printing import part_html
from subsidies.packets.usage import build_usage_payload
from subsidies.rules.editions import form_editions
from subsidies.rules.terms import terms_on
from subsidies.selectors import assessment_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender, make_period
from vapup.accounts.models import Member
from vapup.documents.rendering import print_html

PREPARED_ON: Final = date(2025, 4, 30)
FUKUOKA: Final = "40"


def editions() -> Iterator[tuple[SchemeFrame, str, date]]:
    """Yield every frame with each edition, and a day on which it is in use: its last one, if any."""
    for frame, found in form_editions().items():
        for one in found:
            yield SchemeFrame(frame), one.edition, one.effective_to or date(2025, 5, 12)


def make_usage_case(
    consultant: Member, frame: SchemeFrame = SchemeFrame.NORMAL, key_date: date = date(2025, 5, 12)
) -> Case:
    """Store a case of Fukuoka with a second bank, another agency, odd yen, and words in every box."""
    enterprise = make_enterprise(consultant.agency, corporate_number="9123456789012")
    enterprise.representative_title, enterprise.phone, enterprise.postal_code = "代表取締役", "0225-00-0001", "986-0022"
    enterprise.founded_on = date(1989, 1, 8)
    enterprise.save()
    make_lender(enterprise, guaranteed_yen=45_678_901)
    make_lender(enterprise, role=LenderRole.OTHER, bank_name="石巻信用金庫", balance_yen=1_234_567)
    case = make_case(consultant, enterprise=enterprise, frame=frame, planned_accepted_on=key_date)
    case.council = Council.objects.get(code=FUKUOKA)
    case.difficulty, case.support_outlook = "原料の高騰により資金繰りが悪化した。", "主要行は返済の猶予に前向きである。"
    case.seeks_guarantee_release = True
    case.save()
    CoAgency.objects.create(
        agency=consultant.agency,
        case=case,
        name="みなと診断士事務所",
        representative="港 一郎",
        certification_number="77",
    )
    if frame == SchemeFrame.SME_GL:
        GuidelineProcedure.objects.create(
            agency=consultant.agency,
            case=case,
            expert_name="宮沢 理一",
            expert_office="宮沢公認会計士事務所",
            expert_list=ExpertList.PRACTITIONERS,
            appointed_on=date(2025, 5, 1),
        )
    _add_costs(case, frame, key_date)
    return case


def _add_costs(case: Case, frame: SchemeFrame, key_date: date) -> None:
    terms = terms_on(frame, key_date).by_category
    for place, category in enumerate(one for one in terms if terms[one].in_frame):
        if category in set(PeriodKind.values):
            period = make_period(case, kind=PeriodKind(category), ends_on=date(key_date.year + place, 9, 30))
            make_cost_line(case, category=category, period=period, gross_yen=50_001 + place, work=f"報告の支援{place}")
        else:
            make_cost_line(case, category=category, gross_yen=612_347 + place, work=f"調査と計画の策定{place}")


def add_past_use(case: Case, paid_yen: int = 123_457) -> None:
    """Store an earlier use of the same frame, and why there is another."""
    PastUse.objects.create(
        agency_id=case.agency_id,
        enterprise=case.enterprise,
        frame=case.frame,
        category=CostCategory.PLANNING,
        paid_yen=paid_yen,
        accepted_on=date(2017, 8, 1),
        note="前回の計画",
    )
    case.repeat_use_reason = "主要な取引先の撤退という、前回と異なる要因による。"
    case.save()


def usage_payload(case: Case) -> UsagePayload:
    """Return what the case prints."""
    application = Application(agency_id=case.agency_id, case=case)
    return build_usage_payload(application=application, assessment=assessment_of(case), prepared_on=PREPARED_ON)


def form_of(payload: UsagePayload, code: str) -> Form:
    """Return a form of a packet by its code."""
    return next(form for form in payload.forms if form.code == code)


def printed_form(payload: UsagePayload, form: Form) -> bytes:
    """Return one form as a PDF."""
    return print_html(part_html(payload, form, is_draft=False), identifier="test", is_part=True).content
