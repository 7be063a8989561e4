"""The picture of the business: saved as one sheet, with shares, an order, and a guard against lost edits."""

from __future__ import annotations

from typing import Any

import pytest

from cases.enums import FlowKind, NodeKind, PlanState
from cases.models import Case, MapFlow, MapNode, Plan
from cases.selectors.plan.business_map import BusinessMap, map_of
from cases.services.locking import EditedMeanwhile
from cases.services.plan.business_map import MapInput, MapRefused, save_map
from cases.services.plan.rows import RowInput
from cases.services.plan.writing import NoPlan, PlanClosed
from tests.builders import make_case
from tests.cases.plans_more.plan_cases import (
    latest_changes,
    make_flow,
    make_node,
    make_plan,
    row,
    send,
    url_of,
)
from tests.conftest import sign_in
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


@pytest.fixture
def plan(case: Case) -> Plan:
    """The draft of its plan."""
    return make_plan(case)


def party(pk: int | None = None, *, is_gone: bool = False, **values: Any) -> RowInput:
    facts = {"kind": NodeKind.SUPPLIER, "name": "宮城漁連", "amount_yen": None, "comment": "", **values}
    return row(pk, is_gone=is_gone, **facts)


def flow(source: MapNode, target: MapNode, pk: int | None = None, *, is_gone: bool = False, **values: Any) -> RowInput:
    facts = {"source": source, "target": target, "kind": FlowKind.GOODS, "label": "", "amount_yen": None, **values}
    return row(pk, is_gone=is_gone, **facts)


def save(plan: Plan, actor: Member, *, nodes: Any = (), flows: Any = (), seen: int | None = None) -> dict[str, Any]:
    stamp = map_of(plan).stamp if seen is None else seen
    return save_map(actor=actor, case_id=plan.case_id, seen=stamp, sheet=MapInput(list(nodes), list(flows)))


def as_entered(node: MapNode, **changed: Any) -> RowInput:
    facts = {"kind": node.kind, "name": node.name, "amount_yen": node.amount_yen, "comment": node.comment}
    return party(node.pk, **{**facts, **changed})


def test_new_parties_are_stored_in_order_and_told_in_the_trail(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, nodes=[party(name="宮城漁連", amount_yen=40_000_000), party(name="三陸冷蔵")])
    assert [(one.position, one.name) for one in map_of(plan).nodes] == [(1, "宮城漁連"), (2, "三陸冷蔵")]
    changes = latest_changes(plan.case)
    assert changes["俯瞰図: 当事者 1. 宮城漁連: 年間取引額"] == [None, 40_000_000]
    assert changes["俯瞰図: 当事者 2. 三陸冷蔵: 区分"] == [None, "仕入先"]
    plan.refresh_from_db()
    assert plan.version == 2


def test_what_does_not_change_leaves_no_trace(plan: Plan, consultant: Member) -> None:
    node = make_node(plan, "宮城漁連", amount_yen=1)
    assert save(plan, consultant, nodes=[as_entered(node)]) == {}
    plan.refresh_from_db()
    assert (plan.version, AuditEvent.objects.count()) == (1, 0)


def test_a_change_tells_before_and_after(plan: Plan, consultant: Member) -> None:
    node = make_node(plan, "宮城漁連", amount_yen=1)
    save(plan, consultant, nodes=[as_entered(node, amount_yen=2, name="宮城県漁連")])
    assert latest_changes(plan.case) == {
        "俯瞰図: 当事者 1. 宮城漁連: 名称": ["宮城漁連", "宮城県漁連"],
        "俯瞰図: 当事者 1. 宮城漁連: 年間取引額": [1, 2],
    }


def test_a_moved_party_keeps_its_row(plan: Plan, consultant: Member) -> None:
    first, second = make_node(plan, "甲"), make_node(plan, "乙")
    save(plan, consultant, nodes=[as_entered(second), as_entered(first)])
    assert [one.pk for one in map_of(plan).nodes] == [second.pk, first.pk]
    assert latest_changes(plan.case) == {"俯瞰図: 当事者の並び": ["甲、乙", "乙、甲"]}


def test_a_party_that_goes_takes_its_row_out(plan: Plan, consultant: Member) -> None:
    node = make_node(plan, "甲", amount_yen=7)
    save(plan, consultant, nodes=[party(node.pk, is_gone=True, name="甲", amount_yen=7)])
    assert not MapNode.objects.exists()
    assert latest_changes(plan.case)["俯瞰図: 当事者 1. 甲: 年間取引額"] == [7, None]


def test_a_party_with_a_flow_stays_until_the_flow_goes_too(plan: Plan, consultant: Member) -> None:
    source, target = make_node(plan, "甲"), make_node(plan, "乙")
    stored = make_flow(source, target)
    gone = party(source.pk, is_gone=True, name="甲")
    with pytest.raises(MapRefused, match="「甲」を削除しようとしていますが、流れ1「甲 → 乙」が残っています"):
        save(plan, consultant, nodes=[gone, as_entered(target)], flows=[flow(source, target, stored.pk)])
    assert MapFlow.objects.count() == 1
    flows = [flow(source, target, stored.pk, is_gone=True)]
    save(plan, consultant, nodes=[gone, as_entered(target)], flows=flows)
    assert [one.name for one in map_of(plan).nodes] == ["乙"]
    assert not MapFlow.objects.exists()


def test_a_flow_goes_between_two(plan: Plan, consultant: Member) -> None:
    node = make_node(plan, "甲")
    with pytest.raises(MapRefused, match="流れ1の「から」と「へ」が、どちらも「甲」です"):
        save(plan, consultant, nodes=[as_entered(node)], flows=[flow(node, node)])


def test_a_flow_needs_parties_of_this_plan(plan: Plan, consultant: Member) -> None:
    stranger = make_node(make_plan(make_case(consultant)), "よその会社")
    node = make_node(plan, "甲")
    with pytest.raises(MapRefused, match="「よその会社」は、この計画の当事者にありません"):
        save(plan, consultant, nodes=[as_entered(node)], flows=[flow(node, stranger)])


def test_shares_are_of_the_sum_of_the_kind_and_add_up() -> None:
    nodes = [
        MapNode(pk=1, kind=NodeKind.SUPPLIER, name="甲", amount_yen=1),
        MapNode(pk=2, kind=NodeKind.SUPPLIER, name="乙", amount_yen=1),
        MapNode(pk=3, kind=NodeKind.SUPPLIER, name="丙", amount_yen=1),
        MapNode(pk=4, kind=NodeKind.CUSTOMER, name="丁", amount_yen=80),
        MapNode(pk=5, kind=NodeKind.CUSTOMER, name="戊", amount_yen=20),
        MapNode(pk=6, kind=NodeKind.FUNCTION, name="工場"),
    ]
    shares = BusinessMap(tuple(nodes), ()).shares
    # A third each: 33.4 + 33.3 + 33.3 = 100.
    assert [shares[key] for key in (1, 2, 3)] == ["33.4%", "33.3%", "33.3%"]
    assert (shares[4], shares[5], shares[6]) == ("80.0%", "20.0%", "")


def test_an_edit_that_comes_too_late_is_refused(plan: Plan, consultant: Member) -> None:
    seen = map_of(plan).stamp
    save(plan, consultant, nodes=[party(name="先に入れた人")])
    with pytest.raises(EditedMeanwhile):
        save(plan, consultant, nodes=[party(name="後の人")], seen=seen)
    assert [one.name for one in map_of(plan).nodes] == ["先に入れた人"]


def test_what_another_added_meanwhile_stays(plan: Plan, consultant: Member) -> None:
    other = make_node(plan, "ほかの人の行")
    save(plan, consultant, nodes=[party(name="私の行")])
    assert [one.name for one in map_of(plan).nodes] == ["私の行", "ほかの人の行"]
    assert MapNode.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("state", [PlanState.SUBMITTED, PlanState.APPROVED])
def test_only_a_draft_is_edited(case: Case, consultant: Member, state: PlanState) -> None:
    plan = make_plan(case, state=state)
    with pytest.raises(PlanClosed, match=f"第1版は「{state.label}」のため"):
        save(plan, consultant, nodes=[party()])
    assert not MapNode.objects.exists()


def test_without_a_plan_or_a_right_nothing_is_written(case: Case, consultant: Member, viewer: Member) -> None:
    with pytest.raises(NoPlan):
        save_map(actor=consultant, case_id=case.pk, seen=1, sheet=MapInput([party()], []))
    plan = make_plan(case)
    with pytest.raises(NotAllowed):
        save(plan, viewer, nodes=[party()])
    assert not MapNode.objects.exists()


def test_the_page_stores_moves_and_removes(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "map")
    typed = {"node-0-name": "宮城漁連", "node-0-amount_yen": "４０,０００,０００円", "node-1-name": "三陸冷蔵"}
    assert send(browser, url, **typed, act="save").status_code == 302
    nodes = list(map_of(plan).nodes)
    assert [(one.name, one.amount_yen) for one in nodes] == [("宮城漁連", 40_000_000), ("三陸冷蔵", None)]
    answer = send(browser, url, act="up:node:1")
    assert answer["Location"] == f"{url}#node-0"
    assert [one.name for one in map_of(plan).nodes] == ["三陸冷蔵", "宮城漁連"]
    ends = {"flow-0-source": nodes[0].pk, "flow-0-target": nodes[1].pk, "flow-0-label": "鮮魚"}
    assert send(browser, url, **ends, act="add:flow")["Location"] == f"{url}?rows=8"
    assert [str(one) for one in map_of(plan).flows] == ["宮城漁連 → 三陸冷蔵"]
    assert send(browser, url, **{"flow-0-gone": "on", "node-0-gone": "on"}).status_code == 302
    assert [one.name for one in map_of(plan).nodes] == ["宮城漁連"]


def test_what_cannot_be_read_keeps_the_input(case: Case, plan: Plan, consultant: Member) -> None:
    page = send(sign_in(consultant), url_of(case, "map"), **{"node-0-name": "甲", "node-0-amount_yen": "百万"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "「百万」は金額として読めません" in text
    assert 'value="百万"' in text
    assert not map_of(plan).nodes


def test_a_row_without_a_name_says_what_is_missing(case: Case, plan: Plan, consultant: Member) -> None:
    page = send(sign_in(consultant), url_of(case, "map"), **{"node-1-amount_yen": "5"})
    assert page.status_code == 422
    assert "「当事者2 名称」を入力してください。" in page.content.decode()


def test_a_conflict_shows_both_and_saves_the_second_time(case: Case, plan: Plan, consultant: Member) -> None:
    node = make_node(plan, "甲", amount_yen=1)
    browser, url = sign_in(consultant), url_of(case, "map")
    data = {"node-count": 1, "node-0-id": node.pk, "node-0-kind": "supplier", "node-0-name": "甲", "flow-count": 0}
    seen = map_of(plan).stamp
    save(plan, consultant, nodes=[as_entered(node, amount_yen=2)])
    page = browser.post(url, {**data, "version": seen, "node-0-amount_yen": "3"})
    text = page.content.decode()
    assert page.status_code == 409
    assert '<td data-label="保存されている内容" class="preline">2</td>' in text
    assert '<td data-label="あなたの入力" class="preline">3</td>' in text
    assert f"最後に保存したのは{consultant}" in text
    again = {**data, "version": page.context["form"]["version"].value(), "node-0-amount_yen": "3"}
    assert browser.post(url, again).status_code == 302
    assert [one.amount_yen for one in map_of(plan).nodes] == [3]


def test_a_flow_is_compared_with_those_between_the_same_sides(plan: Plan) -> None:
    first, second = make_node(plan, "宮城漁連"), make_node(plan, "石巻魚市場")
    works = make_node(plan, "加工場", kind=NodeKind.FUNCTION)
    shop = make_node(plan, "量販店", kind=NodeKind.CUSTOMER)
    bought = [make_flow(first, works, amount_yen=30), make_flow(second, works, amount_yen=10)]
    sold, unknown = make_flow(works, shop, amount_yen=60), make_flow(works, shop)
    shares = map_of(plan).flow_shares
    # 30 and 10 of 40 bought, 60 of 60 sold: purchases are no part of the sales, though all of them are goods.
    assert [shares[one.pk] for one in (*bought, sold)] == ["75.0%", "25.0%", "100.0%"]
    assert not shares.get(unknown.pk)
