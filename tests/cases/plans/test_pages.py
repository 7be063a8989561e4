"""The pages of a plan: shown, saved, refused with the input kept, and never slower for more rows."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.enums import PlanState
from cases.models import Case, Issue, Measure, MeasureEffect, Plan, PlanFigure
from cases.selectors.plan.rows import stamp_of_plan
from cases.services.plan.texts import TEXTS
from tests.builders import make_case
from tests.cases.plans.making import (
    close,
    make_assumption,
    make_figures,
    make_issue,
    make_measure,
    make_month,
    make_other_parts,
    make_plan,
)
from tests.conftest import sign_in
from vapup.accounts.models import Member


def url(case: Case, name: str, *args: int | str) -> str:
    return reverse(f"cases:plan{name}", args=[case.number, *args])


def sent(page: Any, **changed: str) -> dict[str, Any]:
    """Return what a desk would send from a page, changed by `changed`."""
    form = page.context["form"]
    shown = {one.html_name: one.field.prepare_value(one.value()) for one in form}
    return {name: value for name, value in shown.items() if value is not None} | changed


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def desk(consultant: Member) -> Client:
    return sign_in(consultant)


def fill(plan: Plan, *, rows: int = 1) -> None:
    """Store issues, measures with effects, assumptions and figures."""
    make_figures(plan)
    for year in plan.planned_years:
        make_figures(plan, {"sales": 330_000_000, "purchases": 204_000_000}, year=year)
    for place in range(rows):
        issue = make_issue(plan, f"課題その{place}", position=place)
        for number in range(rows):
            make_measure(issue, f"施策{place}-{number}", position=number, sales_1=1_000_000, sales_2=2_000_000)
        make_assumption(plan, "salaries", 1, 500_000, f"根拠{place}")


def test_a_case_without_a_plan_offers_to_begin_to_those_who_may(case: Case, desk: Client, viewer: Member) -> None:
    page = desk.get(url(case, ""))
    assert "計画はまだありません" in words(page)
    assert url(case, "_start") in page.content.decode()
    assert url(case, "_start") not in sign_in(viewer).get(url(case, "")).content.decode()
    assert desk.get(url(case, "_texts")).headers["Location"] == url(case, "")
    assert desk.get(url(case, "_profit")).headers["Location"] == url(case, "")


def test_the_start_tells_what_it_takes_and_takes_it(case: Case, desk: Client) -> None:
    for month in range(12):
        make_month(case, date(2023 + (3 + month) // 12, (3 + month) % 12 + 1, 1), {"sales": 25_000_000})
    preview = desk.get(url(case, "_start"), {"base_ends_on": "R6.3.31", "years": "3"})
    assert [one.profit_source.value for one in preview.context["past"]] == ["none", "none", "monthly"]
    assert not Plan.objects.exists()
    refused = desk.post(url(case, "_start"), {"base_ends_on": "2099-03-31", "years": "3"})
    assert refused.status_code == 422
    assert "より後です" in words(refused)
    answer = desk.post(url(case, "_start"), {"base_ends_on": "R6.3.31", "years": "3"}, follow=True)
    assert answer.redirect_chain == [(url(case, ""), 302)]
    assert "計画の第1版を作りました" in words(answer)
    assert PlanFigure.objects.get().yen == 300_000_000


def test_the_overview_says_what_is_missing_and_why_in_figures(case: Case, desk: Client) -> None:
    plan = make_plan(case)
    empty = words(desk.get(url(case, "")))
    assert "経営課題がありません" in empty
    assert "売上高のない年: 2023年3月期、2024年3月期、2025年3月期、2026年3月期" in empty
    assert "承認を依頼する" in empty
    fill(plan)
    make_other_parts(plan)
    Plan.objects.filter(pk=plan.pk).update(outline="水産加工", market="縮小", finances="減益", policy="値上げ")
    page = desk.get(url(case, ""))
    by_label = {task.label: task for task in page.context["tasks"]}
    assert by_label["概況と方針"].state == by_label["課題と施策"].state == by_label["返済計画"].state == "done"
    assert by_label["損益計画"].hint == "売上高のない年: 2023年3月期、2024年3月期"
    assert by_label["資金繰表"].hint == "計画か実績の入った月は12か月のうち1か月です"
    rows = {row.label: row.amounts for row in page.context["key_rows"]}
    # Base year: 320 − 200 − 90 − 10 − 25 = −5 million; ordinary −5 − 3 = −8; CF −8 + 10 = 2.
    assert (rows["営業利益"][2], rows["経常利益"][2], rows["簡易CF"][2]) == (-5_000_000, -8_000_000, 2_000_000)
    # Year 1: only sales and purchases are planned: 330 − 204 = 126.
    assert rows["営業利益"][3] == 126_000_000
    assert rows["債務残高"][2:4] == [80_000_000, 72_000_000]
    assert rows["売上高"][:2] == [None, None]
    assert "<title" in page.content.decode()


def test_texts_are_saved_and_a_late_save_keeps_its_input(case: Case, desk: Client, manager: Member) -> None:
    plan = make_plan(case)
    page = desk.get(url(case, "_texts"))
    assert desk.post(url(case, "_texts"), sent(page, outline="創業50年の水産加工")).status_code == 302
    plan.refresh_from_db()
    assert plan.outline == "創業50年の水産加工"
    late = desk.post(url(case, "_texts"), sent(page, outline="別の文章"))
    assert late.status_code == 409
    assert {"別の文章", "創業50年の水産加工"} <= {one.typed for one in late.context["differences"]} | {
        one.stored for one in late.context["differences"]
    }
    again = desk.post(url(case, "_texts"), {**late.context["form"].data.dict()})
    assert again.status_code == 302
    plan.refresh_from_db()
    assert plan.outline == "別の文章"
    assert stamp_of_plan(plan, TEXTS) != page.context["form"].initial["version"]


def test_an_issue_and_its_measures_are_entered_on_one_page(case: Case, desk: Client) -> None:
    plan = make_plan(case)
    answer = desk.post(url(case, "_issue_new"), {"title": "粗利率の低下"}, follow=True)
    issue = Issue.objects.get(plan=plan)
    assert f"add={issue.pk}" in answer.redirect_chain[0][0]
    assert "autofocus" in answer.content.decode()
    refused = desk.post(url(case, "_measure_new", issue.pk), {"title": "値上げ", "owner": "社長"})
    assert refused.status_code == 422
    assert "「期限」を入力してください" in words(refused)
    assert 'value="値上げ"' in refused.content.decode()
    entered = {"title": "値上げ", "owner": "社長", "starts_on": "R7.4.1", "due_on": "R7.3.1"}
    assert "開始 2025-04-01 より前です" in words(desk.post(url(case, "_measure_new", issue.pk), entered))
    assert desk.post(url(case, "_measure_new", issue.pk), entered | {"due_on": "R7.9.30"}).status_code == 302
    measure = Measure.objects.get(issue=issue)
    page = desk.get(url(case, "_measure", measure.pk))
    effects = {"line-0-account": "sales", "line-0-1": "5,000,000", "line-0-2": "8,000,000"}
    costs = {"line-1-account": "freight", "line-1-2": "△300,000"}
    assert desk.post(url(case, "_measure", measure.pk), sent(page, **effects, **costs)).status_code == 302
    stored = {(one.account, one.year): one.yen for one in MeasureEffect.objects.filter(measure=measure)}
    assert stored == {("sales", 1): 5_000_000, ("sales", 2): 8_000_000, ("freight", 2): -300_000}
    # Year 2: 8,000,000 more sales and 300,000 less cost.
    assert "8,300,000" in words(desk.get(url(case, "_actions")))


def test_rows_move_and_go(case: Case, desk: Client) -> None:
    plan = make_plan(case)
    first, second = make_issue(plan, "一", position=1), make_issue(plan, "二", position=2)
    one, two = make_measure(first, "ア", position=1), make_measure(first, "イ", position=2, sales_1=1)
    assert desk.post(url(case, "_issue_move", second.pk), {"way": "up"}).status_code == 302
    assert [row.title for row in Issue.objects.filter(plan=plan)] == ["二", "一"]
    desk.post(url(case, "_measure_move", one.pk), {"way": "down"})
    assert [row.title for row in Measure.objects.filter(plan=plan)] == ["イ", "ア"]
    desk.post(url(case, "_measure_move", two.pk), {"way": "up"})  # at the top already
    assert [row.title for row in Measure.objects.filter(plan=plan)] == ["イ", "ア"]
    assert "壊れています" in words(desk.post(url(case, "_issue_move", second.pk), {"way": "?"}, follow=True))
    page = desk.get(url(case, "_issue_remove", first.pk))
    assert "その施策2件「イ」「ア」を削除します" in words(page)
    assert desk.post(url(case, "_issue_remove", first.pk), sent(page)).status_code == 302
    assert (Issue.objects.count(), Measure.objects.count(), MeasureEffect.objects.count()) == (1, 0, 0)


def test_the_profit_sheet_keeps_what_is_typed_until_it_is_right(case: Case, desk: Client) -> None:
    plan = make_plan(case)
    make_figures(plan)
    page = desk.get(url(case, "_profit"))
    wrong = desk.post(url(case, "_profit"), sent(page, **{"sales:1": "三億", "salaries:1": "91,000,000"}))
    assert wrong.status_code == 422
    assert 'value="三億"' in wrong.content.decode()
    assert 'value="91,000,000"' in wrong.content.decode()
    done = desk.post(url(case, "_profit"), sent(page, **{"sales:1": "330,000,000", "sales:-2": "310,000,000"}))
    assert done.status_code == 302
    stored = {(one.account, one.year): one.yen for one in plan.figures.exclude(year=0)}
    assert stored == {("sales", 1): 330_000_000, ("sales", -2): 310_000_000}
    late = desk.post(url(case, "_profit"), sent(page, **{"sales:1": "340,000,000"}))
    assert late.status_code == 409
    by_label = {one.label: one for one in late.context["differences"]}
    assert (by_label["売上高 1年目"].stored, by_label["売上高 1年目"].typed) == ("330,000,000", "340,000,000")
    assert by_label["売上高 2023年3月期"].typed == "(空欄)"


def test_the_calculation_shows_both_amounts_and_replaces_the_ticked(case: Case, desk: Client) -> None:
    plan = make_plan(case, years=1)
    make_figures(plan)
    make_measure(make_issue(plan), sales_1=5_000_000)
    make_assumption(plan, "salaries", 1, 1_500_000)
    page = desk.get(url(case, "_calculate", "profit"))
    rows = {row["account"]: row["pairs"] for row in page.context["rows"]}
    assert rows["sales"] == [(None, 325_000_000)]  # 320,000,000 + 5,000,000
    assert rows["salaries"] == [(None, 91_500_000)]
    shown = {"version": page.context["form"].initial["version"]}
    assert desk.post(url(case, "_calculate", "profit"), shown).status_code == 422
    answer = desk.post(url(case, "_calculate", "profit"), {**shown, "names": ["sales", "purchases"]}, follow=True)
    assert "2件の金額を" in words(answer)
    assert {(one.account, one.yen) for one in plan.figures.filter(year=1)} == {
        ("sales", 325_000_000),
        ("purchases", 200_000_000),
    }
    assert desk.post(url(case, "_calculate", "profit"), {**shown, "names": ["salaries"]}).status_code == 422
    assert desk.get(url(case, "_calculate", "cash")).status_code == 404


def test_the_changes_add_up_and_lead_to_their_measures(case: Case, desk: Client) -> None:
    plan = make_plan(case, years=1)
    make_figures(plan)
    measure = make_measure(make_issue(plan), sales_1=5_000_000)
    make_assumption(plan, "sales", 1, -1_000_000, "人口の減少")
    make_figures(plan, {"sales": 326_000_000}, year=1)
    page = desk.get(url(case, "_profit"))
    change = next(row for row in page.context["changes"] if row.id == "sales")
    # 326 − 320 = 6 million = 5 of the measure − 1 of the assumption + 2 that nobody explained.
    assert change.amounts == [6_000_000]
    assert [(cause.label, cause.amounts) for cause in change.causes] == [
        ("施策: 値上げ交渉", [5_000_000]),
        ("前提: 人口の減少", [-1_000_000]),
        ("その他", [2_000_000]),
    ]
    assert url(case, "_measure", measure.pk) in page.content.decode()
    assert sum(sum(cause.amounts) for row in page.context["changes"] for cause in row.causes) == sum(
        sum(row.amounts) for row in page.context["changes"]
    )


def test_assumptions_are_lines_of_an_account_and_a_ground(case: Case, desk: Client) -> None:
    plan = make_plan(case, years=2)
    page = desk.get(url(case, "_assumptions"))
    line = {"line-0-account": "salaries", "line-0-1": "1,000", "line-0-2": "2,000"}
    refused = desk.post(url(case, "_assumptions"), sent(page, **line))
    assert "「1行目 根拠」を入力してください" in words(refused)
    assert desk.post(url(case, "_assumptions"), sent(page, **line, **{"line-0-ground": "昇給"})).status_code == 302
    assert [(one.account, one.year, one.yen, one.ground) for one in plan.assumptions.order_by("year")] == [
        ("salaries", 1, 1_000, "昇給"),
        ("salaries", 2, 2_000, "昇給"),
    ]
    late = desk.post(url(case, "_assumptions"), sent(page, **line, **{"line-0-ground": "物価"}))
    assert late.status_code == 409
    assert {one.label for one in late.context["differences"]} == {"給料・賞与(昇給)", "給料・賞与(物価)"}


def test_the_balance_sheet_says_both_totals_where_they_differ(case: Case, desk: Client) -> None:
    plan = make_plan(case, years=1)
    make_figures(plan)
    make_figures(plan, {"cash": 5, "capital": 3}, year=-1)
    page = desk.get(url(case, "_balance"))
    assert "資産合計 5円と負債・純資産合計 3円が一致しません(差額 2円)" in words(page)
    names = set(page.context["form"].fields)
    assert "cash:0" in names
    assert not {"cash:1", "retained_earnings:1"} & names
    assert "long_term_loans:1" in names  # no loan is listed: the balance is entered
    make_other_parts(plan)
    assert "long_term_loans:1" not in desk.get(url(case, "_balance")).context["form"].fields
    smuggled = {"version": page.context["form"].initial["version"], "cash:1": "9"}
    desk.post(url(case, "_balance"), smuggled)
    assert not plan.figures.filter(account="cash", year=1).exists()


def test_a_closed_version_shows_no_control_and_refuses_what_is_sent(case: Case, desk: Client) -> None:
    plan = make_plan(case)
    fill(plan)
    page = desk.get(url(case, "_profit"))
    issue, measure = Issue.objects.get(), Measure.objects.get()
    texts = sent(desk.get(url(case, "_texts")), outline="あとから")
    close(plan)
    for name in ("_texts", "_actions", "_profit", "_balance", "_assumptions"):
        shown = desk.get(url(case, name)).content.decode()
        assert "内容を変更できません" in shown, name
        assert '<form class="stack" method="post"' not in shown, name
    for name, args, data in (
        ("_texts", (), texts),
        ("_profit", (), sent(page, **{"sales:1": "1"})),
        ("_issue_new", (), {"title": "あとから"}),
        ("_issue", (issue.pk,), sent(desk.get(url(case, "_issue", issue.pk)), title="あとから")),
        ("_measure_remove", (measure.pk,), sent(desk.get(url(case, "_measure_remove", measure.pk)))),
    ):
        answer = desk.post(url(case, name, *args), data)
        assert answer.status_code == 422, name
        assert "「承認済」のため、内容を変更できません" in words(answer), name
    plan.refresh_from_db()
    assert (plan.outline, Issue.objects.get().title, Measure.objects.count()) == ("", "課題その0", 1)


def test_a_row_of_another_plan_in_the_address_is_missing(case: Case, desk: Client, consultant: Member) -> None:
    make_plan(case)
    foreign = make_measure(make_issue(make_plan(make_case(consultant)), "よその課題"), "よその施策")
    before = Issue.objects.count(), Measure.objects.count()
    for name in ("_issue", "_issue_remove", "_issue_move", "_measure_new"):
        assert desk.post(url(case, name, foreign.issue_id), {"way": "up"}).status_code == 404, name
    for name in ("_measure", "_measure_remove", "_measure_move"):
        assert desk.post(url(case, name, foreign.pk), {"way": "up"}).status_code == 404, name
    assert (Issue.objects.count(), Measure.objects.count()) == before


def test_approval_from_page_to_page(case: Case, desk: Client, manager: Member) -> None:
    plan = make_plan(case)
    asked = desk.get(url(case, "_submit"))
    assert "経営課題がありません" in words(asked)
    assert desk.post(url(case, "_submit"), sent(asked)).status_code == 302
    assert "管理者の承認を待っています" in words(desk.get(url(case, "")))
    boss = sign_in(manager)
    seen = boss.get(url(case, "_return"))
    assert boss.post(url(case, "_return"), sent(seen)).status_code == 422
    assert boss.post(url(case, "_return"), sent(seen, reason="根拠を書く。")).status_code == 302
    assert "根拠を書く。" in words(desk.get(url(case, "")))
    late = boss.post(url(case, "_approve"), {"version": "1"})
    assert late.status_code == 409
    assert "ほかの人がこの計画を変更しました" in words(late)
    desk.post(url(case, "_submit"), sent(desk.get(url(case, "_submit"))))
    boss.post(url(case, "_approve"), sent(boss.get(url(case, "_approve"))))
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by) == (PlanState.APPROVED, manager)
    desk.post(url(case, "_revise"), sent(desk.get(url(case, "_revise")), because="売上が下回った。"))
    assert "第1版との違い" not in words(desk.get(url(case, "_version", 2)))
    assert "第2版との違い" in words(desk.get(url(case, "")))


def test_old_versions_are_read_and_compared(case: Case, desk: Client, viewer: Member) -> None:
    old = make_plan(case)
    fill(old)
    close(old, PlanState.REPLACED)
    new = make_plan(case, number=2)
    make_figures(new, {"sales": 315_000_000})
    make_issue(new, "新しい課題")
    reader = sign_in(viewer)
    shown = words(reader.get(url(case, "_version", 1)))
    assert "施策0-0" in shown
    assert "旧版" in shown
    parts = {one.id: one for one in reader.get(url(case, "_compare", 1, 2)).context["found"].parts}
    by_label = {one.label: (one.old_yen, one.new_yen, one.change_yen) for one in parts["figures"].amounts}
    assert by_label["売上高 2025年3月期"] == (320_000_000, 315_000_000, -5_000_000)
    assert by_label["売上高 2026年3月期"] == (330_000_000, None, -330_000_000)
    assert "経営課題「新しい課題」" in {one.label for one in parts["actions"].texts}
    assert reader.get(url(case, "_compare", 2, 2)).context["found"].is_empty
    assert reader.get(url(case, "_version", 9)).status_code == 404


def test_no_page_asks_more_often_for_more_rows(case: Case, desk: Client) -> None:
    plan = make_plan(case)
    pages = ("", "_actions", "_profit", "_balance", "_assumptions", "_texts", "_submit")
    counts: dict[str, list[int]] = {name: [] for name in pages}
    desk.get(url(case, ""))
    for rows in (1, 6):
        fill_more(plan, rows)
        for name in pages:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(url(case, name)).status_code == 200
            counts[name].append(len(queries))
    assert {name: few for name, (few, _) in counts.items()} == {name: many for name, (_, many) in counts.items()}
    assert max(many for _, many in counts.values()) <= 25


def fill_more(plan: Plan, rows: int) -> None:
    if not plan.figures.exists():
        make_figures(plan)
    for place in range(rows):
        issue = make_issue(plan, f"課題{rows}-{place}", position=place)
        make_measure(issue, f"施策{rows}-{place}", sales_1=1, sales_2=2)
        make_assumption(plan, "rent", 1, 5, f"根拠{rows}-{place}")
