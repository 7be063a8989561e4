"""What a claim would say if it were filled from the hours, beside what it says now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import CoAgency
from subsidies.enums import CostCategory
from subsidies.models import ClaimLine
from subsidies.selectors.claiming.claims import ClaimSheet
from subsidies.selectors.diary.of_claim import CategoryHours, ClaimHours, hours_of
from vapup.documents.payload import content_hash
from vapup.shared.durations import length_of
from vapup.shared.money import format_yen


@dataclass(frozen=True, slots=True)
class LineTaken:
    """One category: what is stored, and the fields that the hours give for it, amounts in whole yen with tax."""

    category: CostCategory
    before: ClaimLine | None
    after: Mapping[str, Any]

    @property
    def is_changed(self) -> bool:
        """Tell whether the hours say something else than what is stored."""
        return self.before is None or any(getattr(self.before, name) != value for name, value in self.after.items())


@dataclass(frozen=True, slots=True)
class CostTaken:
    """One agency's cost in whole yen: what is stored, and what its hours give."""

    co_agency: CoAgency | None
    name: str
    before_yen: int | None
    after_yen: int


@dataclass(frozen=True, slots=True)
class TakenHours:
    """All that would be written, and what to know before it is.

    Attributes:
        costs: empty where hours are kept for a part of the categories only.
        warnings: whole sentences; none of them keeps the claim from being filled.
    """

    lines: tuple[LineTaken, ...]
    costs: tuple[CostTaken, ...]
    warnings: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything would be written."""
        return any(one.is_changed for one in self.lines) or any(one.before_yen != one.after_yen for one in self.costs)

    @property
    def sha256(self) -> str:
        """Return the hash of every figure and day that is shown, before and after."""
        lines = [
            (one.category, one.before is None, name, str(getattr(one.before, name, "")), str(value))
            for one in self.lines
            for name, value in one.after.items()
        ]
        costs = [[one.co_agency.pk if one.co_agency else None, one.before_yen, one.after_yen] for one in self.costs]
        return content_hash({"lines": lines, "costs": costs})


def taken_hours_of(sheet: ClaimSheet) -> TakenHours:
    """Return what the hours of a claim give for it, as the rows stand."""
    hours = hours_of(sheet.application)
    lines = tuple(_line(sheet, one) for one in hours.categories if one.is_kept)
    return TakenHours(lines, tuple(_costs(sheet, hours)), tuple(_warnings(sheet, hours)))


def _line(sheet: ClaimSheet, hours: CategoryHours) -> LineTaken:
    stored = next((row.line for row in sheet.rows if row.category is hours.category), None)
    amounts = dict.fromkeys(("cost_yen", "statement_yen", "hours_yen"), hours.gross_yen)
    return LineTaken(hours.category, stored, {**amounts, "worked_from": hours.first_on, "worked_to": hours.last_on})


def _costs(sheet: ClaimSheet, hours: ClaimHours) -> Iterator[CostTaken]:
    if not hours.is_whole:
        return
    for share in sheet.agencies:
        stored = share.settlement.cost_yen if share.settlement else None
        own = hours.agency_yen(share.co_agency.pk if share.co_agency else None)
        yield CostTaken(share.co_agency, share.name, stored, own)


def _warnings(sheet: ClaimSheet, hours: ClaimHours) -> Iterator[str]:
    unapproved = [entry for one in hours.works for entry in one.unapproved]
    if unapproved:
        yield (
            f"承認されていない週の業務日誌が {len(unapproved)}件 含まれます。"
            "取り込めますが、提出前の確認では承認が必要です。"
        )
    if hours.loose is not None and hours.loose.counted:
        yield (
            f"業務が未選択の記入が {len(hours.loose.counted)}件 あり、取り込まれません。"
            "この申請の業務の時間なら、業務を選んでから取り込んでください。"
        )
    if excluded := sum(one.excluded_minutes for one in hours.works):
        yield f"受理日より前などの対象外の時間が {length_of(excluded)} あり、取り込む額に含めていません。"
    for one in hours.categories:
        if hours.is_kept and one.works and not one.is_kept:
            yield (
                f"「{one.category.label}」は業務日誌に記録がないため、入力した額のままにします。"
                "支援機関ごとの費用も取り込みません。"
            )
        yield from _over_filed(sheet, one)


def _over_filed(sheet: ClaimSheet, hours: CategoryHours) -> Iterator[str]:
    filed_yen = next((row.filed_yen for row in sheet.rows if row.category is hours.category), 0)
    if hours.gross_yen > filed_yen:
        yield (
            f"「{hours.category.label}」の業務日誌の額 {format_yen(hours.gross_yen)}円 が、"
            f"利用申請の額 {format_yen(filed_yen)}円 を超えています。超えた分は支払われません。"
        )
