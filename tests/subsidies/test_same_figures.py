"""M03: one case, one set of figures: on every page, in what an approval stores, in the packet and from the command."""

from __future__ import annotations

import io
import json
import re
import sys
from collections import defaultdict
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags

from cases.enums import PaidCategory, SchemeFrame
from cases.models import Case, PastUse
from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.packets.content import content_of
from subsidies.packets.payload import UsagePayload
from subsidies.selectors import assessment_of
from subsidies.selectors.estimate.cost_sheet import application_of, sheet_version
from subsidies.services.filing import approval as approvals
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender, make_period
from tests.conftest import sign_in
from vapup.accounts.models import Member

SEEDS = range(30)
NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
ENDS = (date(2026, 9, 30), date(2027, 3, 31))


def random_case(consultant: Member, dice: Random) -> Case:
    """Store a normal case of any size class, with odd amounts, past uses and zero to two monitoring periods."""
    enterprise = make_enterprise(
        consultant.agency,
        annual_sales_yen=dice.choice((9_999_999, 10**8, 320_000_000, 10**9, 2 * 10**9)) + dice.randrange(1000),
        interest_bearing_debt_yen=dice.choice((0, 10**8, 250_000_000, 10**9)) + dice.randrange(1000),
    )
    make_lender(enterprise)
    case = make_case(consultant, enterprise=enterprise)
    Case.objects.filter(pk=case.pk).update(repeat_use_reason="新しい原因")
    for category in (CostCategory.PLANNING, CostCategory.NEGOTIATION):
        for _ in range(dice.randrange(1, 3)):
            make_cost_line(case, category=category, gross_yen=dice.randrange(11, 2_500_000))
    for ends_on in ENDS[: dice.randrange(3)]:
        gross = dice.randrange(11, 900_000)
        make_cost_line(
            case, category=CostCategory.MONITORING, period=make_period(case, ends_on=ends_on), gross_yen=gross
        )
    if dice.random() < 0.4:
        PastUse.objects.create(
            agency=consultant.agency,
            enterprise=enterprise,
            frame=SchemeFrame.NORMAL,
            category=PaidCategory.PLANNING,
            paid_yen=dice.randrange(1_000_000),
        )
    return Case.objects.get(pk=case.pk)


def command_input(case: Case) -> str:
    """Return the case as a user of the command would write it down from the rows, without the product's own reading."""
    costs: dict[str, int] = defaultdict(int)
    for line in CostLine.objects.filter(case=case, period=None):
        costs[line.category] += line.gross_yen
    periods = case.monitoring_periods.order_by("ends_on")
    past: dict[str, int] = defaultdict(int)
    for use in case.enterprise.past_uses.all():
        past[use.category] += use.paid_yen
    return json.dumps(
        {
            "frame": case.frame,
            "accepted_on": case.planned_accepted_on.isoformat(),
            "enterprise": {
                "annual_sales": case.enterprise.annual_sales_yen,
                "interest_bearing_debt": case.enterprise.interest_bearing_debt_yen,
            },
            "costs": costs,
            "past_subsidies": past,
            "monitoring_periods": [
                {
                    "category": one.kind,
                    "ends_on": one.ends_on.isoformat(),
                    "cost": sum(line.gross_yen for line in one.cost_lines.all()),
                }
                for one in periods
            ],
        }
    )


def from_command(text: str, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> dict[str, Any]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    call_command("assess")
    answer: dict[str, Any] = json.loads(capture.readouterr().out)
    return answer


def yen_on(page: str) -> set[int]:
    """Return every number with thousands separators on a page, as a reader sees it."""
    text = strip_tags(re.sub(r"<(script|style|svg).*?</\1>", "", page, flags=re.DOTALL))
    return {int(found.replace(",", "")) for found in re.findall(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])", text)}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_place_gives_the_same_yen(
    consultant: Member,
    manager: Member,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    seed: int,
) -> None:
    case = random_case(consultant, Random(seed))
    said = from_command(command_input(case), monkeypatch, capsysbinary)
    totals = said["totals"]
    assert totals["cost"] == sum(line.gross_yen for line in case.cost_lines.all())

    browser = sign_in(consultant)
    for part in ("assessment/", "assessment/?part=summary", "usage/", "costs/"):
        shown = yen_on(browser.get(f"/cases/{case.number}/{part}").content.decode())
        figures = {value for name, value in totals.items() if name in {"cost", "subsidy"} and value >= 1000}
        assert figures <= shown, part
    page = browser.get(f"/cases/{case.number}/assessment/").content.decode()
    lines = {line["subsidy"] for line in said["lines"]} | {line["cost"] for line in said["lines"]}
    assert {value for value in lines if value >= 1000} <= yen_on(page)

    frozen = approved(case, consultant, manager)
    assert json.loads(json.dumps(frozen.assessment)) == said
    printed = UsagePayload.from_json(frozen.payload).total
    assert (printed.cost_yen, printed.subsidy_yen) == (totals["cost"], totals["subsidy"])


def approved(case: Case, author: Member, manager: Member) -> Any:
    approvals.request_approval(case_id=case.pk, actor=author, version=sheet_version(case), note="", now=NOW)
    shown = approvals.decision_hash(application_of(case), content_of(application_of(case)))
    approval = approvals.Approval(shown_sha256=shown, override_reason="協議会の了承済み")
    approvals.approve(case_id=case.pk, actor=manager, approval=approval, now=NOW, prepared_on=NOW.date())
    return application_of(case)


def test_the_random_cases_are_of_different_kinds(consultant: Member) -> None:
    """Thirty cases that are all alike would show little."""
    found = [assessment_of(random_case(consultant, Random(seed))) for seed in SEEDS]
    assert len({one.size_class for one in found}) == 3
    assert len({one.totals.subsidy_yen for one in found}) > 20
    assert {bool(one.payments) for one in found} == {True}
    assert any(one.findings for one in found)
