"""Clean claims whose hours are logged: what `rows` builds, with a rate card, a diary, approved weeks and agencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from cases.models import Case, CoAgency
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory, PaperPlace, PaperStatus, WeekState
from subsidies.models import (
    Application,
    ClaimLine,
    CostLine,
    GateTick,
    Paper,
    Settlement,
    WorkEntry,
    Worker,
    WorkerRate,
    WorkWeek,
)
from subsidies.selectors import assess_request_of
from subsidies.selectors.filing.requirements import requirements_of
from tests.builders import make_period
from tests.subsidies.gate.rows import ADDRESS, NAME, Packet, claim_packet
from vapup import clock
from vapup.accounts.models import Member
from vapup.shared.dates import monday_of

RATE_YEN: Final = 10_000
NINE: Final = 9 * 60
WEEK: Final = timedelta(days=7)
FIRST_DAY: Final = date(2025, 5, 20)
MONITORING_DAY: Final = date(2026, 11, 10)
OTHER_AGENCY: Final = "仙台経営診断事務所"


def make_worker(case: Case, name: str = "佐藤 花子", co_agency: CoAgency | None = None) -> Worker:
    """Store a person of the rate card at 10,000 yen an hour."""
    worker = Worker.objects.create(agency=case.agency, name=name, co_agency=co_agency)
    WorkerRate.objects.create(agency=case.agency, worker=worker, valid_from=date(2025, 4, 1), hourly_rate_yen=RATE_YEN)
    return worker


def make_entry(
    case: Case, worker: Worker, by: Member, day: date, *, line: CostLine | None, minutes: int = 300
) -> WorkEntry:
    """Store hours from nine o'clock, in a week that somebody approved."""
    approve_week(worker, by, day)
    return WorkEntry.objects.create(
        agency=case.agency,
        case=case,
        worker=worker,
        cost_line=line,
        worked_on=day,
        starts_minute=NINE,
        ends_minute=NINE + minutes,
        minutes=minutes,
        content="資金繰り表の前提を社長に聞き取り",
        entered_by=by,
    )


def approve_week(worker: Worker, by: Member, day: date) -> None:
    """Store the approved week of a day."""
    stamps: dict[str, Any] = {"requested_by": by, "requested_at": clock.now(), "decided_by": by}
    WorkWeek.objects.get_or_create(
        agency=worker.agency,
        worker=worker,
        monday=monday_of(day),
        defaults={**stamps, "decided_at": clock.now(), "state": WeekState.APPROVED},
    )


def log_hours(line: CostLine, worker: Worker, by: Member, *, first_on: date, hours: int) -> tuple[date, date]:
    """Store five hours a week until `hours` are full; return the first and the last day."""
    days = [first_on + WEEK * number for number in range(-(-hours // 5))]
    for number, day in enumerate(days):
        make_entry(line.case, worker, by, day, line=line, minutes=60 * min(5, hours - 5 * number))
    return days[0], days[-1]


def quote(line: CostLine, *, hours: int, **values: Any) -> CostLine:
    """Let a line quote so many hours at 10,000 yen: with 10 % tax 11,000 yen each."""
    net_yen = RATE_YEN * hours
    amounts = {"minutes": hours * 60, "net_yen": net_yen, "tax_yen": net_yen // 10, "gross_yen": net_yen * 11 // 10}
    CostLine.objects.filter(pk=line.pk).update(**amounts, **values)
    line.refresh_from_db()
    return line


def worked_plan(consultant: Member) -> Packet:
    """Store a plan claim of 135 logged hours.

    135 × 11,000 = 1,485,000 of the 1,500,000 filed; two thirds are 990,000, of which 495,000 now; 495,000 own.
    """
    packet = claim_packet(consultant)
    worker = make_worker(packet.case)
    line = quote(CostLine.objects.get(case=packet.case), hours=135, worker=worker, person=str(worker))
    first, last = log_hours(line, worker, consultant, first_on=FIRST_DAY, hours=135)
    claim_yen(packet, 1_485_000, worked_from=first, worked_to=last)
    settle(packet, cost_yen=1_485_000, council_yen=495_000, own_yen=495_000)
    return packet


def claim_yen(packet: Packet, cost_yen: int, **days: date) -> None:
    """Let the claim state the same amount as cost, statement and hours."""
    packet.change(packet.line, **dict.fromkeys(("cost_yen", "statement_yen", "hours_yen"), cost_yen), **days)


def settle(packet: Packet, *, cost_yen: int, council_yen: int, own_yen: int) -> None:
    """Let the lead agency's invoices and transfer be these."""
    amounts = {"council_invoice_yen": council_yen, "own_invoice_yen": own_yen, "transferred_yen": own_yen}
    packet.change(packet.settlement, cost_yen=cost_yen, **amounts)


def worked_agencies(consultant: Member) -> Packet:
    """Store the plan claim of two agencies, 90 and 45 hours; the parts of 990,000 and 495,000 are two to one."""
    packet = _with_other(worked_plan(consultant))
    other = CoAgency.objects.get(case=packet.case)
    lead_line = CostLine.objects.get(case=packet.case)
    lead = lead_line.worker
    quote(lead_line, hours=90, worker=None)
    line = _other_line(lead_line, other)
    worker = make_worker(packet.case, "阿部 健", other)
    late = WorkEntry.objects.filter(worker=lead).order_by("-worked_on").values_list("pk", "worked_on")[:9]
    for pk, day in late:
        approve_week(worker, consultant, day)
        WorkEntry.objects.filter(pk=pk).update(worker=worker, cost_line=line)
    return packet


def paper_agencies(consultant: Member) -> Packet:
    """Store the plan claim of two agencies whose hours are kept on paper, and a third one without a part."""
    packet = claim_packet(consultant)
    claim_yen(packet, 1_485_000)
    packet = _with_other(packet)
    lead_line = quote(CostLine.objects.get(case=packet.case), hours=90)
    _other_line(lead_line, CoAgency.objects.get(case=packet.case))
    third = _agency(packet.case, "盛岡会計")
    Settlement.objects.create(agency=third.agency, application=packet.application, co_agency=third, cost_yen=0)
    complete(packet, consultant)
    return packet


def _with_other(packet: Packet) -> Packet:
    """Add another agency with a third of the claim: 495,000 of cost, 165,000 from the council now, 165,000 own."""
    other = _agency(packet.case, OTHER_AGENCY)
    settle(packet, cost_yen=990_000, council_yen=330_000, own_yen=330_000)
    own: dict[str, Any] = {"own_invoice_yen": 165_000, "transferred_yen": 165_000, "council_invoice_yen": 165_000}
    Settlement.objects.create(
        agency=other.agency,
        application=packet.application,
        co_agency=other,
        contracted_on=date(2025, 5, 16),
        cost_yen=495_000,
        council_invoiced_on=date(2026, 1, 20),
        own_invoiced_on=date(2026, 1, 20),
        transferred_on=date(2026, 1, 30),
        is_single_purpose=True,
        payer=NAME,
        payee=OTHER_AGENCY,
        **own,
    )
    complete(packet, packet.case.consultant)
    return packet


def _agency(case: Case, name: str) -> CoAgency:
    return CoAgency.objects.create(
        agency=case.agency, case=case, name=name, certification_expires_on=date(2028, 3, 31), address="宮城県仙台市"
    )


def _other_line(lead: CostLine, other: CoAgency) -> CostLine:
    line = CostLine.objects.get(pk=lead.pk)
    line.pk, line.co_agency, line.work, line.worker = None, other, "事業DD", None
    line.save(force_insert=True)
    return quote(line, hours=45)


def worked_monitoring(consultant: Member) -> Packet:
    """Store the claim of the first of two periods after a plan claim that was paid: 30 of 30 logged hours.

    330,000 × 2/3 = 220,000, and the second half of the plan: 1,000,000, of which 500,000. Own 110,000.
    """
    plan = claim_packet(consultant)
    case = plan.case
    worker = make_worker(case)
    first, second = make_period(case), make_period(case, ends_on=date(2027, 3, 31))
    line = _period_line(case, first, worker)
    _period_line(case, second, worker)
    usage = Application.objects.get(case=case, kind=ApplicationKind.USAGE)
    Application.objects.filter(pk=usage.pk).update(assessed=assess_request_of(case).as_dict())
    Application.objects.filter(pk=plan.application.pk).update(
        state=ApplicationState.PAID, submitted_on=date(2026, 2, 20)
    )
    claim = Application.objects.create(
        agency=case.agency, case=case, kind=ApplicationKind.MONITORING_CLAIM, period=first
    )
    days = log_hours(line, worker, consultant, first_on=date(2026, 9, 15), hours=30)
    stated = dict.fromkeys(("cost_yen", "statement_yen", "hours_yen"), 330_000)
    claimed = ClaimLine.objects.create(
        agency=case.agency,
        application=claim,
        category=CostCategory.MONITORING,
        worked_from=days[0],
        worked_to=days[1],
        **stated,
    )
    settlement = Settlement.objects.create(
        agency=case.agency,
        application=claim,
        cost_yen=330_000,
        council_invoiced_on=date(2026, 10, 25),
        council_invoice_yen=720_000,
        own_invoiced_on=date(2026, 10, 25),
        own_invoice_yen=110_000,
        transferred_on=date(2026, 11, 5),
        transferred_yen=110_000,
        is_single_purpose=True,
        payer=NAME,
        payee=case.agency.name,
    )
    packet = replace(plan, application=claim, day=MONITORING_DAY, papers={}, settlement=settlement, line=claimed)
    complete(packet, consultant)
    return packet


def _period_line(case: Case, period: Any, worker: Worker) -> CostLine:
    return CostLine.objects.create(
        agency=case.agency,
        case=case,
        category=CostCategory.MONITORING,
        period=period,
        work="期中の確認と報告",
        worker=worker,
        person=str(worker),
        hourly_rate_yen=RATE_YEN,
        minutes=1_800,
        net_yen=300_000,
        tax_yen=30_000,
        gross_yen=330_000,
    )


def complete(packet: Packet, by: Member) -> None:
    """Store every needed paper that is not there yet, and every tick."""
    application = packet.fresh()
    stored = {(one.requirement, one.co_agency_id, one.lender_id) for one in application.papers.all()}
    for slot in requirements_of(application):
        key = (
            slot.requirement.id,
            slot.co_agency.pk if slot.co_agency else None,
            slot.lender.pk if slot.lender else None,
        )
        if slot.is_needed and key not in stored:
            Paper.objects.create(
                agency=application.agency,
                application=application,
                requirement=slot.requirement.id,
                co_agency=slot.co_agency,
                lender=slot.lender,
                status=PaperStatus.CHECKED,
                place=PaperPlace.OFFICE,
                is_original=True,
                stated_edition="r7",
                stated_address=ADDRESS if slot.requirement.id == "registry_certificate" else "",
                checked_by=by,
                checked_at=clock.now(),
            )
    _tick(packet, by)


def _tick(packet: Packet, by: Member) -> None:
    from subsidies.selectors.gate.verdict import gate_of  # noqa: PLC0415 - only to know which ticks are open

    GateTick.objects.bulk_create(
        GateTick(agency=packet.case.agency, application=packet.application, code=one.id, ticked_by=by)
        for one in gate_of(packet.fresh(), today=packet.day).unticked
    )
