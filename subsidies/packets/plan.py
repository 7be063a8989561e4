"""The plan (別紙2-1) of a claim for planning: the approved version, frozen with the claim, and its drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cases.enums import Scheme, SchemeFrame
from cases.packets.plan_contents import plan_document
from cases.packets.plan_document import PlanDocument
from cases.packets.plan_drawings import cash_drawing, even_drawings, key_drawings, loan_drawing, map_drawing
from cases.rules.indicators import LOCAL_BENCHMARK_SOURCE
from cases.selectors.plan.versions import approved_plan
from subsidies.enums import ApplicationKind
from subsidies.models import Application
from vapup.documents.payload import content_hash, to_json
from vapup.ui.charts import Chart

# So much of the hash tells two contents apart on paper.
SHOWN_OF_HASH: Final = 12


@dataclass(frozen=True, slots=True)
class PlanSheets:
    """What the form of the plan is laid out from.

    Attributes:
        is_whole: every chapter is printed, as 経営改善計画 needs; of 早期経営改善計画 those alone that hold anything.
        source: of the indicators.
    """

    document: PlanDocument
    is_whole: bool
    source: str
    key_charts: Sequence[Chart]
    map_chart: Chart | None
    loan_chart: Chart | None
    cash_chart: Chart | None
    even_charts: Sequence[Chart]

    @property
    def has_balance(self) -> bool:
        """Tell whether the balance sheet and what follows from it are printed: there is one of the base year."""
        base = next(place for place, head in enumerate(self.document.heads) if head.year == 0)
        return self.is_whole or any(line.amounts[base] for line in self.document.balance)

    @property
    def has_loans(self) -> bool:
        """Tell whether the repayments are printed."""
        return self.is_whole or bool(self.document.loans)

    @property
    def check_number(self) -> str:
        """The first digits of the hash of the plan's content, by which two prints are told apart."""
        return hash_of(self.document)[:SHOWN_OF_HASH]

    @property
    def chapters(self) -> tuple[str, ...]:
        """The chapters behind the first page, in their order, as their bookmarks call them."""
        balance = ("貸借対照表", "キャッシュフロー計画") if self.has_balance else ()
        marks = ("指標(目安)",) if self.has_balance else ()
        return (
            *("計画の概要", "ビジネスモデル俯瞰図", "課題と施策", "主な数値", "損益計画"),
            *(*balance, *(("返済計画",) if self.has_loans else ()), "資金繰表", *marks),
            *(("実態貸借対照表",) if marks and self.document.real else ()),
            "モニタリング計画",
        )


def printed_plan(application: Application) -> PlanDocument | None:
    """Return the plan that a claim prints; None of other claims, or where no version is approved.

    The uploaded paper stands in for it then.
    """
    if application.kind != ApplicationKind.PLAN_CLAIM:
        return None
    plan = approved_plan(application.case)
    return plan_document(plan) if plan is not None else None


def hash_of(document: PlanDocument) -> str:
    """Return the SHA-256 of a plan's content."""
    return content_hash(to_json(document))


def plan_sheets(document: PlanDocument, frame: SchemeFrame) -> PlanSheets:
    """Return a frozen plan with its drawings; the same plan is always drawn alike."""
    return PlanSheets(
        document=document,
        is_whole=Scheme.of(frame) is Scheme.IMPROVEMENT,
        source=LOCAL_BENCHMARK_SOURCE,
        key_charts=key_drawings(document, {}),
        map_chart=map_drawing(document) if document.nodes else None,
        loan_chart=loan_drawing(document) if document.loans else None,
        cash_chart=cash_drawing(document.cash) if document.cash else None,
        even_charts=even_drawings(document),
    )
