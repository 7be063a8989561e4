"""A version of a plan that is no draft does not change: the database says so too, to the role of requests and tasks.

Services refuse the same with a sentence (`cases.services.plan.writing`). What they forget, or do not lock, ends here.
Whoever migrates is another role, and may do what is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pgtrigger
from django.db.models import Model

from cases.models.plans import (
    Assumption,
    CashFigure,
    Issue,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    Plan,
    PlanFigure,
    RealValue,
)

ROLE: Final = "vapup_app"
NAME: Final = "closed"
# What of a version moves with it: on its way to approval, and when a newer one takes its place.
_ON_ITS_WAY: Final = (
    "'state', 'version', 'submitted_by_id', 'submitted_at', 'approved_by_id', 'approved_at', 'returned_because'"
)
_WHEN_REPLACED: Final = "'state', 'version'"
_VERSION: Final = """
    IF current_user <> '{role}' OR OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'submitted'
        AND to_jsonb(NEW) - ARRAY[{on_its_way}] = to_jsonb(OLD) - ARRAY[{on_its_way}] THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state <> 'submitted' AND NEW.state IN (OLD.state, 'replaced')
        AND to_jsonb(NEW) - ARRAY[{when_replaced}] = to_jsonb(OLD) - ARRAY[{when_replaced}] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'plan % is %, it does not change', OLD.id, OLD.state;
"""
# FOR SHARE waits for a decision under way: what was a draft when somebody looked may be none when the row is written.
_PART: Final = """
    IF current_user <> '{role}' OR {is_moved} THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT plan.state INTO state_now FROM cases_plan AS plan WHERE plan.id = {of_old} FOR SHARE;
        IF state_now <> 'draft' THEN
            RAISE EXCEPTION '% % is of a plan that is %, it does not change', TG_TABLE_NAME, OLD.id, state_now;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT plan.state INTO state_now FROM cases_plan AS plan WHERE plan.id = {of_new} FOR SHARE;
        IF state_now <> 'draft' THEN
            RAISE EXCEPTION 'no % can be added to a plan that is %', TG_TABLE_NAME, state_now;
        END IF;
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
_OWN: Final = "{row}.plan_id"
_OF_MEASURE: Final = "(SELECT measure.plan_id FROM cases_measure AS measure WHERE measure.id = {row}.measure_id)"
_OF_LOAN: Final = "(SELECT loan.plan_id FROM cases_loan AS loan WHERE loan.id = {row}.loan_id)"
# When two enterprises become one, a loan is owed to the row of the same bank that stays.
_OTHER_LENDER: Final = "TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'lender_id' = to_jsonb(OLD) - 'lender_id'"


def _closed_version() -> pgtrigger.Trigger:
    """Return the trigger of the versions themselves: one that waits is decided on, one that holds is replaced."""
    written = _VERSION.format(role=ROLE, on_its_way=_ON_ITS_WAY, when_replaced=_WHEN_REPLACED)
    changed = pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(name=NAME, when=pgtrigger.Before, operation=changed, func=written)


def _closed_part(way: str, *, is_moved: str = "false") -> pgtrigger.Trigger:
    """Return the trigger of a part, which is written while its plan is a draft.

    Args:
        way: the plan of a row, as SQL; `{row}` is the row.
        is_moved: what may happen to it in any version, as SQL.
    """
    old, new = way.format(row="OLD"), way.format(row="NEW")
    return pgtrigger.Trigger(
        name=NAME,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("state_now", "text")],
        func=_PART.format(role=ROLE, is_moved=is_moved, of_old=old, of_new=new),
    )


_TRIGGERS: Final[Mapping[type[Model], pgtrigger.Trigger]] = {
    Plan: _closed_version(),
    MapNode: _closed_part(_OWN),
    MapFlow: _closed_part(_OWN),
    Issue: _closed_part(_OWN),
    Measure: _closed_part(_OWN),
    MeasureEffect: _closed_part(_OF_MEASURE),
    Assumption: _closed_part(_OWN),
    PlanFigure: _closed_part(_OWN),
    RealValue: _closed_part(_OWN),
    Loan: _closed_part(_OWN, is_moved=_OTHER_LENDER),
    LoanChange: _closed_part(_OF_LOAN),
    CashFigure: _closed_part(_OWN),
}

for _model, _trigger in _TRIGGERS.items():
    pgtrigger.register(_trigger)(_model)
