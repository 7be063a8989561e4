"""The documents that go with an application, from dated data beside this module, judged for one case."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cases.enums import LegalForm
from cases.models import Case
from subsidies.enums import CostCategory
from subsidies.packets.payload import Attachment
from subsidies.rules.assessment import Assessment
from vapup.shared.money import format_yen

DATA: Final = Path(__file__).with_name("attachments.toml")
CONDITIONS: Final = frozenset({"always", "corporation", "sole_proprietor", "schedule", "unless_bank_signs", "reuse"})


def attachments_of(case: Case, assessment: Assessment) -> tuple[Attachment, ...]:
    """Return the list of documents in force on the case's key date, each with whether this case needs it."""
    conditions = _conditions(case, assessment)
    return tuple(
        Attachment(row["title"], row["kind"], *conditions[row["needed"]])
        for row in rows()
        if row["effective_from"] <= case.key_date and case.key_date <= row.get("effective_to", case.key_date)
    )


@lru_cache(maxsize=1)
def rows() -> tuple[Mapping[str, Any], ...]:
    """Return the rows of the data; read and checked once.

    Raises:
        ValueError: a row has a condition that nobody judges.
    """
    found = tuple(tomllib.loads(DATA.read_text(encoding="utf-8"))["attachment"])
    unknown = {row["needed"] for row in found} - CONDITIONS
    if unknown:
        raise ValueError(f"{DATA.name}: unknown conditions {sorted(unknown)}")
    return found


def _conditions(case: Case, assessment: Assessment) -> Mapping[str, tuple[bool, str]]:
    """Return, by condition, whether it holds and what to say about it."""
    is_person = case.enterprise.legal_form == LegalForm.SOLE_PROPRIETOR
    is_reuse = any(assessment.request.past_subsidies.values())
    return {
        "always": (True, ""),
        "corporation": (not is_person, "個人事業主は不要" if is_person else ""),
        "sole_proprietor": (is_person, "" if is_person else "法人は不要"),
        "schedule": _schedule(assessment),
        "unless_bank_signs": (True, "記名押印があれば不要"),
        "reuse": (is_reuse, "" if is_reuse else "過去の利用がないため不要"),
    }


def _schedule(assessment: Assessment) -> tuple[bool, str]:
    """Tell whether the schedule (工程表) is needed: not up to a threshold of the cost of planning."""
    threshold = assessment.rule_version.find("gantt_threshold_yen")
    if threshold is None or not isinstance(threshold.value, int):
        return True, ""
    planning_yen = sum(line.cost_yen for line in assessment.lines if line.category is CostCategory.PLANNING)
    is_needed = planning_yen > threshold.value
    side = "を超える" if is_needed else "以下のため不要"
    return is_needed, f"計画策定費用 {format_yen(planning_yen)}円は {format_yen(threshold.value)}円{side}"
