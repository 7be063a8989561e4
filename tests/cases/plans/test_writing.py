"""The services behind the pages: late edits, closed versions, the trail, and the database's own limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from cases.enums import PlanState, Statement
from cases.models import Assumption, Issue, Measure, MeasureEffect, Plan
from cases.rules.attribution import attribute
from cases.selectors.plan.actions import action_plan, seen_issue, seen_measure
from cases.selectors.plan.figures import assumption_stamp, calculation_stamp, figures_of, figures_stamp, sheet_of
from cases.selectors.plan.rows import stamp_of_plan
from cases.selectors.plan.start import proposed_base
from cases.selectors.plan.versions import shifted, stamp, year_end
from cases.services.locking import EditedMeanwhile
from cases.services.plan import actions as plans_actions
from cases.services.plan import figures as plans_figures
from cases.services.plan.figures import AssumptionLine
from cases.services.plan.texts import TEXTS, save_texts
from cases.services.plan.writing import PlanClosed, PlanRefused
from tests.builders import make_case
from tests.cases.plans.making import (
    YEAR_ZERO,
    close,
    make_assumption,
    make_figures,
    make_issue,
    make_measure,
    make_plan,
    make_year,
)
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

FACTS = {
    "title": "値上げ交渉",
    "detail": "",
    "owner": "社長",
    "starts_on": date(2025, 4, 1),
    "due_on": date(2025, 9, 30),
    "kpi": "粗利率 25%",
}
PROFIT = Statement.PROFIT


@pytest.fixture
def plan(consultant: Member) -> Plan:
    return make_plan(make_case(consultant))


def changes() -> dict[str, list[object]]:
    """Return what the newest event says, without the version before each label."""
    told = AuditEvent.objects.latest("pk").changes
    return {label.removeprefix("計画 第1版 "): pair for label, pair in told.items()}


def writes(actor: Member, plan: Plan) -> list[Callable[[], object]]:
    """Return one call of every service that writes to a part of a plan, each of which works on a draft."""
    issue, measure = Issue.objects.get(plan=plan), Measure.objects.get(plan=plan)
    case: dict[str, Any] = {"actor": actor, "case_id": plan.case_id}
    sheet = sheet_of(plan)
    texts = {**dict.fromkeys(TEXTS, ""), "outline": "あとから"}
    seen = figures_stamp(figures_of(plan), PROFIT)
    edit: dict[str, Any] = {"measure_id": measure.pk, "seen": seen_measure(measure)}
    return [
        partial(save_texts, **case, seen=stamp_of_plan(plan, TEXTS), facts=texts),
        partial(plans_actions.add_issue, **case, facts={"title": "新しい課題"}),
        partial(plans_actions.edit_issue, **case, issue_id=issue.pk, seen=seen_issue(issue), facts={"title": "別"}),
        partial(plans_actions.move_issue, **case, issue_id=issue.pk, up=True),
        partial(plans_actions.remove_issue, **case, issue_id=issue.pk, seen=seen_issue(issue)),
        partial(plans_actions.add_measure, **case, issue_id=issue.pk, facts=FACTS),
        partial(plans_actions.edit_measure, **case, **edit, facts=FACTS, effects={}),
        partial(plans_actions.move_measure, **case, measure_id=measure.pk, up=False),
        partial(plans_actions.remove_measure, **case, **edit),
        partial(plans_figures.save_figures, **case, statement=PROFIT, seen=seen, figures={("sales", 1): 1}),
        partial(
            plans_figures.calculate_figures,
            **case,
            statement=PROFIT,
            seen=calculation_stamp(sheet, PROFIT),
            names=["sales"],
        ),
        partial(
            plans_figures.save_assumptions,
            **case,
            seen=assumption_stamp([]),
            lines=[AssumptionLine("rent", "転居", {1: 1})],
        ),
    ]


@pytest.mark.parametrize("state", [PlanState.SUBMITTED, PlanState.APPROVED])
def test_no_service_writes_to_a_part_of_a_closed_version(consultant: Member, plan: Plan, state: PlanState) -> None:
    make_figures(plan)
    make_measure(make_issue(plan), sales_1=5)
    close(plan, state)
    for write in writes(consultant, plan):
        with pytest.raises(PlanClosed, match=f"第1版は「{state.label}」"):
            write()
    assert not AuditEvent.objects.exists()
    assert figures_of(plan) == {(name, 0): yen for name, yen in YEAR_ZERO.items()}
    assert (Issue.objects.count(), Measure.objects.count(), MeasureEffect.objects.count()) == (1, 1, 1)


def test_only_who_has_the_case_writes_to_its_plan(consultant: Member, plan: Plan, viewer: Member) -> None:
    make_figures(plan)
    make_measure(make_issue(plan))
    for write in writes(viewer, plan):
        with pytest.raises(NotAllowed):
            write()
    plan.refresh_from_db()
    assert (plan.version, plan.outline) == (1, "")
    assert not AuditEvent.objects.exists()


def test_a_text_is_not_refused_because_another_part_changed(consultant: Member, plan: Plan) -> None:
    seen = stamp_of_plan(plan, TEXTS)
    plans_actions.add_issue(actor=consultant, case_id=plan.case_id, facts={"title": "在庫の滞留"})
    texts = {**dict.fromkeys(TEXTS, ""), "policy": "在庫を減らす。"}
    save_texts(actor=consultant, case_id=plan.case_id, seen=seen, facts=texts)
    assert changes() == {"概況と方針: 経営改善の基本方針": ["", "在庫を減らす。"]}
    with pytest.raises(EditedMeanwhile):
        save_texts(actor=consultant, case_id=plan.case_id, seen=seen, facts=texts)
    plan.refresh_from_db()
    assert plan.version == 3
    again = save_texts(actor=consultant, case_id=plan.case_id, seen=stamp_of_plan(plan, TEXTS), facts=texts)
    plan.refresh_from_db()
    assert (again, plan.version) == ({}, 3)


def test_the_trail_tells_every_effect_before_and_after(consultant: Member, plan: Plan) -> None:
    issue = make_issue(plan)
    effects = {("sales", 1): 5_000_000, ("purchases", 1): -1_000_000, ("sales", 2): 0}
    add = partial(plans_actions.add_measure, actor=consultant, case_id=plan.case_id, issue_id=issue.pk, facts=FACTS)
    measure = add(effects=effects)
    assert changes()["課題と施策: 施策「値上げ交渉」効果 売上高 1年目"] == [None, 5_000_000]
    assert "課題と施策: 施策「値上げ交渉」効果 売上高 2年目" not in changes()
    edit = partial(plans_actions.edit_measure, actor=consultant, case_id=plan.case_id, measure_id=measure.pk)
    edit(seen=seen_measure(measure), facts=FACTS, effects={("sales", 1): 6_000_000, ("sales", 3): 1})
    assert changes() == {
        "課題と施策: 施策「値上げ交渉」効果 仕入・材料費 1年目": [-1_000_000, None],
        "課題と施策: 施策「値上げ交渉」効果 売上高 1年目": [5_000_000, 6_000_000],
        "課題と施策: 施策「値上げ交渉」効果 売上高 3年目": [None, 1],
    }
    row = action_plan(plan)[0].measures[0]
    assert dict(row.profit_yen) == {1: 6_000_000, 2: 0, 3: 1}
    with pytest.raises(EditedMeanwhile):
        edit(seen=seen_measure(measure) + 1, facts=FACTS, effects={})


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (("cash", 1), "「現金及び預金」はほかの数値から決まる"),
        (("retained_earnings", 1), "「利益剰余金」"),
        (("sales", 4), "4年目は計画の期間"),
        (("nothing", 1), "「nothing」"),
    ],
)
def test_an_effect_on_what_follows_from_others_is_refused(
    consultant: Member, plan: Plan, key: tuple[str, int], sentence: str
) -> None:
    issue = make_issue(plan)
    with pytest.raises(PlanRefused, match=sentence):
        plans_actions.add_measure(
            actor=consultant, case_id=plan.case_id, issue_id=issue.pk, facts=FACTS, effects={key: 1}
        )
    assert not Measure.objects.exists()
    assert not AuditEvent.objects.exists()


def test_moving_a_row_does_not_make_an_open_form_late(consultant: Member, plan: Plan) -> None:
    first, second = make_issue(plan, "一", position=1), make_issue(plan, "二", position=2)
    seen = seen_issue(first)
    plans_actions.move_issue(actor=consultant, case_id=plan.case_id, issue_id=first.pk, up=False)
    assert changes() == {"課題と施策: 課題の並び": [["一", "二"], ["二", "一"]]}
    facts = {"title": "一の一", "situation": "", "direction": ""}
    plans_actions.edit_issue(actor=consultant, case_id=plan.case_id, issue_id=first.pk, seen=seen, facts=facts)
    assert [row.issue.title for row in action_plan(plan)] == ["二", "一の一"]
    events = AuditEvent.objects.count()
    plans_actions.move_issue(actor=consultant, case_id=plan.case_id, issue_id=second.pk, up=True)
    assert AuditEvent.objects.count() == events


def test_what_the_calculation_gives_leaves_nothing_unexplained(consultant: Member, plan: Plan) -> None:
    make_figures(plan)
    make_measure(make_issue(plan), sales_1=5_000_000, purchases_2=-3_000_000)
    make_assumption(plan, "salaries", 3, 1_200_000)
    sheet = sheet_of(plan)
    names = [name for name in YEAR_ZERO if name not in {"cash", "tangible_assets", "long_term_loans", "capital"}]
    found = plans_figures.calculate_figures(
        actor=consultant, case_id=plan.case_id, statement=PROFIT, seen=calculation_stamp(sheet, PROFIT), names=names
    )
    after = sheet_of(plan)
    assert after.stored["sales", 1] == 325_000_000
    assert after.stored["purchases", 2] == 197_000_000
    assert after.stored["salaries", 3] == 91_200_000
    assert len(found) == 3 * 6  # six accounts of the profit and loss statement, three years
    parts = attribute(after.figures, after.effects, after.assumptions, plan.planned_years)
    assert {one.other_yen for one in parts if one.line in {"sales", "purchases", "salaries"}} == {0}


def test_figures_are_written_in_a_few_statements_and_cleared_by_an_empty_control(
    consultant: Member, plan: Plan
) -> None:
    make_figures(plan)
    save = partial(plans_figures.save_figures, actor=consultant, case_id=plan.case_id, statement=PROFIT)
    first = {("sales", 1): 1, ("sales", 0): 321_000_000, ("interest", 0): None, ("rent", 0): None}
    save(seen=figures_stamp(figures_of(plan), PROFIT), figures=first)
    assert changes() == {
        "損益計画: 売上高 1年目": [None, 1],
        "損益計画: 売上高 2025年3月期": [320_000_000, 321_000_000],
        "損益計画: 支払利息 2025年3月期": [3_000_000, None],
    }
    with pytest.raises(EditedMeanwhile):
        save(seen=figures_stamp({}, PROFIT), figures=first)
    with pytest.raises(PlanRefused, match="「現金及び預金」の1年目は入力できません"):
        save(seen=figures_stamp(figures_of(plan), PROFIT), figures={("cash", 1): 1})
    # A balance does not make the profit and loss statement late.
    seen = figures_stamp(figures_of(plan), PROFIT)
    make_figures(plan, {"capital": 9}, year=-1)
    assert figures_stamp(figures_of(plan), PROFIT) == seen


def test_assumptions_are_replaced_as_a_whole_and_told_line_by_line(consultant: Member, plan: Plan) -> None:
    save = partial(plans_figures.save_assumptions, actor=consultant, case_id=plan.case_id)
    lines = [AssumptionLine("salaries", "昇給", {1: 5, 2: 6}), AssumptionLine("rent", "転居", {1: -7})]
    save(seen=assumption_stamp([]), lines=lines)
    assert changes() == {
        "前提: 給料・賞与(昇給)": [None, "1年目 5円、2年目 6円"],
        "前提: 地代家賃・賃借料(転居)": [None, "1年目 △7円"],
    }
    stored = list(Assumption.objects.order_by("position", "year"))
    assert [(one.position, one.account, one.year, one.yen) for one in stored] == [
        (1, "salaries", 1, 5),
        (1, "salaries", 2, 6),
        (2, "rent", 1, -7),
    ]
    assert save(seen=assumption_stamp(stored), lines=lines) == {}
    save(seen=assumption_stamp(stored), lines=lines[1:])
    assert changes() == {"前提: 給料・賞与(昇給)": ["1年目 5円、2年目 6円", None]}


def test_the_base_year_is_the_newest_that_is_closed(consultant: Member) -> None:
    case = make_case(consultant)  # its fiscal year ends in March
    assert proposed_base(case.enterprise, today=date(2025, 5, 12)) == date(2025, 3, 31)
    assert proposed_base(case.enterprise, today=date(2025, 3, 30)) == date(2024, 3, 31)
    make_year(case, date(2024, 9, 30), {"sales": 1})
    make_year(case, date(2025, 9, 30), {"sales": 1})
    assert proposed_base(case.enterprise, today=date(2025, 5, 12)) == date(2024, 9, 30)


@pytest.mark.parametrize(
    ("day", "years", "moved"),
    [
        (date(2025, 3, 31), -2, date(2023, 3, 31)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2025, 2, 28), -1, date(2024, 2, 29)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2099, 2, 28), 1, date(2100, 2, 28)),
        (date(2025, 3, 20), 5, date(2030, 3, 20)),
    ],
)
def test_the_last_day_of_february_stays_the_last(day: date, years: int, moved: date) -> None:
    assert shifted(day, years) == moved
    assert year_end(Plan(base_ends_on=day), years) == moved


def test_a_stamp_tells_contents_apart() -> None:
    assert stamp([1, 2], [3]) == stamp([1, 2], [3]) >= 1
    assert len({stamp([1, 2], [3]), stamp([1], [2, 3]), stamp([1, 2, 3]), stamp(["1", 2], [3]), stamp()}) == 5
