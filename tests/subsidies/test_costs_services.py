"""Cost lines: their amounts, what the case refuses, and how two people at one sheet are kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from cases.services.locking import EditedMeanwhile
from monitoring.enums import PeriodKind
from subsidies.enums import CostCategory
from subsidies.models import Application, CostLine
from subsidies.rules.worked import amounts_of
from subsidies.services.estimate.costs import (
    LineInput,
    LineRefused,
    add_cost_line,
    change_cost_line,
    remove_cost_line,
)
from subsidies.services.estimate.sheet import CostsLocked
from tests.builders import make_case, make_cost_line, make_period
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

LINE = LineInput(
    category=CostCategory.PLANNING,
    period_id=None,
    work="財務DD",
    person="佐藤 花子(税理士)",
    hourly_rate_yen=10_000,
    minutes=90,
    tax_percent=10,
    is_subcontracted=False,
)


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.mark.parametrize(
    ("rate", "minutes", "percent", "expected"),
    [
        pytest.param(10_000, 90, 10, (15_000, 1_500, 16_500), id="an hour and a half"),
        pytest.param(10_001, 10, 10, (1_666, 166, 1_832), id="both drop their fraction"),  # 1,666.83; 166.6
        pytest.param(12_345, 61, 8, (12_550, 1_004, 13_554), id="8 %"),  # 12,550.75; 1,004.0
        pytest.param(0, 60, 10, (0, 0, 0), id="free of charge"),
        pytest.param(9, 1, 10, (0, 0, 0), id="less than a yen"),  # 0.15
    ],
)
def test_a_line_is_rate_times_hours_and_tax_each_cut_to_whole_yen(
    rate: int, minutes: int, percent: int, expected: tuple[int, int, int]
) -> None:
    amounts = amounts_of(rate, minutes, percent)
    assert (amounts.net_yen, amounts.tax_yen, amounts.gross_yen) == expected


def test_adding_a_line_stores_its_amounts_and_the_trail(case: Case, consultant: Member) -> None:
    line = add_cost_line(case_id=case.pk, actor=consultant, line=LINE, version=1)
    line.refresh_from_db()
    assert (line.net_yen, line.tax_yen, line.gross_yen, line.position) == (15_000, 1_500, 16_500, 1)
    event = AuditEvent.objects.get(object_type="case", object_id=case.pk)
    assert event.changes["費用明細 計画策定支援費用 財務DD: 合計(税込)"] == [None, 16_500]
    assert Application.objects.get(case=case).version == 2


def test_changing_a_line_records_before_and_after(case: Case, consultant: Member) -> None:
    line = add_cost_line(case_id=case.pk, actor=consultant, line=LINE, version=1)
    change_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, line=replace(LINE, minutes=120), version=2)
    event = AuditEvent.objects.latest("pk")
    assert event.changes["費用明細 計画策定支援費用 財務DD: 予定時間(分)"] == [90, 120]
    assert event.changes["費用明細 計画策定支援費用 財務DD: 合計(税込)"] == [16_500, 22_000]  # 20,000 + 2,000
    assert Application.objects.get(case=case).version == 3


def test_saving_a_line_unchanged_writes_nothing(case: Case, consultant: Member) -> None:
    line = add_cost_line(case_id=case.pk, actor=consultant, line=LINE, version=1)
    change_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, line=LINE, version=2)
    assert AuditEvent.objects.filter(object_type="case").count() == 1
    assert Application.objects.get(case=case).version == 2


def test_removing_a_line_keeps_what_it_said(case: Case, consultant: Member) -> None:
    line = add_cost_line(case_id=case.pk, actor=consultant, line=LINE, version=1)
    remove_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, version=2)
    assert not CostLine.objects.filter(case=case).exists()
    assert AuditEvent.objects.latest("pk").changes["費用明細 計画策定支援費用 財務DD: 合計(税込)"] == [16_500, None]


def test_a_sheet_that_another_person_changed_says_who_changed_what(
    case: Case, consultant: Member, manager: Member
) -> None:
    add_cost_line(case_id=case.pk, actor=manager, line=replace(LINE, work="計画の作成"), version=1)
    with pytest.raises(EditedMeanwhile) as late:
        add_cost_line(case_id=case.pk, actor=consultant, line=LINE, version=1)
    assert str(manager) in late.value.message
    assert "「計画策定支援費用 計画の作成」を追加" in late.value.message
    assert CostLine.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("write", ["add", "change", "remove"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"costs_locked": True}, "取り消すと、変更できる"),
        ({"stage": CaseStage.WITHDRAWN}, "「取下げ」の段階"),
    ],
)
def test_a_fixed_application_refuses_every_write(
    case: Case, consultant: Member, write: str, fields: dict[str, object], words: str
) -> None:
    line = make_cost_line(case)
    Case.objects.filter(pk=case.pk).update(**fields)
    writes: dict[str, Callable[[], CostLine]] = {
        "add": lambda: add_cost_line(case_id=case.pk, actor=consultant, line=LINE, version=1),
        "change": lambda: change_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, line=LINE, version=1),
        "remove": lambda: remove_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, version=1),
    }
    with pytest.raises(CostsLocked, match=words):
        writes[write]()
    assert CostLine.objects.get(case=case).gross_yen == 1_100_000


def test_the_sentence_about_a_change_names_the_figures_before_and_after(
    case: Case, consultant: Member, manager: Member
) -> None:
    line = add_cost_line(case_id=case.pk, actor=manager, line=LINE, version=1)
    change = replace(LINE, person="髙橋 一郎(中小企業診断士)")
    change_cost_line(case_id=case.pk, line_id=line.pk, actor=manager, line=change, version=2)
    with pytest.raises(EditedMeanwhile) as late:
        remove_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, version=2)
    words = "「計画策定支援費用 財務DD」の担当者・資格 佐藤 花子(税理士) → 髙橋 一郎(中小企業診断士)"
    assert words in late.value.message


def test_only_categories_of_the_frame_are_taken(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    with pytest.raises(
        LineRefused, match=r"「Vアップ事業.*」に「金融機関交渉費用」はありません。計画策定支援費用の中から"
    ):
        add_cost_line(
            case_id=case.pk, actor=consultant, line=replace(LINE, category=CostCategory.NEGOTIATION), version=1
        )


def test_a_monitoring_line_needs_its_period_as_soon_as_there_is_one(case: Case, consultant: Member) -> None:
    loose = replace(LINE, category=CostCategory.MONITORING)
    add_cost_line(case_id=case.pk, actor=consultant, line=loose, version=1)
    period = make_period(case)
    with pytest.raises(LineRefused, match="回が1件あります"):
        add_cost_line(case_id=case.pk, actor=consultant, line=loose, version=2)
    line = add_cost_line(case_id=case.pk, actor=consultant, line=replace(loose, period_id=period.pk), version=2)
    assert line.period == period


def test_a_period_of_another_case_or_kind_is_refused(case: Case, consultant: Member) -> None:
    elsewhere = make_period(make_case(consultant))
    other_kind = make_period(case, kind=PeriodKind.INTERIM)
    for period in (elsewhere, other_kind):
        wrong = replace(LINE, category=CostCategory.MONITORING, period_id=period.pk)
        with pytest.raises(LineRefused, match="回を選び直してください"):
            add_cost_line(case_id=case.pk, actor=consultant, line=wrong, version=1)
    with pytest.raises(LineRefused, match="伴走支援の回を付けられません"):
        add_cost_line(case_id=case.pk, actor=consultant, line=replace(LINE, period_id=other_kind.pk), version=1)


def test_amounts_stay_within_what_the_rules_count(case: Case, consultant: Member) -> None:
    huge = replace(LINE, hourly_rate_yen=10**12, minutes=60)  # 1,100,000,000,000 with tax
    with pytest.raises(LineRefused, match="1,100,000,000,000円"):
        add_cost_line(case_id=case.pk, actor=consultant, line=huge, version=1)
    half = replace(LINE, hourly_rate_yen=6 * 10**11, minutes=60)  # 660,000,000,000 with tax, twice
    add_cost_line(case_id=case.pk, actor=consultant, line=half, version=1)
    with pytest.raises(LineRefused, match="1,320,000,000,000円"):
        add_cost_line(case_id=case.pk, actor=consultant, line=half, version=2)
    assert CostLine.objects.filter(case=case).count() == 1


def test_rights_are_checked_by_the_service_itself(
    case: Case, admin: Member, viewer: Member, outsider: Member, agency: object
) -> None:
    for actor in (admin, viewer):
        with pytest.raises(NotAllowed):
            add_cost_line(case_id=case.pk, actor=actor, line=LINE, version=1)
    with pytest.raises(Case.DoesNotExist):
        add_cost_line(case_id=case.pk, actor=outsider, line=LINE, version=1)
