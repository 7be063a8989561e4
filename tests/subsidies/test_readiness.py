"""Each point of the check before an approval: what is said, how heavy it is, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from cases.enums import CaseStage, Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, Enterprise, PastUse
from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.selectors.filing.readiness import Point, Weight, readiness_of
from subsidies.selectors.filing.usage_page import points_as_tasks
from tests.builders import make_cost_line, make_lender, make_period, make_ready_case
from vapup.accounts.models import Member


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case that lacks nothing."""
    case = make_ready_case(consultant, number="C-2025-0001")
    case.difficulty, case.support_outlook = "売上の減少", "支援の見込みあり"
    case.save()
    return case


def point(case: Case, label: str) -> Point:
    fresh = Case.objects.select_related("enterprise").get(pk=case.pk)
    return next(one for one in readiness_of(fresh).points if one.label == label)


def enterprise(case: Case, **values: object) -> None:
    Enterprise.objects.filter(pk=case.enterprise_id).update(**values)


def change(case: Case, **values: object) -> None:
    Case.objects.filter(pk=case.pk).update(**values)


def test_a_complete_case_lacks_nothing(case: Case) -> None:
    readiness = readiness_of(case)
    assert [one.label for one in readiness.points if not one.is_met] == []
    assert (readiness.blocking, readiness.exceptions) == ((), ())
    assert readiness.assessment is not None
    assert {task.state for task in points_as_tasks(readiness.points, has_links=True)} == {"done"}


Spoil = Callable[[Case], object]
URL = "/cases/C-2025-0001/"
GAPS: list[tuple[str, Spoil, Weight, str, str]] = [
    (
        "案件の段階",
        lambda case: change(case, stage=CaseStage.CONSULTATION),
        Weight.BLOCKS,
        "「相談」の段階です",
        URL,
    ),
    (
        "制度の枠と受理予定日",
        lambda case: change(case, planned_accepted_on=date(2001, 4, 2)),
        Weight.BLOCKS,
        "2001-04-02",
        f"{URL}edit/",
    ),
    (
        "申請の理由",
        lambda case: change(case, difficulty=" "),
        Weight.ADVICE,
        "「財務上の問題と相談の経緯」",
        f"{URL}edit/",
    ),
    (
        "申請の理由",
        lambda case: change(case, support_outlook=""),
        Weight.ADVICE,
        "「金融機関の支援の見込み」",
        f"{URL}edit/",
    ),
    (
        "事業者の要件",
        lambda case: enterprise(case, legal_form=LegalForm.SCHOOL),
        Weight.BLOCKS,
        "学校法人",
        "/enterprises/{}/",
    ),
    (
        "事業者の要件",
        lambda case: enterprise(case, industry=Industry.RETAIL, capital_yen=10**9, employee_count=5_000),
        Weight.NEEDS_OVERRIDE,
        "。",
        "/enterprises/{}/",
    ),
    (
        "金融機関",
        lambda case: case.enterprise.lenders.all().delete(),
        Weight.BLOCKS,
        "金融機関が登録されていません",
        "/enterprises/{}/#lenders",
    ),
    (
        "主要な金融機関",
        lambda case: case.enterprise.lenders.update(role=LenderRole.OTHER),
        Weight.ADVICE,
        "主要(メイン)の金融機関が決まっていません",
        "/enterprises/{}/#lenders",
    ),
    (
        "費用明細",
        lambda case: CostLine.objects.filter(case=case).delete(),
        Weight.BLOCKS,
        "1件もありません",
        f"{URL}costs/",
    ),
    (
        "費用明細の回",
        lambda case: make_cost_line(case, category=CostCategory.MONITORING, gross_yen=11_000, work="回のない報告"),
        Weight.BLOCKS,
        "「回のない報告」に伴走支援の回が選ばれていません",
        f"{URL}costs/",
    ),
    (
        "伴走支援対象期間",
        lambda case: make_period(case, ends_on=date(2025, 3, 31)),
        Weight.BLOCKS,
        "対象期間 2024-10-01〜2025-03-31 の最終日が、適用基準日 2025-05-12 より前です",
        f"{URL}costs/#periods",
    ),
    (
        "再度の利用",
        lambda case: PastUse.objects.create(
            agency=case.agency,
            enterprise=case.enterprise,
            frame=SchemeFrame.NORMAL,
            category=PaidCategory.PLANNING,
            paid_yen=100_000,
        ),
        Weight.BLOCKS,
        "「再度利用の理由」が未入力です",
        f"{URL}edit/",
    ),
]


@pytest.mark.parametrize(("label", "spoil", "weight", "words", "url"), GAPS)
def test_each_gap_has_its_sentence_its_weight_and_its_page(
    case: Case, label: str, spoil: Spoil, weight: Weight, words: str, url: str
) -> None:
    assert point(case, label).is_met
    spoil(case)
    found = point(case, label)
    assert not found.is_met
    assert found.weight is weight
    assert words in found.missing
    assert found.missing.endswith(("。", "です。", ")"))
    assert found.url == url.format(case.enterprise_id)


@pytest.mark.parametrize(("label", "spoil", "weight", "words", "url"), GAPS)
def test_a_gap_blocks_asks_for_a_reason_or_only_advises(
    case: Case, label: str, spoil: Spoil, weight: Weight, words: str, url: str
) -> None:
    spoil(case)
    readiness = readiness_of(Case.objects.select_related("enterprise").get(pk=case.pk))
    assert (label in {one.label for one in readiness.blocking}) is (weight is Weight.BLOCKS)
    assert any(words in one for one in readiness.exceptions) is (weight is Weight.NEEDS_OVERRIDE)
    with_links = {task.label: task for task in points_as_tasks(readiness.points, has_links=True)}
    without = {task.label: task for task in points_as_tasks(readiness.points, has_links=False)}
    assert words in with_links[label].hint
    assert with_links[label].state == ("problem" if weight is Weight.BLOCKS else "short")
    assert with_links[label].url == url.format(case.enterprise_id)
    assert {task.url for task in without.values()} == {""}


def test_a_reason_for_the_repeated_use_closes_the_point(case: Case) -> None:
    next(spoil for label, spoil, *_ in GAPS if label == "再度の利用")(case)
    assert not point(case, "再度の利用").is_met
    change(case, repeat_use_reason="取引先の倒産という新しい原因")
    assert point(case, "再度の利用").is_met


def test_a_period_without_costs_yet_is_no_gap(case: Case) -> None:
    make_period(case, ends_on=date(2027, 9, 30))
    assert point(case, "費用明細の回").is_met
    assert point(case, "伴走支援対象期間").is_met


def test_a_second_lender_does_not_hide_that_none_is_the_main_one(case: Case) -> None:
    case.enterprise.lenders.all().delete()
    assert point(case, "主要な金融機関").is_met  # the other point says that there is none at all
    make_lender(case.enterprise, role=LenderRole.SUBMAIN)
    assert not point(case, "主要な金融機関").is_met
    assert point(case, "金融機関").is_met


def test_a_frame_that_is_closed_has_no_figures_and_blocks(case: Case) -> None:
    change(case, planned_accepted_on=date(2001, 4, 2))
    readiness = readiness_of(Case.objects.select_related("enterprise").get(pk=case.pk))
    assert readiness.assessment is None
    assert "制度の枠と受理予定日" in {one.label for one in readiness.blocking}
    assert "制度の上限・要件" not in {one.label for one in readiness.points}


def test_an_exceeded_limit_needs_a_written_exception(case: Case) -> None:
    # 伴走支援 3,000,000 of 5,150,000 in all is more than half.
    first = case.monitoring_periods.order_by("ends_on")[0]
    make_cost_line(case, category=CostCategory.MONITORING, period=first, gross_yen=2_000_000)
    found = [one for one in readiness_of(case).points if one.label == "制度の上限・要件"]
    assert {one.weight for one in found} == {Weight.NEEDS_OVERRIDE}
    assert all(one.missing and one.url == f"{URL}assessment/#findings" for one in found)
    assert readiness_of(case).blocking == ()
