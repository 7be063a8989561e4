"""Cases taken to their claims by the services, for the tests of the forms of claims, and their forms as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from cases.enums import CaseAction, Consent, LenderRole, SchemeFrame
from cases.models import Case, CoAgency
from cases.services.guideline import record_guideline
from cases.services.procedure import advance_case
from monitoring.enums import PeriodKind
from subsidies.enums import ApplicationKind, CostCategory, PaymentMethod
from subsidies.models import Application
from subsidies.packets.contents import live_content
from subsidies.packets.payload import Form, PacketContent
from subsidies.packets.printing import part_html
from subsidies.selectors.claiming.claims import claim_of
from subsidies.services.claiming.claims import save_claim_lines, save_settlement
from subsidies.services.filing import council
from subsidies.services.filing.applications import ApplicationKey, Beginning, begin_application
from tests.builders import make_case, make_cost_line, make_lender, make_period, make_stance
from tests.casework import application_at, reach_planning, submit_application
from tests.subsidies.packet_cases import text_of
from vapup.accounts.models import Member
from vapup.documents.rendering import print_html

C, F, K, P = CostCategory, SchemeFrame, ApplicationKind, PeriodKind
ACCEPTED_ON, AGREED_ON, CLAIMED_ON = date(2025, 5, 12), date(2025, 11, 20), date(2025, 12, 8)
FOLLOWED_ON = date(2026, 10, 15)
WORKED: Final = (date(2025, 6, 16), date(2025, 8, 5))
PLAN_CLAIM: Final = ApplicationKey(K.PLAN_CLAIM)
FRAMES: Final = (F.NORMAL, F.SME_GL, F.VUP, F.VUP_BANK)
# What each frame files for its planning, and for its periods; odd yen, so that halves and thirds are.
FILED: Final[Mapping[SchemeFrame, dict[CostCategory, int]]] = {
    F.NORMAL: {C.PLANNING: 1_500_001, C.NEGOTIATION: 123_457},
    F.SME_GL: {C.DUE_DILIGENCE: 2_345_679, C.PLANNING: 1_999_999},
    F.VUP: {C.PLANNING: 223_457, C.NEGOTIATION: 100_001},
    F.VUP_BANK: {C.PLANNING: 223_457},
}
PERIODS: Final[Mapping[SchemeFrame, tuple[PeriodKind, ...]]] = {
    F.NORMAL: (P.REGULAR, P.REGULAR),
    F.SME_GL: (P.REGULAR, P.REGULAR),
    F.VUP: (P.INTERIM, P.CLOSING),
    F.VUP_BANK: (),
}
PERIOD_YEN: Final = {P.REGULAR: 333_331, P.INTERIM: 66_667, P.CLOSING: 70_001}
GUIDELINE: Final = {
    "expert_name": "宮沢 理一",
    "expert_office": "宮沢公認会計士事務所",
    "main_creditors_agreed_on": date(2025, 6, 2),
    "appointed_on": date(2025, 6, 9),
    "standstill_requested_on": date(2025, 6, 20),
    "standstill_until": date(2025, 12, 20),
    "report_on": date(2025, 11, 4),
    "meeting_on": AGREED_ON,
    "meeting_place": "石巻商工会議所 会議室",
}
GUIDELINE_STEPS: Final = (
    (CaseAction.APPOINT_EXPERT, date(2025, 6, 9)),
    (CaseAction.REQUEST_STANDSTILL, date(2025, 6, 20)),
    (CaseAction.RECORD_SURVEY, date(2025, 11, 4)),
    (CaseAction.RECORD_MEETING, AGREED_ON),
)


def filed_case(consultant: Member, frame: SchemeFrame, *, others: tuple[str, ...] = ()) -> Case:
    """Store a prepared case with a bank, the guarantee corporation, its costs, periods and other agencies."""
    case = make_case(consultant, frame=frame)
    case.seeks_guarantee_release = C.NEGOTIATION in FILED[frame]
    case.save()
    make_lender(case.enterprise, balance_yen=180_000_000, guaranteed_yen=30_000_000)
    make_lender(case.enterprise, role=LenderRole.GUARANTOR, balance_yen=0, bank_name="宮城県信用保証協会")
    for name in others:
        CoAgency.objects.create(agency_id=case.agency_id, case=case, name=name, representative="佐々木 蔵之介")
    for category, yen in FILED[frame].items():
        make_cost_line(case, category=category, gross_yen=yen, work=f"{category.label}の業務")
    for year, kind in enumerate(PERIODS[frame]):
        period = make_period(case, kind=kind, ends_on=date(2026 + year, 9, 30))
        make_cost_line(
            case, category=C(kind.value), gross_yen=PERIOD_YEN[kind], period=period, work=f"第{year + 1}回の報告"
        )
    return case


def accepted_case(
    consultant: Member, manager: Member, frame: SchemeFrame, *, others: tuple[str, ...] = (), day: date = ACCEPTED_ON
) -> Case:
    """Bring such a case to 計画策定中, its banks having agreed and got the plan."""
    case = filed_case(consultant, frame, others=others)
    reach_planning(case, consultant, manager, day=day)
    for lender in case.enterprise.lenders.order_by("pk"):
        told = {"consent": Consent.AGREED, "consented_on": AGREED_ON}
        handed = {"plan_handed_on": date(2025, 11, 10), "receipt_on": date(2025, 11, 12)}
        make_stance(case, lender, conditions="元金の返済を1年猶予する。", **told, **handed)
    case.refresh_from_db()
    return case


def begin(case: Case, actor: Member, kind: ApplicationKind, **what: Any) -> Application:
    """Begin an application and return it as a request would load it."""
    begun = begin_application(actor=actor, case_id=case.pk, beginning=Beginning(kind=kind, **what))
    return application_at(case, ApplicationKey(kind, begun.number))


def plan_claim(case: Case, actor: Member, *, less_yen: int = 0, parts: tuple[int, ...] = ()) -> Application:
    """Begin the plan claim of a case whose planning cost so much less than filed, split among agencies as told."""
    return enter(begin(case, actor, K.PLAN_CLAIM), actor, CLAIMED_ON, WORKED, less_yen=less_yen, parts=parts)


def enter(
    claim: Application,
    actor: Member,
    day: date,
    worked: tuple[date, date],
    *,
    less_yen: int = 0,
    parts: tuple[int, ...] = (),
) -> Application:
    """Enter what a claim cost and how its own share was paid.

    Args:
        parts: the costs of all agencies but the last, which gets the rest.
    """
    key = ApplicationKey(K(claim.kind), claim.number)
    lines = {row.category: _line(row.filed_yen - less_yen, worked) for row in claim_of(claim).rows}
    save_claim_lines(actor=actor, application_id=claim.pk, version=claim.version, lines=lines, today=day)
    claim = application_at(claim.case, key)
    costs = (*parts, claim_of(claim).cost_yen - sum(parts))
    others = claim.case.co_agencies.order_by("id").values_list("pk", flat=True)
    for co_agency_id, cost_yen in zip((None, *others), costs, strict=True):
        _settle(claim, actor, day, co_agency_id, {"cost_yen": cost_yen}, version=1)
    for share in claim_of(application_at(claim.case, key)).agencies:
        paid = {
            "cost_yen": share.cost_yen,
            "council_invoiced_on": day,
            "council_invoice_yen": share.council_yen,
            "own_invoice_yen": share.own_yen,
            "transferred_on": day,
            "transferred_yen": share.own_yen,
        }
        _settle(claim, actor, day, share.co_agency.pk if share.co_agency else None, paid, version=2)
    return application_at(claim.case, key)


def _line(cost_yen: int, worked: tuple[date, date]) -> dict[str, Any]:
    first, last = worked
    same = {"statement_yen": cost_yen, "hours_yen": cost_yen}
    return {"cost_yen": cost_yen, **same, "worked_from": first, "worked_to": last}


def _settle(
    claim: Application, actor: Member, day: date, co_agency_id: int | None, facts: dict[str, Any], *, version: int
) -> None:
    blank = dict.fromkeys(("council_invoiced_on", "council_invoice_yen", "own_invoiced_on", "own_invoice_yen"))
    fixed = {"method": PaymentMethod.TRANSFER, "withheld_yen": 0, "fee_deducted_yen": 0, "is_single_purpose": True}
    empty = {"transferred_on": None, "transferred_yen": None, "has_gross_invoice": False}
    names = {"payer": claim.case.enterprise.name, "payee": "振込先"}
    save_settlement(
        actor=actor,
        application_id=claim.pk,
        co_agency_id=co_agency_id,
        version=version,
        facts={"contracted_on": ACCEPTED_ON, **blank, **fixed, **empty, **names, **facts},
        today=day,
    )


def agree(case: Case, actor: Member) -> None:
    """Bring a case from 計画策定中 to the agreement of its banks."""
    steps = GUIDELINE_STEPS if case.frame == F.SME_GL else ((CaseAction.RECORD_AGREEMENT, AGREED_ON),)
    if case.frame == F.SME_GL:
        record_guideline(actor=actor, case_id=case.pk, version=1, facts=GUIDELINE, today=CLAIMED_ON)
    for action, day in steps:
        advance_case(actor=actor, case_id=case.pk, action=action, occurred_on=day)
    case.refresh_from_db()


def monitored_case(consultant: Member, manager: Member, frame: SchemeFrame, *, others: tuple[str, ...] = ()) -> Case:
    """Bring a case to 伴走支援中, its plan claim paid as filed; all agencies but the last had 33,333 yen of it."""
    case = accepted_case(consultant, manager, frame, others=others)
    agree(case, consultant)
    plan_claim(case, consultant, parts=(33_333,) * len(others))
    submit_application(case, consultant, manager, key=PLAN_CLAIM, day=CLAIMED_ON)
    due_yen = claim_of(application_at(case, PLAN_CLAIM)).due_now_yen
    heard: dict[str, Any] = {"case_id": case.pk, "actor": consultant, "today": FOLLOWED_ON, "key": PLAN_CLAIM}
    council.record_decision(decided_on=date(2026, 1, 13), decided_yen=due_yen, **heard)
    council.record_payment(paid_on=date(2026, 1, 30), paid_yen=due_yen, **heard)
    case.refresh_from_db()
    return case


def monitoring_claim(
    case: Case, actor: Member, *, number: int = 1, less_yen: int = 0, parts: tuple[int, ...] = ()
) -> Application:
    """Begin the claim of a period, counted from 1."""
    period = case.monitoring_periods.order_by("ends_on")[number - 1]
    worked = (date(2026, 9, 1), date(2026, 9, 30)) if number == 1 else (date(2027, 9, 1), date(2027, 9, 30))
    begun = begin(case, actor, K.MONITORING_CLAIM, period_id=period.pk)
    return enter(begun, actor, date(worked[1].year, 11, 2), worked, less_yen=less_yen, parts=parts)


def content(application: Application, *, day: date = CLAIMED_ON) -> Any:
    """Return what an application prints."""
    return live_content(application, today=day)


def form_of(payload: PacketContent, code: str, *, agency: int = 0) -> Form:
    """Return a form of the packet; one that the case leaves out is made up from the first form."""
    found = [form for form in payload.forms if form.code == code and form.agency == agency]
    assert found, f"{code} is no form of this packet: {[form.code for form in payload.forms]}"
    return found[0]


def printed(payload: PacketContent, form: Form, folder: Path) -> str:
    """Return the text of one form as pdftotext reads it."""
    html = part_html(payload, form, is_draft=False)
    return text_of(print_html(html, identifier=payload.sha256, is_part=True).content, folder)
