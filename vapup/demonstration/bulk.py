"""Bulk data for measuring: many agencies and cases, quickly, with the invariants of real data kept."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final, TypeVar

from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from cases.enums import CaseStage, Industry, SchemeFrame
from cases.models import Case, Enterprise
from monitoring.models import Deadline
from monitoring.services.ledger import new_row
from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.selectors.clocks import clocks_of_bare
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member, User

M = TypeVar("M", bound=models.Model)

BATCH: Final = 500  # each statement within the time that one may take, on a busy machine too
UNUSABLE: Final = make_password(None)
HEADS: Final = (
    "青空",
    "山手",
    "東西",
    "丸一",
    "北斗",
    "若葉",
    "千歳",
    "大和",
    "朝日",
    "白樺",
    "富士見",
    "瑞穂",
    "髙砂",
    "濵田",
    "渡邊",
)
TAILS: Final = (
    "製作所",
    "水産",
    "商店",
    "建設",
    "運輸",
    "食品",
    "印刷",
    "木工",
    "旅館",
    "農園",
    "電機",
    "薬局",
    "硝子",
    "繊維",
    "酒造",
)
KANA: Final = (
    "アオゾラ",
    "ヤマノテ",
    "トウザイ",
    "マルイチ",
    "ホクト",
    "ワカバ",
    "チトセ",
    "ヤマト",
    "アサヒ",
    "シラカバ",
)
FRAMES: Final = (SchemeFrame.NORMAL, SchemeFrame.NORMAL, SchemeFrame.VUP, SchemeFrame.SME_GL)
STAGES: Final = (
    CaseStage.CONSULTATION,
    CaseStage.PREPARING,
    CaseStage.APPLIED,
    CaseStage.PLANNING,
    CaseStage.MONITORING,
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were added."""

    agencies: int
    enterprises: int
    cases: int
    cost_lines: int
    deadlines: int


@transaction.atomic
def load(*, agency_count: int, case_count: int, today: date, seed: int = 7) -> Loaded:
    """Add `agency_count` agencies with `case_count` cases in all, spread evenly, each with two cost lines.

    Their deadlines are those that their rows ask for, looked at from the start of `today` on.
    """
    first = Agency.objects.count() + 1
    agencies = _save(Agency(name=f"第{n}会計事務所", slug=f"load-{n}") for n in range(first, first + agency_count))
    return fill(_members(agencies), case_count=case_count, today=today, seed=seed)


def fill(
    offices: Mapping[Agency, Sequence[Member]], *, case_count: int, today: date, first: int = 0, seed: int = 7
) -> Loaded:
    """Add `case_count` cases to agencies that stand, spread evenly; a case's consultant is one of its agency's members.

    As `load` does: two cost lines each, and the deadlines that their rows ask for. The numbers of the cases begin after
    the `first` that are there already.
    """
    chance = random.Random(seed)  # noqa: S311
    agencies = list(offices)
    members = {agency.pk: people for agency, people in offices.items()}
    enterprises = _save(_enterprise(agencies[n % len(agencies)], n, chance) for n in range(first, first + case_count))
    cases = _save(_case(one, members, n, today, chance) for n, one in enumerate(enterprises, first))
    lines = _save(line for case in cases for line in _lines(case, chance))
    deadlines = _save(_deadlines(cases, lines, today))
    return Loaded(len(agencies), len(enterprises), len(cases), len(lines), len(deadlines))


def _save(rows: Iterator[M]) -> list[M]:
    saved: list[M] = []
    while batch := list(islice(rows, BATCH)):
        saved += type(batch[0])._default_manager.bulk_create(batch)
    return saved


def _members(agencies: list[Agency]) -> dict[Agency, list[Member]]:
    """Make three consultants in each agency, without passwords, the first of them manager and admin too."""
    users = _save(
        User(email=f"{a.slug}-{n}@example.jp", display_name=f"担当 {n}", password=UNUSABLE)
        for a in agencies
        for n in range(3)
    )
    roles = [[Role.CONSULTANT, Role.MANAGER, Role.ADMIN], [Role.CONSULTANT], [Role.CONSULTANT]]
    members = _save(
        Member(agency=agencies[n // 3], user=user, roles=[role.value for role in roles[n % 3]])
        for n, user in enumerate(users)
    )
    return {agency: members[3 * place : 3 * place + 3] for place, agency in enumerate(agencies)}


def _enterprise(agency: Agency, n: int, chance: random.Random) -> Enterprise:
    sales = chance.randrange(20_000_000, 2_000_000_000, 1_000)
    return Enterprise(
        agency=agency,
        name=f"株式会社{chance.choice(HEADS)}{chance.choice(TAILS)}{n + 1}",
        name_kana=f"{chance.choice(KANA)}{n + 1}",
        representative="見本 太郎",
        address="東京都千代田区霞が関9-9-9",
        industry=chance.choice(list(Industry)),
        business="製造・販売",
        capital_yen=10_000_000,
        employee_count=chance.randrange(1, 50),
        fiscal_year_end_month=chance.randrange(1, 13),
        annual_sales_yen=sales,
        interest_bearing_debt_yen=chance.randrange(0, sales, 1_000),
    )


def _case(
    enterprise: Enterprise, members: Mapping[int, Sequence[Member]], n: int, today: date, chance: random.Random
) -> Case:
    stage = chance.choice(STAGES)
    consulted = today - timedelta(days=chance.randrange(40, 400))  # so that no recorded day lies ahead
    applied = consulted + timedelta(days=30) if stage not in {CaseStage.CONSULTATION, CaseStage.PREPARING} else None
    accepted = consulted + timedelta(days=40) if stage in {CaseStage.PLANNING, CaseStage.MONITORING} else None
    return Case(
        agency_id=enterprise.agency_id,
        number=f"L-{n + 1:06d}",
        enterprise=enterprise,
        frame=chance.choice(FRAMES),
        stage=stage,
        council_id=f"{chance.randrange(1, 48):02d}",
        consultant=chance.choice(members[enterprise.agency_id]),
        consulted_on=consulted,
        planned_accepted_on=consulted + timedelta(days=40),
        usage_applied_on=applied,
        usage_accepted_on=accepted,
        usage_decided_on=accepted,
        accepted_on=accepted,
    )


def _lines(case: Case, chance: random.Random) -> Iterator[CostLine]:
    for position, work in enumerate(("現状の調査分析", "計画の策定支援")):
        minutes = chance.randrange(60, 3000, 30)
        net = 10_000 * minutes // 60
        yield CostLine(
            agency_id=case.agency_id,
            case=case,
            category=CostCategory.PLANNING,
            position=position,
            work=work,
            person="見本 太郎(税理士)",
            hourly_rate_yen=10_000,
            minutes=minutes,
            net_yen=net,
            tax_yen=net // 10,
            gross_yen=net + net // 10,
        )


def _deadlines(cases: list[Case], lines: list[CostLine], today: date) -> Iterator[Deadline]:
    per_case = len(lines) // len(cases)
    for n, case in enumerate(cases):
        for found in clocks_of_bare(case, lines[n * per_case : (n + 1) * per_case]):
            yield new_row(case.agency_id, case, found, now=clock.start_of(today))
