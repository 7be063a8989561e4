"""A sentence about two cells names both places and both values."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.imports.files import cell_of, plan_claim, sound_rows, workbook_of
from tests.imports.stories import uploaded
from vapup.accounts.models import Member
from vapup.imports.columns import SheetForm
from vapup.imports.enums import Verdict
from vapup.imports.models import ImportRow
from vapup.imports.move_in.forms import CASES, CLAIM_SHEET, COSTS, PERIODS

PLANNED, PAID = 0, 3  # the numbers of a case that is being prepared, and of one with a plan claim
CHOSEN = "両方を入力するか、両方を空にしてください。"


def at(name: str, number: int = PAID) -> str:
    """Return the cell of a case."""
    return cell_of(CASES, number, name)


@pytest.mark.parametrize(
    ("form", "number", "changed", "place", "sentence"),
    [
        (
            *(PERIODS, PAID, {"starts_on": date(2025, 4, 1), "ends_on": date(2025, 4, 30)}, "ends_on"),
            f"「対象期間の最終日」 2025-04-30 は、案件({at('usage_accepted_on')})の受理日 2025-05-12 より前です。",
        ),
        (
            *(PERIODS, PLANNED, {"starts_on": date(2025, 4, 1), "ends_on": date(2025, 4, 30)}, "ends_on"),
            f"「対象期間の最終日」 2025-04-30 は、案件({at('planned_accepted_on', PLANNED)})の"
            "受理予定日 2025-05-12 より前です。",
        ),
        (
            *(COSTS, PLANNED, {"hourly_rate_yen": 10_000}, "minutes"),
            f"「単価」「10000」・「予定時間」「」 の一方だけが入力されています。{CHOSEN}",
        ),
        (
            *(CLAIM_SHEET, 0, {"decided_yen": None}, "decided_yen"),
            f"「決定日」「2025-11-04」・「決定額」「」 の一方だけが入力されています。{CHOSEN}",
        ),
        (
            *(CLAIM_SHEET, 0, {"worked_from": date(2025, 5, 1), "worked_to": date(2025, 9, 1)}, "worked_from"),
            f"「従事の初日」 2025-05-01 は案件の受理日({at('usage_accepted_on')}) 2025-05-12 より前です。"
            "受理前の作業は対象になりません。",
        ),
        (
            *(CASES, PLANNED, {"report_on": date(2025, 5, 1)}, "report_on"),
            "「調査報告書の日付」 2025-05-01 は中小版GL枠だけの日付ですが、枠は「405事業 通常枠」です。"
            "日付を消すか、枠を直してください。",
        ),
    ],
)
def test_both_places_and_values_are_named(
    mover: Member, form: SheetForm, number: int, changed: dict[str, Any], place: str, sentence: str
) -> None:
    rows = sound_rows(4, consultant=mover.user.email)
    row = rows[form.name][number]
    for name, value in changed.items():
        row[name] = value
        if value is None:
            del row[name]
    assert [form.name, cell_of(form, number, place), sentence] in said_in(mover, rows)


def test_a_claim_that_the_case_does_not_have_names_what_the_case_says(mover: Member) -> None:
    rows = sound_rows(4, consultant=mover.user.email)
    rows[CLAIM_SHEET.name].append(plan_claim("A0003", kind="支払申請(金融機関交渉)"))
    assert [
        CLAIM_SHEET.name,
        cell_of(CLAIM_SHEET, 1, "kind"),
        f"案件({at('seeks_guarantee_release')})の「経営者保証の解除」が「」のため、"
        "「支払申請(金融機関交渉)」は取り込めません。",
    ] in said_in(mover, rows)


def test_a_payment_without_a_decision_is_told_with_its_amount(mover: Member) -> None:
    rows = sound_rows(4, consultant=mover.user.email)
    claim = plan_claim("A0003", kind="支払申請(伴走支援)", period=1)
    rows[CLAIM_SHEET.name].append({key: value for key, value in claim.items() if not key.startswith("decided")})
    assert [
        CLAIM_SHEET.name,
        cell_of(CLAIM_SHEET, 1, "decided_yen"),
        "「入金額」 500,000円 がありますが、「決定額」が空です。決定通知書の額を入力してください。",
    ] in said_in(mover, rows)


def test_a_claim_before_its_stage_names_the_stage(mover: Member) -> None:
    rows = sound_rows(4, consultant=mover.user.email)
    rows[CLAIM_SHEET.name].append(plan_claim("A0001", kind="支払申請(伴走支援)", period=1))
    assert [
        CLAIM_SHEET.name,
        cell_of(CLAIM_SHEET, 1, "kind"),
        f"段階「計画策定中」({at('stage', 1)})の案件に、提出済みの「支払申請(伴走支援)」はありません。"
        "段階を確かめてください。",
    ] in said_in(mover, rows)


def said_in(mover: Member, rows: Any) -> list[list[str]]:
    """Return what is called a fault: sheet, cell and sentence."""
    batch = uploaded(mover, workbook_of(rows))
    return [
        [row.sheet, address, text]
        for row in ImportRow.objects.filter(batch=batch)
        for level, address, text in row.messages
        if level == Verdict.ERROR
    ]
