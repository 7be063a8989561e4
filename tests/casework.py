"""What a test does with an application that is not what the test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cases.models import Case
from subsidies.enums import OPEN_STATES, SubmissionMethod
from subsidies.models import Application, GateOverride, GateTick, ReturnItem
from subsidies.packets.content import content_of
from subsidies.selectors.estimate.cost_sheet import application_of
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing import council
from subsidies.services.filing.applications import USAGE, ApplicationKey
from subsidies.services.filing.approval import Approval, approve, request_approval, shown_hash
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

DAY = date(2025, 5, 1)
NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
REASON = "協議会に電話で確かめ、このまま提出してよいと回答を得た。"


def pass_gate(application: Application, *, today: date) -> None:
    """Let an application through the gate by the reasons of a manager, whatever it still lacks."""
    managers = Member.objects.for_agency(application.agency_id).filter(roles__contains=[Role.MANAGER.value])
    manager = managers.select_related("agency", "user").order_by("pk").first()
    if manager is None or application.pk is None or application.state not in OPEN_STATES:
        return
    report = gate_of(application, today=today)
    # Stored at once: through the services, each of some fifteen findings would judge the whole gate again.
    own = {"agency_id": application.agency_id, "application": application, "round": application.returned_count}
    ticks = (GateTick(**own, code=row.tick.id, ticked_by=manager) for row in report.ticks)
    GateTick.objects.bulk_create(ticks, ignore_conflicts=True)
    closing = [row.finding for row in report.rows if row.is_closing]
    GateOverride.objects.bulk_create(
        (
            GateOverride(**own, code=one.code, about=one.about, message=one.message, reason=REASON, made_by=manager)
            for one in closing
        ),
        update_conflicts=True,
        unique_fields=["application", "round", "code", "about"],
        update_fields=["message"],
    )


def answer_returns(case: Case, author: Member, *, key: ApplicationKey = USAGE) -> None:
    """Answer everything that the council found wrong and nobody has answered yet."""
    application = application_at(case, key)
    items = ReturnItem.objects.filter(application_id=application.pk, answer="").order_by("pk")
    for item in items:
        council.answer_item(case_id=case.pk, actor=author, item_id=item.pk, answer="直した。", now=NOW)


def shown_of(case: Case, *, key: ApplicationKey = USAGE) -> str:
    """Return what a page carries of an application, so that a decision is about what was shown."""
    application = application_at(case, key)
    return shown_hash(application, content_of(application))


def approve_application(case: Case, author: Member, manager: Member, *, key: ApplicationKey = USAGE) -> Application:
    """Have an application asked for and approved at the fixed moment of these tests, after every return answered."""
    answer_returns(case, author, key=key)
    application = application_at(case, key)
    version = application.version if application.pk else 1
    request_approval(case_id=case.pk, actor=author, version=version, note="", now=NOW, key=key)
    approval = Approval(shown_sha256=shown_of(case, key=key), override_reason=REASON)
    return approve(case_id=case.pk, actor=manager, approval=approval, now=NOW, prepared_on=DAY, key=key)


def submit_application(
    case: Case, author: Member, manager: Member, *, key: ApplicationKey = USAGE, day: date
) -> Application:
    """Have an application approved, let through the gate, and submitted on `day`."""
    approve_application(case, author, manager, key=key)
    pass_gate(application_at(case, key), today=day)
    submission = council.Submission(submitted_on=day, method=SubmissionMethod.POST)
    return council.submit(case_id=case.pk, actor=author, submission=submission, today=day, key=key)


def reach_planning(case: Case, author: Member, manager: Member, *, day: date) -> None:
    """Bring a prepared case to 計画策定中, everything on one day."""
    submit_application(case, author, manager, day=day)
    council.record_acceptance(case_id=case.pk, actor=author, accepted_on=day, receipt_number="R7-1", today=day)
    council.record_decision(case_id=case.pk, actor=author, decided_on=day, decided_yen=None, today=day)


def application_at(case: Case, key: ApplicationKey = USAGE) -> Application:
    """Return an application as a fresh request would load it."""
    fresh = Case.objects.select_related("enterprise", "council", "agency", "consultant__user").get(pk=case.pk)
    if key == USAGE:
        return application_of(fresh)
    found = Application.objects.select_related("period").get(case=fresh, kind=key.kind, number=key.number)
    found.case = fresh
    return found
