"""`manage.py deadlines`: the open deadlines to the contract, the nearest first, in constant memory."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from tests.builders import make_agency, make_case, make_member
from tests.monitoring.post import make_deadline
from vapup.accounts.models import Member
from vapup.commands import InvalidInput

KEYS = [
    "case",
    "kind",
    "period",
    "counted_from",
    "safe_by",
    "claim_by",
    "lapses_on",
    "yen_at_risk",
    "days_left",
    "confirmed",
]


def lines(*arguments: str) -> list[dict[str, Any]]:
    said = io.StringIO()
    call_command("deadlines", "--json", *arguments, stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_line_has_the_keys_of_the_contract(consultant: Member) -> None:
    make_deadline(
        make_case(consultant, number="C-2026-0012"),
        kind=DeadlineKind.MONITORING_CLAIM,
        period_number=2,
        safe_by=date(2026, 12, 25),
        claim_by=date(2026, 12, 27),
        lapses_on=date(2026, 12, 28),
        is_confirmed=False,
    )
    (line,) = lines("--today=2026-11-24")
    assert list(line) == KEYS
    assert line == {
        "case": "C-2026-0012",
        "kind": "monitoring_claim",
        "period": 2,
        "counted_from": "2025-12-25",
        "safe_by": "2026-12-25",
        "claim_by": "2026-12-27",
        "lapses_on": "2026-12-28",
        "yen_at_risk": 1_500_000,
        "days_left": 31,  # to 25 December, the day to aim at
        "confirmed": False,
    }


def test_only_open_ones_by_their_safe_day(consultant: Member) -> None:
    case = make_case(consultant)
    for state in set(DeadlineState) - {DeadlineState.OPEN}:
        make_deadline(case, state=state)
    for day in (20, 3, 11):
        make_deadline(case, safe_by=date(2026, 12, day))
    assert [one["safe_by"] for one in lines()] == ["2026-12-03", "2026-12-11", "2026-12-20"]


def test_the_agencys_own_has_no_case_and_one_agency_can_be_asked_for(consultant: Member) -> None:
    elsewhere = make_member(make_agency(slug="elsewhere"))
    make_deadline(make_case(elsewhere, number="C-2026-0099"), safe_by=date(2027, 1, 8))
    day = date(2026, 12, 1)
    Deadline.objects.create(
        agency_id=consultant.agency_id,
        kind=DeadlineKind.CERTIFICATION,
        counted_from=day,
        claim_by=day,
        safe_by=day,
        lapses_on=day + timedelta(days=1),
        clause="5年ごと",
        source_url="https://example.jp/",
    )
    assert [one["case"] for one in lines()] == [None, "C-2026-0099"]
    assert [one["case"] for one in lines("--agency=elsewhere")] == ["C-2026-0099"]


def test_days_left_go_below_zero_and_today_may_be_japanese(consultant: Member) -> None:
    make_deadline(make_case(consultant), safe_by=date(2026, 12, 1))
    assert lines("--today=令和8年12月4日")[0]["days_left"] == -3


def test_without_json_it_is_a_table_for_people(consultant: Member) -> None:
    make_deadline(make_case(consultant, number="C-2026-0012"))
    make_deadline(make_case(consultant), kind=DeadlineKind.TAX_RETURN, yen_at_risk=0, is_confirmed=False)
    said = io.StringIO()
    call_command("deadlines", "--today=2026-11-24", stdout=said)
    first, second = said.getvalue().splitlines()
    for words in ("C-2026-0012", "2026-12-24(あと30日)", "1,500,000円", "支払申請(計画策定)の期限"):
        assert words in first
    assert "未確認" in second
    said = io.StringIO()
    call_command("deadlines", "--today=2026-12-26", stdout=said)
    assert "2日超過" in said.getvalue()


@pytest.mark.parametrize(
    ("argument", "code", "field"),
    [("--today=soon", "invalid_date", "today"), ("--agency=nobody", "no_such_agency", "agency")],
)
def test_bad_input_is_named(db: None, argument: str, code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        lines(argument)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.nightly
def test_memory_does_not_grow_with_the_rows(consultant: Member) -> None:
    case = make_case(consultant)

    def peak(count: int) -> int:
        Deadline.objects.all().delete()
        make_many(case, count)
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            tracemalloc.start()
            call_command("deadlines", "--json", stdout=nowhere)
            used = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return used

    peak(10)
    few, many = peak(4_000), peak(20_000)
    assert many < few * 1.3


def make_many(case: Case, count: int) -> None:
    row = make_deadline(case)
    Deadline.objects.bulk_create(
        [
            Deadline(
                **{
                    field.attname: getattr(row, field.attname)
                    for field in Deadline._meta.concrete_fields
                    if field.attname not in {"id", "subject", "changed_at"}
                },
                subject=f"m{number}",
            )
            for number in range(count)
        ]
    )
