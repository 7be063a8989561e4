"""The demonstration office: a believable year of a regional accounting office, made through the product's own services.

Everything goes the way users go, so that history, locks and frozen figures are those of real work.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cases.enums import CaseAction, CaseStage, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, Council, Enterprise
from cases.services.cases import open_case
from cases.services.enterprises import register_enterprise
from cases.services.procedure import advance_case
from cases.services.relations import add_lender, add_past_use
from monitoring.enums import PeriodKind
from monitoring.services import add_period
from subsidies.enums import CostCategory, SubmissionMethod
from subsidies.models import UsageApplication
from subsidies.selectors import assessment_of
from subsidies.services.costs import LineInput, add_cost_line
from subsidies.services.packets import request_packet
from subsidies.services.usage import Approval, approve_usage, decision_hash, request_approval, submit_usage
from vapup import clock
from vapup.accounts.models import Agency, Member, User
from vapup.accounts.tenancy import tenant_scope
from vapup.clock import JAPAN
from vapup.demonstration.story import PATHS, period_days, steps, text_of

FOLDER: Final = Path(__file__).parent
DAYS_TO_FIRST_PERIOD: Final = 190
DAYS_TO_ACCEPTANCE: Final = 58
# The case whose approval waits, and those with papers on their way when the office is first opened.
AWAITS_APPROVAL: Final = ("hikari", SchemeFrame.VUP)
DRAFTED: Final = ("yamada", SchemeFrame.NORMAL)
EXPORTED: Final = ("aobakai", SchemeFrame.NORMAL)


@dataclass(frozen=True, slots=True)
class Office:
    """The people of the office, by e-mail address, and the day that its year ends on."""

    agency: Agency
    members: Mapping[str, Member]
    timeline: Mapping[str, int]
    today: date

    @property
    def manager(self) -> Member:
        """Return who approves."""
        return self.members["manager@example.jp"]

    @property
    def admin(self) -> Member:
        """Return who exports."""
        return self.members["admin@example.jp"]


@transaction.atomic
def found_office(*, today: date) -> Office:
    """Make the office with its people, enterprises and cases."""
    described = _read("office.toml")
    story = _read("cases.toml")
    agency, members = _people(described)
    office = Office(agency, members, story["timeline"], today)
    with tenant_scope(agency.pk):
        enterprises = {row["key"]: _enterprise(office, row) for row in _read("enterprises.toml")["enterprise"]}
        for row in sorted(story["case"], key=lambda case: -int(case["consulted"])):
            _case(office, enterprises[row["enterprise"]], row)
    return office


def log_ins() -> str:
    """Return what `make run` prints about the demonstration office's users."""
    described = _read("office.toml")
    lines = [
        f"  {'・'.join(person['roles']):<12} {person['email']:<26} {person['name']}" for person in described["people"]
    ]
    return f"  Demonstration log-ins (password of all: {described['password']})\n" + "\n".join(lines) + "\n"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _people(described: Mapping[str, Any]) -> tuple[Agency, dict[str, Member]]:
    facts = {key: value for key, value in described.items() if key not in {"people", "password"}}
    agency = Agency.objects.create(**facts)
    password = make_password(described["password"])
    members = {}
    for person in described["people"]:
        user = User.objects.create(email=person["email"], display_name=person["name"], password=password)
        members[person["email"]] = Member.objects.create(agency=agency, user=user, roles=person["roles"])
    return agency, members


def _enterprise(office: Office, row: Mapping[str, Any]) -> Enterprise:
    kept_apart = {"key", "lenders", "past_uses"}
    defaults = {
        "legal_form": LegalForm.COMPANY,
        "corporate_number": "",
        "representative_title": "",
        "capital_yen": None,
    }
    facts = {**defaults, **{key: value for key, value in row.items() if key not in kept_apart}}
    enterprise = register_enterprise(actor=office.manager, facts=facts, is_another=False)
    for lender in row["lenders"]:
        known = {**lender, "role": LenderRole(lender["role"])}
        add_lender(actor=office.manager, enterprise_id=enterprise.pk, facts=known)
    for past_use in row.get("past_uses", ()):
        add_past_use(actor=office.manager, enterprise_id=enterprise.pk, facts=past_use)
    return enterprise


def _case(office: Office, enterprise: Enterprise, row: Mapping[str, Any]) -> None:
    consultant = office.members[row["consultant"]]
    consulted_on = office.today - timedelta(days=row["consulted"])
    facts = {
        "frame": SchemeFrame(row["frame"]),
        "council": Council.objects.get(code=row["council"]),
        "consulted_on": consulted_on,
        "planned_accepted_on": consulted_on + timedelta(days=DAYS_TO_ACCEPTANCE),
        "seeks_guarantee_release": row.get("seeks_guarantee_release", False),
        **{name: text_of(row, name) for name in ("difficulty", "support_outlook", "repeat_use_reason")},
    }
    case = open_case(
        actor=consultant, enterprise_id=enterprise.pk, consultant=consultant, facts=facts, today=consulted_on
    )
    _costs(consultant, case, row)
    _walk(office, consultant, case, row)
    place = (row["enterprise"], SchemeFrame(case.frame))
    if place == AWAITS_APPROVAL and case.stage != CaseStage.WITHDRAWN:
        _request(consultant, case, office.today)
    if place == DRAFTED:
        request_packet(case_id=case.pk, actor=consultant, is_draft=True, today=office.today)
    if place == EXPORTED:
        request_packet(case_id=case.pk, actor=office.admin, is_draft=False, today=office.today)


def _costs(consultant: Member, case: Case, row: Mapping[str, Any]) -> None:
    for line in row["lines"]:
        _line(consultant, case, CostCategory(line["category"]), None, line)
    first_day = case.consulted_on + timedelta(days=DAYS_TO_FIRST_PERIOD)
    days = period_days(first_day, [period["months"] for period in row["periods"]])
    for period, (starts_on, ends_on) in zip(row["periods"], days, strict=True):
        kind = PeriodKind(period["kind"])
        stored = add_period(actor=consultant, case_id=case.pk, kind=kind, starts_on=starts_on, ends_on=ends_on)
        for line in period["lines"]:
            _line(consultant, case, CostCategory(kind.value), stored.pk, line)


def _line(
    consultant: Member, case: Case, category: CostCategory, period_id: int | None, line: Mapping[str, Any]
) -> None:
    application = UsageApplication.objects.filter(case=case).first()
    add_cost_line(
        case_id=case.pk,
        actor=consultant,
        version=application.version if application else 1,
        line=LineInput(
            category=category,
            period_id=period_id,
            work=line["work"],
            person=line["person"],
            hourly_rate_yen=line["rate"],
            minutes=line["minutes"],
            tax_percent=10,
            is_subcontracted=line.get("is_subcontracted", False),
        ),
    )


def _walk(office: Office, consultant: Member, case: Case, row: Mapping[str, Any]) -> None:
    stage = CaseStage(row["stage"])
    for action, day in steps(stage, case.consulted_on, office.timeline):
        if action is CaseAction.SUBMIT_USAGE:
            _approve(office, consultant, case, day)
            submit_usage(
                case_id=case.pk,
                actor=consultant,
                submitted_on=day,
                method=SubmissionMethod.POST,
                receipt_number="",
                today=office.today,
            )
            continue
        reason = text_of(row, "reason") if action is PATHS[stage][-1] else ""
        advance_case(actor=consultant, case_id=case.pk, action=action, occurred_on=day, reason=reason)
    case.refresh_from_db()


def _request(consultant: Member, case: Case, day: date) -> None:
    application = UsageApplication.objects.get(case=case)
    request_approval(
        case_id=case.pk, actor=consultant, version=application.version, note="内容をご確認ください。", now=_at(day, 10)
    )


def _approve(office: Office, consultant: Member, case: Case, day: date) -> None:
    """Have the application approved two days before it is submitted."""
    prepared_on = day - timedelta(days=2)
    _request(consultant, case, prepared_on - timedelta(days=1))
    application = UsageApplication.objects.get(case=case)
    shown = decision_hash(application, assessment_of(application.case))
    approve_usage(
        case_id=case.pk,
        actor=office.manager,
        approval=Approval(shown_sha256=shown, note="見積と単価表の一致を確認しました。"),
        now=_at(prepared_on, 16),
        prepared_on=prepared_on,
    )


def _at(day: date, hour: int) -> datetime:
    """Return that hour of the day, or this moment if it has not come yet."""
    return min(datetime.combine(day, time(hour), tzinfo=JAPAN), clock.now())
