"""The demonstration office: a believable year of a regional accounting office, made through the product's own services.

Everything goes the way users go, so that history, locks and frozen figures are those of real work.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cases.enums import CaseStage, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, Council, Enterprise
from cases.services.cases import open_case
from cases.services.enterprises import register_enterprise
from cases.services.payees import save_own_payee
from cases.services.relations import add_lender, add_past_use
from monitoring.enums import PeriodKind
from monitoring.services.periods import add_period
from subsidies.enums import CostCategory
from subsidies.models import Application
from subsidies.services.estimate.costs import LineInput, add_cost_line
from subsidies.services.estimate.sheet import usage_of
from subsidies.services.filing.applications import USAGE
from subsidies.services.output.packets import request_packet
from vapup.accounts.models import Agency, Member, User
from vapup.accounts.tenancy import tenant_scope
from vapup.demonstration.hours import Diary, open_diary
from vapup.demonstration.journey import PLAN_CLAIM, Travellers, ask_for_approval, take
from vapup.demonstration.planned import DRAFTED as PLAN_DRAFTED
from vapup.demonstration.planned import FOLLOWED, begin_plan, fiscal_month, plan_and_follow, times_of
from vapup.demonstration.story import period_days, steps, text_of
from vapup.work import touch, unit_of_work

FOLDER: Final = Path(__file__).parent
MANAGER: Final = "manager@example.jp"
DAYS_TO_FIRST_PERIOD: Final = 190
DAYS_TO_ACCEPTANCE: Final = 58
# The case whose approval waits, and those with papers on their way when the office is first opened.
AWAITS_APPROVAL: Final = ("hikari", SchemeFrame.VUP)
DRAFTED: Final = ("yamada", SchemeFrame.NORMAL)
EXPORTED: Final = {
    ("aobakai", SchemeFrame.NORMAL): USAGE,
    ("sakura", SchemeFrame.SME_GL): USAGE,
    ("kitazawa", SchemeFrame.NORMAL): PLAN_CLAIM,
    ("tanaka", SchemeFrame.VUP): PLAN_CLAIM,
}


@dataclass(frozen=True, slots=True)
class Office:
    """The people of the office, by e-mail address, and the day that its year ends on."""

    agency: Agency
    members: Mapping[str, Member]
    timeline: Mapping[str, int]
    today: date
    diary: Diary

    @property
    def manager(self) -> Member:
        """Return who approves."""
        return self.members[MANAGER]

    @property
    def admin(self) -> Member:
        """Return who exports."""
        return self.members["admin@example.jp"]


@transaction.atomic
def found_office(*, today: date) -> Office:
    """Make the office with its people, enterprises and cases."""
    described = _read("office.toml")
    story = _read("cases.toml")
    agency, members = _people(described, certified_until=date(today.year + 2, 3, 31))
    with tenant_scope(agency.pk):
        save_own_payee(actor=members[MANAGER], version=1, facts=described["account"])
        diary = open_diary(agency, members, manager=members[MANAGER], today=today)
        office = Office(agency, members, story["timeline"], today, diary)
        described_as = {row["key"]: row for row in _read("enterprises.toml")["enterprise"]}
        described_as[FOLLOWED[0]]["fiscal_year_end_month"] = _fiscal_month(story, today)
        enterprises = {key: _enterprise(office, row) for key, row in described_as.items()}
        for row in sorted(story["case"], key=lambda case: -int(case["consulted"])):
            _case(office, enterprises[row["enterprise"]], row)
        diary.close_weeks()
        with unit_of_work():
            touch("agency", agency.pk, agency.pk)
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


def _people(described: Mapping[str, Any], *, certified_until: date) -> tuple[Agency, dict[str, Member]]:
    facts = {key: value for key, value in described.items() if key not in {"people", "password", "account"}}
    agency = Agency.objects.create(**facts, certification_expires_on=certified_until)
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
    office.diary.assign(case)
    _walk(office, consultant, case, row)
    office.diary.log_so_far(case, key=row["enterprise"])
    place = (row["enterprise"], SchemeFrame(case.frame))
    if place == AWAITS_APPROVAL and case.stage != CaseStage.WITHDRAWN:
        usage_of(case)
        ask_for_approval(_travellers(office, consultant), case, USAGE, office.today)
    if place == DRAFTED:
        request_packet(case_id=case.pk, actor=consultant, is_draft=True, today=office.today)
    if place in EXPORTED:
        key = EXPORTED[place]
        request_packet(case_id=case.pk, actor=office.admin, is_draft=False, today=office.today, key=key)
    if make := {FOLLOWED: plan_and_follow, PLAN_DRAFTED: begin_plan}.get(place):
        make(case, consultant=consultant, manager=office.manager, today=office.today)


def _fiscal_month(story: Mapping[str, Any], today: date) -> int:
    """Return the month in which the year of the followed enterprise ends, so that its first period ends with it."""
    row = next(one for one in story["case"] if (one["enterprise"], SchemeFrame(one["frame"])) == FOLLOWED)
    return fiscal_month(times_of(today - timedelta(days=row["consulted"]), DAYS_TO_FIRST_PERIOD, today))


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
    application = Application.objects.filter(case=case).first()
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
    who = _travellers(office, consultant)
    way = steps(stage, case.consulted_on, office.timeline, SchemeFrame(case.frame))
    for number, (action, day) in enumerate(way, 1):
        take(who, case, action, day, row, is_last=number == len(way))


def _travellers(office: Office, consultant: Member) -> Travellers:
    return Travellers(consultant, office.manager, office.today, office.diary)
