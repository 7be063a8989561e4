"""What might explain the differences of a four-way match: each cause with the yen that it would make."""

from __future__ import annotations

from subsidies.rules.match import Cause, Part
from subsidies.rules.worked import amounts_of
from subsidies.selectors.claiming.claims import ClaimedCategory
from subsidies.selectors.claiming.shares import AgencyShare
from subsidies.selectors.diary.of_claim import CategoryHours
from subsidies.selectors.diary.worked import Worked


def rounding_of(hours: CategoryHours) -> int:
    """Return how many yen rounding elsewhere may make: below 1 yen for amount and tax of each piece of work."""
    return 2 * len(hours.works)


def taken_causes(row: ClaimedCategory, hours: CategoryHours) -> tuple[Part, ...]:
    """Return why the claimed cost may differ from the hours."""
    tax_yen = sum(one.tax_yen for one in hours.works)
    excluded_yen = sum(_at(one, one.minutes + one.excluded_minutes) - one.gross_yen for one in hours.works)
    unapproved_yen = sum(_at(one, one.minutes - _unapproved(one)) - one.gross_yen for one in hours.works)
    stored_yen = row.line.hours_yen if row.line else None
    changed_yen = (stored_yen or hours.gross_yen) - hours.gross_yen
    return (
        Part(Cause.TAX, -tax_yen, "請求が税抜の額になっています"),
        Part(Cause.EXCLUDED, excluded_yen, "受理日より前などの、計上できない時間を含んでいます"),
        Part(Cause.UNAPPROVED, unapproved_yen, "まだ承認されていない時間を含んでいません"),
        Part(Cause.OVER_FILED, min(0, row.filed_yen - hours.gross_yen), "請求を利用申請の額までにしています"),
        Part(Cause.CHANGED, changed_yen, "取り込んだ後で業務日誌が変わりました。もう一度取り込んでください"),
    )


def claimed_causes(row: ClaimedCategory, hours: CategoryHours | None) -> tuple[Part, ...]:
    """Return why a paper's total may differ from the claimed cost."""
    tax_yen = row.cost_yen - row.cost_yen * 100 // 110
    known = sum(one.tax_yen for one in hours.works) if hours and hours.is_kept else tax_yen
    over_yen = max(0, (hours.gross_yen if hours and hours.is_kept else 0) - row.cost_yen)
    return (
        Part(Cause.TAX, -known, "書類の合計が税抜の額になっています"),
        Part(Cause.OVER_FILED, over_yen, "見積を超えて支払われない分を、書類だけが含んでいます"),
    )


def council_causes(share: AgencyShare) -> tuple[Part, ...]:
    """Return why the invoice to the council may differ from what the council pays now."""
    withheld_yen = share.settlement.withheld_yen if share.settlement else 0
    return (
        Part(Cause.HELD, share.later_yen or 0, "初回の伴走支援まで留保される分も請求しています"),
        Part(Cause.OWN, share.own_yen or 0, "事業者が支払う分も請求しています"),
        Part(Cause.NET, -withheld_yen, "協議会あての請求書は、源泉所得税を差し引く前の額で作ります"),
        Part(Cause.TAX, -_tax_of(share.council_yen), "請求書が税抜の額になっています"),
    )


def own_causes(share: AgencyShare) -> tuple[Part, ...]:
    """Return why the invoice to the enterprise may differ from its own share; it is gross of any income tax."""
    withheld_yen = share.settlement.withheld_yen if share.settlement else 0
    return (
        Part(Cause.FEE, -(share.settlement.fee_deducted_yen if share.settlement else 0), "手数料を差し引いています"),
        Part(Cause.TAX, -_tax_of(share.own_yen), "請求書が税抜の額になっています"),
        Part(Cause.NET, -withheld_yen, "事業者あての請求書は、源泉所得税を差し引く前の額が分かるように作ります"),
    )


def transfer_causes(share: AgencyShare) -> tuple[Part, ...]:
    """Return why a transfer may differ from the invoice."""
    row = share.settlement
    if row is None:
        return ()
    kept = Part(Cause.WITHHELD, -row.withheld_yen, "控除前の額が分かる請求書の写しあり")
    if not row.has_gross_invoice:
        kept = Part(Cause.UNPROVEN, -row.withheld_yen, "控除前の額が分かる請求書の写しを添えてください")
    return (
        kept,
        Part(Cause.FEE, -row.fee_deducted_yen, "手数料は費用に含まれません。差額を振り込んでもらいます"),
    )


def _at(worked: Worked, minutes: int) -> int:
    line = worked.line
    return amounts_of(line.hourly_rate_yen, minutes, line.tax_percent).gross_yen if line else 0


def _unapproved(worked: Worked) -> int:
    return sum(one.minutes for one in worked.unapproved)


def _tax_of(gross_yen: int | None) -> int:
    return gross_yen - gross_yen * 100 // 110 if gross_yen else 0
