"""What an approver decides on, whatever the application: what it still lacks, its figures, and what it will say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.urls import reverse

from monitoring.enums import ReportState
from subsidies.enums import ApplicationKind
from subsidies.models import Application, ReturnItem, Settlement
from subsidies.packets.claim import claim_payload
from subsidies.packets.letter import letter_payload
from subsidies.packets.usage import build_usage_payload
from subsidies.rules.assessment import Assessment
from subsidies.rules.findings import Severity
from subsidies.selectors.claiming.claims import ClaimSheet, claim_of
from subsidies.selectors.filing.readiness import Point, Weight, readiness_of
from vapup.shared.errors import DomainError

Printed = Callable[[Application, date], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """An application as its rows stand now.

    Attributes:
        points: what is looked at before the approval may be asked for.
        assessment: the figures, for applications that have any.
        printed: makes the frozen content from the application (with its decision set) and the day that it bears.
    """

    points: tuple[Point, ...]
    assessment: Assessment | None
    printed: Printed

    @property
    def blocking(self) -> tuple[Point, ...]:
        """Return the open points that keep the approval from being asked for."""
        return tuple(one for one in self.points if not one.is_met and one.weight is Weight.BLOCKS)

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Return what only an approver's written reason can let pass."""
        return tuple(one.missing for one in self.points if not one.is_met and one.weight is Weight.NEEDS_OVERRIDE)


def content_of(application: Application) -> Content:
    """Return what is decided on for an application of any kind."""
    content = _MAKERS[ApplicationKind(application.kind)](application)
    return replace(content, points=(*_return_points(application), *content.points))


def _return_points(application: Application) -> Iterator[Point]:
    """Yield every complaint of the council that nobody answered: it would only come back again."""
    if not application.returned_count:
        return
    items = ReturnItem.objects.for_agency(application.agency_id).filter(application=application, answer="")
    label, number = "差戻しへの対応", application.case.number
    open_items = list(items.order_by("round", "id"))
    for item in open_items:
        about = f"「{item.document}」" if item.document else ""
        missing = f"第{item.round}回の差戻し{about}({item.get_cause_display()})への対応が記録されていません。"
        url = reverse("subsidies:return_answer", args=[number, application.pk, item.pk])
        yield Point(label, Weight.BLOCKS, missing, url)
    if not open_items:
        yield Point(label, Weight.BLOCKS)


def _usage(application: Application) -> Content:
    readiness = readiness_of(application.case)

    def printed(decided: Application, prepared_on: date) -> dict[str, Any]:
        if readiness.assessment is None:
            raise ValueError("an application without figures prints nothing")
        return build_usage_payload(
            application=decided, assessment=readiness.assessment, prepared_on=prepared_on
        ).as_json()

    return Content(readiness.points, readiness.assessment, printed)


def _letter(application: Application) -> Content:
    texts = (("件名", application.subject), ("内容と理由", application.explanation))
    points = tuple(
        Point(label, Weight.BLOCKS, "" if text.strip() else f"「{label}」が未入力です。") for label, text in texts
    )
    return Content(points, None, _printed_letter)


def _printed_letter(decided: Application, prepared_on: date) -> dict[str, Any]:
    return letter_payload(decided, prepared_on).as_json()


def _claim(application: Application) -> Content:
    try:
        sheet = claim_of(application)
    except DomainError as refused:
        return Content((Point("請求する額", Weight.BLOCKS, refused.message),), None, _printed_letter)

    def printed(decided: Application, prepared_on: date) -> dict[str, Any]:
        return claim_payload(decided, sheet, prepared_on).as_json()

    return Content(tuple(_claim_points(application, sheet)), sheet.assessment, printed)


def _claim_points(application: Application, sheet: ClaimSheet) -> Iterator[Point]:
    url = reverse("subsidies:claim", args=[application.case.number, application.pk])
    lacking = "・".join(row.category.label for row in sheet.rows if row.line is None)
    settlements = Settlement.objects.for_agency(application.agency_id).filter(application=application)
    yield Point("実績の費用", Weight.BLOCKS, f"「{lacking}」の実績の費用が未入力です。" if lacking else "", url)
    yield Point(
        "請求と自己負担の支払",
        Weight.BLOCKS,
        "" if settlements.entered().exists() else "契約・請求・振込の内容が未入力です。",
        url,
    )
    yield from _report_points(application)
    for finding in sheet.findings:
        if finding.severity is Severity.ERROR:
            yield Point("制度の上限・要件", Weight.NEEDS_OVERRIDE, finding.message, url)


def _report_points(application: Application) -> Iterator[Point]:
    """Yield that a report which was begun is finished: half of one must not go to the council."""
    report = getattr(application.period, "report", None) if application.period else None
    if report is not None:
        url = reverse("monitoring:follow_up_period", args=[application.case.number, application.period_id])
        is_open = report.state != ReportState.FINISHED
        missing = "この回の伴走支援の報告が作成中です。完成させてください。" if is_open else ""
        yield Point("伴走支援の報告", Weight.BLOCKS, missing, url)


_MAKERS: Final[Mapping[ApplicationKind, Callable[[Application], Content]]] = MappingProxyType(
    {
        ApplicationKind.USAGE: _usage,
        ApplicationKind.CHANGE: _letter,
        ApplicationKind.PLAN_CLAIM: _claim,
        ApplicationKind.MONITORING_CLAIM: _claim,
        ApplicationKind.NEGOTIATION_CLAIM: _claim,
        ApplicationKind.WITHDRAWAL: _letter,
    }
)
