"""What was approved, beside what the records say now: until the submission the two may not drift apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from cases.selectors.plan.versions import approved_plan
from subsidies.enums import ApplicationState
from subsidies.models import Application
from subsidies.rules.gate.facts import OpenPoint
from vapup.shared.money import format_yen

# The amounts of the frozen content that are compared, and what the gate calls them.
TOTALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cost_yen": "費用の合計",
        "subsidy_yen": "補助額の合計",
        "due_now_yen": "今回の請求額",
    }
)
# The version of the plan that a claim for planning encloses.
PLAN_VERSION: Final = "計画の版"


def changed_since_approval(application: Application, amounts: Mapping[str, int]) -> Iterator[OpenPoint]:
    """Yield what an approved application says and the records no longer say.

    Args:
        amounts: what the figures give now, in whole yen, by the names in `TOTALS`; those that are missing are skipped.
    """
    if application.state != ApplicationState.APPROVED or not application.payload:
        return
    enterprise = application.case.enterprise
    now = {"事業者名": enterprise.name, "所在地": enterprise.address, "代表者氏名": enterprise.representative}
    now |= {label: f"{format_yen(amounts[name])}円" for name, label in TOTALS.items() if name in amounts}
    if "plan" in application.payload and (plan := approved_plan(application.case)) is not None:
        now[PLAN_VERSION] = f"第{plan.number}版"
    for label, approved in _approved(application.payload).items():
        if label in now and approved != now[label]:
            message = (
                f"承認した内容の「{label}」 {approved} が、今の記録の {now[label]} と異なります。"
                "承認を取り消して、今の内容で承認を受け直してください。"
            )
            yield OpenPoint("承認した内容", message, blocks=True)


def _approved(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return what the frozen content says; that of a usage application groups the applicant and the totals."""
    applicant, total = payload.get("applicant"), payload.get("total", payload)
    grouped = applicant if isinstance(applicant, Mapping) else {}
    said = {
        "事業者名": grouped.get("name", applicant),
        "所在地": grouped.get("address", payload.get("applicant_address")),
        "代表者氏名": grouped.get("representative", payload.get("representative")),
    }
    said |= {label: f"{format_yen(total[name])}円" for name, label in TOTALS.items() if name in total}
    if "plan" in payload:
        said[PLAN_VERSION] = f"第{payload['plan']['number']}版"
    return {label: text for label, text in said.items() if text is not None}
