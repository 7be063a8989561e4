"""The forms of the usage application in every frame and edition: titles, numbers, words, and figures to the yen."""

from __future__ import annotations

import json
import random
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from monitoring.enums import PeriodKind
from subsidies.enums import CostCategory
from subsidies.packets.payload import UsagePayload
from subsidies.packets.printing import part_html
from subsidies.packets.rates import person_and_qualification
from subsidies.packets.sheets import ScheduleBlock
from subsidies.selectors import assessment_of, cost_lines_of
from tests.builders import make_case, make_cost_line, make_period
from tests.subsidies.packet_cases import text_of
from tests.subsidies.usage_cases import (
    add_past_use,
    editions,
    form_of,
    make_usage_case,
    printed_form,
    usage_payload,
)
from vapup.accounts.models import Member
from vapup.shared.money import format_yen

OFFICES = {"r3": "福岡県経営改善支援センター", "h29": "福岡県経営改善支援センター"}
OLD = frozenset(OFFICES)
MONEY = frozenset({"usage_application", "reuse_application", "estimate", "estimate_statement"})
# Forms of letters that registers really hold, some by a selector behind the letter.
VARIANTS = "髙﨑𠮷邉邊神﨟德濵栁槗角辻\U000e0101葛\U000e0102瀨桒曻凜"


def squeezed(text: str) -> str:
    """Return a text without anything that the layout may have put in, and without its glyph variants."""
    return re.sub(r"[\s\U000e0100-\U000e01ef]", "", text)


def text_in_order(content: bytes, folder: Path) -> str:
    """Return the text of a PDF in reading order, cell by cell."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    raw = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True).stdout
    return squeezed(raw)


@pytest.mark.parametrize(
    ("frame", "edition", "day"),
    [one if one[1] in {"r7", "h29"} else pytest.param(*one, marks=pytest.mark.nightly) for one in editions()],
)
def test_each_form_is_printed_with_the_yen_of_the_rows(
    consultant: Member, tmp_path: Path, frame: SchemeFrame, edition: str, day: date
) -> None:
    case = make_usage_case(consultant, frame, day)
    payload, assessment, lines = usage_payload(case), assessment_of(case), cost_lines_of(case)
    assert {form.edition for form in payload.forms} == {edition}
    assert sum(line.gross_yen for line in lines) == assessment.totals.cost_yen
    for form in payload.forms:
        text = text_of(printed_form(payload, form), tmp_path)
        assert squeezed(form.number or form.title) in squeezed(text)
        assert squeezed(form.title[-3:]) in squeezed(text)  # 申請者あての見積書 is headed 見積書
        if form.code in MONEY:
            assert format_yen(assessment.totals.cost_yen) in text, form.label
        if form.code in {"estimate", "estimate_statement"}:
            for line in lines:
                yen = {format_yen(amount) for amount in (line.net_yen, line.tax_yen, line.gross_yen)}
                assert any(yen <= set(row.split()) for row in text.splitlines()), (form.label, yen)
        if form.code == "rate_table":
            assert all(format_yen(line.hourly_rate_yen) in text for line in lines)
    application = text_of(printed_form(payload, form_of(payload, "usage_application")), tmp_path)
    for priced in assessment.lines:
        triple = [format_yen(amount) for amount in (priced.cost_yen, priced.subsidy_yen, priced.own_burden_yen)]
        assert any(row.split()[-3:] == triple for row in application.splitlines()), priced.category


@pytest.mark.parametrize(("frame", "edition", "day"), [*editions()])
def test_each_frame_and_edition_has_its_own_words(
    consultant: Member, tmp_path: Path, frame: SchemeFrame, edition: str, day: date
) -> None:
    payload = usage_payload(make_usage_case(consultant, frame, day))
    text = squeezed(text_of(printed_form(payload, form_of(payload, "usage_application")), tmp_path))
    assert OFFICES.get(edition, "福岡県中小企業活性化協議会") + "御中" in text
    assert ("5企業規模" in text) == (frame == SchemeFrame.NORMAL)
    assert ("第三者支援専門家" in text and "宮沢理一" in text) == (frame == SchemeFrame.SME_GL)
    assert ("DD費用等" in text) == (frame == SchemeFrame.SME_GL)
    assert ("5利用する支援の種別" in text) == (frame == SchemeFrame.VUP)
    assert ("5支援金融機関の貸出の状況" in text and "ゼロゼロ融資" in text) == (frame == SchemeFrame.VUP_BANK)
    if frame != SchemeFrame.VUP_BANK:
        assert ("モニタリング費用" in text, "伴走支援費用" in text) == (edition in OLD, edition not in OLD)
    assert ("協議会" in text) == (edition not in OLD)
    has_interim = frame == SchemeFrame.VUP and edition not in OLD
    assert ("費用(期中)" in text) == has_interim


@pytest.mark.parametrize(("day", "limit"), [(date(2025, 1, 31), "2,000万円"), (date(2025, 2, 1), "4,000万円")])
def test_the_banks_loans_are_tested_by_the_rule_of_the_day(consultant: Member, day: date, limit: str) -> None:
    assert limit in usage_payload(make_usage_case(consultant, SchemeFrame.VUP_BANK, day)).sheets.bank_terms


@pytest.mark.parametrize(
    ("frame", "day", "code", "words"),
    [
        (SchemeFrame.NORMAL, date(2022, 3, 31), "reuse_application", ("過去に利用した事業者の利用申請書", "センター")),
        (SchemeFrame.NORMAL, date(2024, 3, 31), "reuse_application", ("再度利用申請書", "ウクライナ情勢", "減少率")),
        (SchemeFrame.VUP, date(2022, 3, 31), "reuse_application", ("新型コロナウイルス感染症", "再度利用したい")),
        (SchemeFrame.VUP, date(2024, 3, 31), "reuse_application", ("原油価格高騰等", "8再度利用する理由")),
        (SchemeFrame.NORMAL, date(2024, 4, 1), "reuse_check", ("再度利用時の要件チェック表", "1,876,543")),
        (SchemeFrame.SME_GL, date(2025, 4, 1), "reuse_check", ("異なる要因により", "3補助の上限と、前回までの利用")),
    ],
)
def test_another_use_has_its_own_sheet(
    consultant: Member, tmp_path: Path, frame: SchemeFrame, day: date, code: str, words: tuple[str, ...]
) -> None:
    case = make_usage_case(consultant, frame, day)
    assert code not in {form.code for form in usage_payload(case).forms}
    add_past_use(case)  # 2,000,000 − 123,457 = 1,876,543 are left for planning
    payload = usage_payload(case)
    text = squeezed(text_of(printed_form(payload, form_of(payload, code)), tmp_path))
    for word in (*words, "123,457", "主要な取引先の撤退という、前回と異なる要因による。"):
        assert word in text, word
    assert ("ウクライナ" in text) == (code == "reuse_application" and day > date(2022, 3, 31))


def test_the_check_list_of_fukuoka_belongs_to_fukuoka_and_early_plans(consultant: Member) -> None:
    case = make_usage_case(consultant, SchemeFrame.VUP)
    assert "fukuoka_usage_checklist" in {form.code for form in usage_payload(case).forms}
    other = make_case(consultant, frame=SchemeFrame.VUP)  # of Miyagi
    make_cost_line(other)
    assert "fukuoka_usage_checklist" not in {form.code for form in usage_payload(other).forms}


def test_the_owner_answers_twelve_questions(consultant: Member) -> None:
    payload = usage_payload(make_usage_case(consultant))
    html = part_html(payload, form_of(payload, "owner_self_check"), is_draft=False)
    numbers = [int(found) for found in re.findall(r'<td class="center">(\d+)</td>', html)]
    assert numbers == list(range(1, 13))
    assert html.count('<span class="box">') == 24  # yes and no of each


def bars(blocks: tuple[ScheduleBlock, ...], label: str) -> str:
    """Return a row's months in one line: # work, * a last day, . nothing."""
    cells = (cell for block in blocks for row in block.rows if row.label == label for cell in row.cells)
    return "".join({"bar": "#", "mark": "*", "": "."}[cell] for cell in cells)


def test_the_schedule_fills_the_months_of_work(consultant: Member, tmp_path: Path) -> None:
    case = make_case(consultant, planned_accepted_on=date(2025, 5, 12))
    make_cost_line(case, gross_yen=600_000, work="計画の策定")
    first, second = make_period(case, ends_on=date(2026, 9, 30)), make_period(case, ends_on=date(2027, 9, 30))
    for period in (first, second):
        make_cost_line(case, category=CostCategory.MONITORING, period=period, gross_yen=50_000)
    payload = usage_payload(case)
    blocks = payload.sheets.schedule
    # From 2025-05; the first period begins in 2026-04, 11 months later; six months of claim after each period.
    assert bars(blocks, "利用申請の受理") == "*" + "." * 23
    assert bars(blocks, "計画の策定") == "#" * 11 + "." * 13
    assert bars(blocks, "第1回") == "." * 11 + "#" * 6 + "." * 5 + "*" + "."
    assert bars(blocks, "第2回").lstrip(".") == "###" + "###" + "." * 5 + "*" + "." * 13
    assert [(year.label, year.months) for year in blocks[0].years] == [("令和7年", 8), ("令和8年", 12), ("令和9年", 4)]
    assert blocks[0].months == (*range(5, 13), *range(1, 13), *range(1, 5))
    text = text_of(printed_form(payload, form_of(payload, "schedule")), tmp_path)
    assert (text.count("■") - 1, text.count("◆") - 1) == (11 + 6 + 6, 3)  # less those of the legend


def test_a_schedule_without_periods_is_left_to_be_filled_in(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=600_000, work="計画の策定")
    blocks = usage_payload(case).sheets.schedule
    assert (len(blocks), bars(blocks, "計画の策定")) == (1, "." * 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("佐藤 花子(税理士)", ("佐藤 花子", "税理士")),
        ("佐藤 花子 (税理士・診断士) ", ("佐藤 花子", "税理士・診断士")),
        ("佐藤 花子", ("佐藤 花子", "")),
        ("(税理士)", ("(税理士)", "")),
    ],
)
def test_a_qualification_stands_behind_the_name(text: str, expected: tuple[str, str]) -> None:
    assert person_and_qualification(text) == expected


def test_a_person_at_two_rates_has_two_lines(consultant: Member) -> None:
    case = make_case(consultant)
    for rate in (10_000, 10_000, 12_000):
        line = make_cost_line(case, work=f"{rate}円の仕事")
        line.hourly_rate_yen = rate
        line.save()
    rates = usage_payload(case).sheets.rates
    assert [(one.person, one.hourly_rate_yen, one.works) for one in rates] == [
        ("佐藤 花子", 10_000, ("10000円の仕事",)),
        ("佐藤 花子", 12_000, ("12000円の仕事",)),
    ]


def test_what_was_frozen_before_the_sheets_existed_can_still_be_read(consultant: Member) -> None:
    stored = json.loads(json.dumps(usage_payload(make_usage_case(consultant)).as_json()))
    for name in ("sheets", "frame_code", "office", "follow_up"):
        del stored[name]
    read = UsagePayload.from_json(stored)
    assert (read.sheets.rates, read.frame_code, read.office, read.follow_up) == ((), "normal", "協議会", "伴走支援")


LETTERS = VARIANTS + "株式会社有限宮城石巻水産ー・アAa1"


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (1, 2))])
def test_the_longest_names_are_never_cut(consultant: Member, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    name, other = ("".join(chance.choices(LETTERS, k=60)) for _ in range(2))
    payload = long_names(consultant, f"株式会社{name}", other)
    for form in payload.forms:
        content = printed_form(payload, form)
        text = text_in_order(content, tmp_path)
        assert squeezed(f"株式会社{name}") in text, form.label
        if form.code in {"usage_application", "owner_self_check"}:
            assert squeezed(other) in text, form.label
        assert_inside_the_page(content, tmp_path)


def long_names(consultant: Member, name: str, other: str) -> UsagePayload:
    case = make_usage_case(consultant)
    enterprise = case.enterprise
    enterprise.corporate_number, enterprise.name, enterprise.representative = "", name, other
    enterprise.save()
    lender = enterprise.lenders.order_by("pk")[0]
    lender.bank_name, lender.branch_name = other, name[:50]
    lender.save()
    line = cost_lines_of(case)[0]
    line.work, line.person = f"{name}{other}", f"{other[:50]}(税理士・中小企業診断士)"
    line.save()
    return usage_payload(case)


def assert_inside_the_page(content: bytes, folder: Path) -> None:
    """Assert that no word stands outside the paper, or over its margin by more than a hair."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    command = ["pdftotext", "-bbox", str(path), "-"]
    boxes = subprocess.run(command, check=True, capture_output=True).stdout.decode(errors="replace")
    for page in boxes.split("<page ")[1:]:
        width = float(re.search(r'width="([\d.]+)"', page)[1])  # type: ignore[index]
        rights = [float(one) for one in re.findall(r'xMax="([\d.]+)"', page)]
        lefts = [float(one) for one in re.findall(r'xMin="([\d.]+)"', page)]
        assert min(lefts) > 28  # 10 mm of paper stay white
        assert max(rights) < width - 28


def test_the_kind_of_a_period_is_said_where_a_frame_has_several(consultant: Member, tmp_path: Path) -> None:
    payload = usage_payload(make_usage_case(consultant, SchemeFrame.VUP))
    text = squeezed(text_of(printed_form(payload, form_of(payload, "usage_application")), tmp_path))
    assert f"第1回({PeriodKind.INTERIM.label})" in text
    assert f"第2回({PeriodKind.CLOSING.label})" in text
