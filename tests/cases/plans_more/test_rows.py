"""Rows of a sheet, compared without a database: what is new, changed, gone and moved, and what the trail says."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cases.models import RealValue
from cases.services.plan.rows import Comparison, compare_rows
from tests.cases.plans_more.plan_cases import row


def value(pk: int, account: str = "stock", yen: int = 1, reason: str = "滞留") -> RealValue:
    return RealValue(pk=pk, position=pk, account=account, adjustment_yen=yen, reason=reason)


def entry(pk: int | None, *, is_gone: bool = False, **values: Any) -> Any:
    return row(pk, is_gone=is_gone, **{"account": "stock", "adjustment_yen": 1, "reason": "滞留", **values})


def compared(stored: list[RealValue], rows: list[Any]) -> Comparison[RealValue]:
    return compare_rows("調整", stored, rows, RealValue)


def test_rows_with_one_name_do_not_hide_each_other() -> None:
    stored = [value(1), value(2)]
    found = compared(stored, [entry(1, reason="甲"), entry(2, reason="乙")])
    assert found.changes == {
        "調整 1. stock 1円: 調整の理由": ["滞留", "甲"],
        "調整 2. stock 1円: 調整の理由": ["滞留", "乙"],
    }
    assert [one.pk for one in found.changed] == [1, 2]


def test_a_new_row_between_others_renumbers_those_behind() -> None:
    found = compared([value(1), value(2)], [entry(1), entry(None, reason="新しい"), entry(2)])
    assert [(one.pk, one.position) for one in found.kept] == [(1, 1), (None, 2), (2, 3)]
    assert [one.pk for one in found.changed] == [2]
    assert "調整の並び" not in found.changes


def test_a_row_that_went_meanwhile_comes_back_as_a_new_one() -> None:
    found = compared([value(1)], [entry(1), entry(99, reason="消された行")])
    assert [one.reason for one in found.new] == ["消された行"]
    assert found.new[0].pk is None


def test_a_new_row_that_goes_at_once_leaves_nothing() -> None:
    found = compared([], [entry(None, is_gone=True)])
    assert (found.kept, found.gone, found.changes) == ([], [], {})


@given(st.permutations([1, 2, 3, 4]), st.sets(st.sampled_from([1, 2, 3, 4])))
def test_whatever_is_moved_or_taken_out_every_row_is_accounted_for(order: list[int], gone: set[int]) -> None:
    stored = [value(pk) for pk in (1, 2, 3, 4)]
    found = compared(stored, [entry(pk, is_gone=pk in gone) for pk in order])
    stays = [pk for pk in order if pk not in gone]
    assert [one.pk for one in found.kept] == stays
    assert {one.pk for one in found.gone} == gone
    assert [one.position for one in found.kept] == list(range(1, len(stays) + 1))
    assert ("調整の並び" in found.changes) == (stays != sorted(stays))
    assert found.new == []
