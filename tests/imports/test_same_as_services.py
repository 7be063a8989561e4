"""A half-done case that was moved in stands exactly where the same case stands that was worked through the services."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from cases.models import Case
from monitoring.models import Deadline
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application
from subsidies.selectors.caps.ledger import cap_ledger_of
from subsidies.selectors.claiming.claims import ClaimSheet, claim_of
from subsidies.selectors.estimate.kept import recomputed
from subsidies.services.deadlines import refresh_agency
from subsidies.services.filing.applications import Beginning, begin_application
from tests.builders import make_ready_case
from tests.casework import reach_planning
from tests.imports.files import Rows, sound_rows, workbook_of
from tests.imports.stories import committed, undone, uploaded
from tests.subsidies.clock_cases import FIRST, claim_a_period, reach_monitoring
from vapup.accounts.models import Member
from vapup.imports.enums import BatchState, CommitMode

ACCEPTED_ON, CLAIMED_ON, FIRST_ON = date(2025, 5, 12), date(2025, 10, 1), date(2026, 10, 5)
LATER = datetime(2026, 10, 6, 1, 0, tzinfo=UTC)


def rows_of(consultant: Member) -> Rows:
    """Return the case of `make_ready_case` as its office kept it in Excel, the first period claimed."""
    rows = sound_rows(1, consultant=consultant.user.email)
    rows["過去の利用"] = []
    days = {"usage_applied_on": ACCEPTED_ON, "usage_accepted_on": ACCEPTED_ON, "usage_decided_on": ACCEPTED_ON}
    rows["案件"][0] |= {"stage": "伴走支援中", **days, "agreed_on": date(2025, 9, 1)}
    rows["費用"] = [
        {"case": "A0000", "category": "計画策定支援費用", "gross_yen": 1_500_000},
        {"case": "A0000", "category": "伴走支援費用", "period": 1, "gross_yen": 500_000},
        {"case": "A0000", "category": "伴走支援費用", "period": 2, "gross_yen": 1_000_000},
        {"case": "A0000", "category": "金融機関交渉費用", "gross_yen": 150_000},
    ]
    rows["伴走支援の回"] = [
        {
            "case": "A0000",
            "number": 1,
            "kind": "伴走支援(405事業)",
            "starts_on": date(2026, 4, 1),
            "ends_on": date(2026, 9, 30),
        },
        {
            "case": "A0000",
            "number": 2,
            "kind": "伴走支援(405事業)",
            "starts_on": date(2026, 10, 1),
            "ends_on": date(2027, 3, 31),
        },
    ]
    paid = {"accepted_on": CLAIMED_ON, "decided_on": CLAIMED_ON, "paid_on": CLAIMED_ON}
    rows["支払申請"] = [
        {
            "case": "A0000",
            "kind": "支払申請(計画策定)",
            "cost_planning": 1_500_000,
            "submitted_on": CLAIMED_ON,
            **paid,
            "decided_yen": 500_000,
            "paid_yen": 500_000,
        },
        {
            "case": "A0000",
            "kind": "支払申請(伴走支援)",
            "period": 1,
            "cost_monitoring": 500_000,
            "submitted_on": FIRST_ON,
        },
    ]
    return rows


def by_services(consultant: Member, manager: Member) -> Case:
    case = make_ready_case(consultant)
    reach_planning(case, consultant, manager, day=ACCEPTED_ON)
    reach_monitoring(Case.objects.get(pk=case.pk), manager)
    claim_a_period(Case.objects.get(pk=case.pk), manager, FIRST, day=FIRST_ON)
    return fresh(case.pk)


def by_import(mover: Member) -> Case:
    batch = uploaded(mover, workbook_of(rows_of(mover)), now=LATER)
    assert (batch.error_count, batch.skipped_count) == (0, 0)
    assert committed(mover, batch, CommitMode.ALL_OR_NOTHING, now=LATER).state == BatchState.COMMITTED
    return fresh(Case.objects.order_by("-pk").values_list("pk", flat=True)[0])


def fresh(pk: int) -> Case:
    return Case.objects.select_related("enterprise", "council", "agency", "consultant__user").get(pk=pk)


def figures(sheet: ClaimSheet) -> dict[str, Any]:
    rows = [(one.category, one.filed_yen, one.cost_yen, one.subsidy_yen, one.due_now_yen) for one in sheet.rows]
    released = [tuple(one.__getattribute__(name) for name in ("category", "amount_yen")) for one in sheet.released]
    totals = (sheet.filed_yen, sheet.cost_yen, sheet.subsidy_yen, sheet.held_yen, sheet.released_yen, sheet.due_now_yen)
    return {"rows": rows, "released": released, "totals": totals, "payments": sheet.assessment.payments}


def claims(case: Case) -> list[dict[str, Any]]:
    found = Application.objects.filter(case=case).exclude(kind=ApplicationKind.USAGE).order_by("pk")
    return [figures(claim_of(one)) for one in found.select_related("case__enterprise", "case__agency", "period")]


def deadlines(case: Case) -> list[tuple[Any, ...]]:
    names = ("kind", "about", "period_number", "counted_from", "claim_by", "safe_by", "yen_at_risk", "state", "met_on")
    return sorted(Deadline.objects.filter(case=case).values_list(*names), key=str)


def ledger(case: Case) -> list[Any]:
    frames = cap_ledger_of(case.enterprise, today=FIRST_ON)
    return [[(row.label, row.cap_yen, row.used_yen, row.open_yen, row.free_yen) for row in one.rows] for one in frames]


@pytest.fixture
def both(consultant: Member, manager: Member, mover: Member) -> tuple[Case, Case]:
    with time_machine.travel(LATER, tick=False):
        return by_services(consultant, manager), by_import(mover)


def test_claims_caps_and_deadlines_are_the_same_to_the_yen(both: tuple[Case, Case], mover: Member) -> None:
    worked, moved = both
    assert moved.stage == worked.stage
    assert claims(moved) == claims(worked)
    # 1,500,000 × 2/3 = 1,000,000, the held half of which comes with the first period: 500,000 × 2/3 = 333,333.
    assert [one["totals"][-1] for one in claims(moved)] == [500_000, 833_333]
    assert ledger(moved) == ledger(worked)
    assert deadlines(moved) == deadlines(worked)
    assert len(deadlines(moved)) > 5
    with time_machine.travel(LATER, tick=False):
        next_claims = []
        for case in both:
            second = case.monitoring_periods.order_by("ends_on")[1]
            beginning = Beginning(kind=ApplicationKind.MONITORING_CLAIM, period_id=second.pk)
            next_claims.append(
                figures(claim_of(begin_application(actor=case.consultant, case_id=case.pk, beginning=beginning)))
            )
    assert next_claims[1] == next_claims[0]
    assert next_claims[1]["rows"][0][0] is CostCategory.MONITORING


def test_what_is_frozen_stays_what_today_works_out(both: tuple[Case, Case]) -> None:
    worked, moved = both
    kept = [
        Application.objects.filter(case=case).order_by("pk").values_list("kind", "number", "figures_sha256")
        for case in (worked, moved)
    ]
    assert list(kept[1]) == list(kept[0])
    assert len(kept[1]) == 3
    assert set(recomputed(moved.agency_id)) == {None}


def test_the_deadlines_are_in_step_with_the_rows(both: tuple[Case, Case]) -> None:
    _, moved = both
    before = list(Deadline.objects.filter(case=moved).order_by("pk").values())
    with time_machine.travel(LATER, tick=False):
        refresh_agency(agency_id=moved.agency_id)
    assert list(Deadline.objects.filter(case=moved).order_by("pk").values()) == before


def test_a_deadline_that_was_put_off_is_put_off(mover: Member) -> None:
    rows = rows_of(mover)
    rows["支払申請"].pop()
    kind = "支払申請(伴走支援)の期限"
    granted = {"until": date(2027, 6, 30), "granted_on": date(2026, 9, 1), "proof": "承認通知"}
    rows["期限"] = [
        {"case": "A0000", "kind": kind, "period": 1, **granted},
        {"case": "A0000", "kind": "金融機関の書面の有効期限", "bank": "七十七銀行", "until": date(2026, 12, 31)},
    ]
    with time_machine.travel(LATER, tick=False):
        batch = committed(mover, uploaded(mover, workbook_of(rows), now=LATER), CommitMode.ALL_OR_NOTHING, now=LATER)
        first = Deadline.objects.get(kind="monitoring_claim", period_number=1)
        assert (first.claim_by, first.safe_by, first.extended_until) == (date(2027, 6, 30),) * 3
        assert first.extensions.get().proof == "承認通知"
        assert Deadline.objects.get(kind="monitoring_claim", period_number=2).claim_by == date(2027, 9, 30)
        assert Deadline.objects.get(kind="letter").claim_by == date(2026, 12, 31)
        before = list(Deadline.objects.order_by("pk").values("claim_by", "state"))
        refresh_agency(agency_id=mover.agency_id)
        assert list(Deadline.objects.order_by("pk").values("claim_by", "state")) == before
        undone(mover, batch)
    assert not Deadline.objects.exists()
