"""What may be wrong with periods, costs and claims: above all, whether they add up with each other and the caps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from cases.enums import CaseStage, SchemeFrame
from monitoring.enums import KINDS
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.request import MONITORING_CATEGORIES
from subsidies.rules.worked import TAX_PERCENTS, amounts_of
from subsidies.workflow import FRAMES, SUBMITTABLE
from vapup.imports.columns import Draft
from vapup.imports.move_in import forms
from vapup.imports.move_in.book import Book, Bundle, doubles
from vapup.imports.move_in.figures import categories_claimed, claimed_of, costs_of, filed_of, ordered
from vapup.imports.move_in.forms import CLAIM_LINES
from vapup.shared.money import format_yen

K, S = ApplicationKind, CaseStage
CLAIM_DAYS: Final = ("submitted_on", "accepted_on", "decided_on", "paid_on")


def check_money(book: Book, *, today: date) -> None:
    """Tell every fault of periods, costs and claims in their rows; figures are compared where all rows can be read."""
    for draft, first in doubles(book.of(forms.CLAIM_SHEET), ["case", "kind", "period"]):
        draft.fault("kind", f"同じ支払申請が{first.address()}にもあります。一行にまとめてください。")
    for bundle in book.bundles.values():
        _check_periods(bundle)
        for cost in bundle.costs:
            _check_cost(bundle, cost)
        for claim in bundle.claims:
            _check_claim(bundle, claim, today)
    for bundle in book.bundles.values():
        if bundle.is_sound:
            _check_caps(book, bundle)


def _check_periods(bundle: Bundle) -> None:
    for period in bundle.periods:
        _check_kind(bundle, period)
        _check_span(bundle, period)
    rows = ordered(bundle)
    if _are_numbered(rows):
        for pair in pairwise(rows):
            _check_overlap(*pair)


def _check_kind(bundle: Bundle, period: Draft) -> None:
    allowed, kind = KINDS[bundle.frame] if bundle.frame else None, period.values["kind"]
    if kind and allowed is not None and kind not in allowed:
        names = "・".join(one.label for one in allowed) or "伴走支援はありません"
        frame = bundle.draft.shown("frame")
        period.fault("kind", f"枠{frame}に区分{period.shown('kind')}の回はありません({names})。")


def _check_span(bundle: Bundle, period: Draft) -> None:
    first, last = period.values["starts_on"], period.values["ends_on"]
    if first and last and last < first:
        period.fault("ends_on", f"「対象期間の最終日」 {last} は「対象期間の初日」 {first} より前です。")
    if last and bundle.key_date and last < bundle.key_date:
        label = "受理日" if bundle.key_column == "usage_accepted_on" else "受理予定日"
        place = bundle.draft.address(bundle.key_column)
        period.fault(
            "ends_on", f"「対象期間の最終日」 {last} は、案件({place})の{label} {bundle.key_date} より前です。"
        )


def _are_numbered(rows: Sequence[Draft]) -> bool:
    """Tell whether the periods are numbered from 1 without a gap; the first that is not is told in its row."""
    for expected, period in enumerate(rows, 1):
        number = period.values["number"]
        if number is not None and number != expected:
            period.fault(
                "number",
                f"「回」の{period.shown('number')}は、続き番号ではありません。{expected}から順に、同じ番号なく付けてください。",
            )
            return False
    return True


def _check_overlap(earlier: Draft, later: Draft) -> None:
    ends, starts, last = earlier.values["ends_on"], later.values["starts_on"], later.values["ends_on"]
    if ends and last and last < ends:
        later.fault(
            "ends_on", f"「対象期間の最終日」 {last} が、前の回({earlier.address('ends_on')})の {ends} より前です。"
        )
    elif ends and starts and starts <= ends:
        later.fault(
            "starts_on",
            f"「対象期間の初日」 {starts} が、前の回({earlier.address('ends_on')})の最終日 {ends} と重なっています。",
        )


def _check_cost(bundle: Bundle, cost: Draft) -> None:
    category = cost.values["category"]
    if category and bundle.frame and bundle.key_date:
        _check_category(bundle.frame, bundle.key_date, cost, CostCategory(category))
    _check_number(bundle, cost, category)
    rate, minutes, gross = (cost.values[name] for name in ("hourly_rate_yen", "minutes", "gross_yen"))
    if (rate is None) != (minutes is None):
        empty = "minutes" if minutes is None else "hourly_rate_yen"
        if cost.cells.get(empty, ("", None, ""))[2] == "" and not cost.is_faulty:
            cost.fault(
                empty,
                f"「単価」{cost.shown('hourly_rate_yen')}・「予定時間」{cost.shown('minutes')} の一方だけが"
                "入力されています。両方を入力するか、両方を空にしてください。",
            )
    elif rate is not None and gross is not None:
        worked = amounts_of(rate, minutes, TAX_PERCENTS[0])
        if worked.gross_yen != gross:
            cost.fault(
                "gross_yen",
                f"「金額(税込)」 {format_yen(gross)}円 が、単価 × 予定時間 と消費税{TAX_PERCENTS[0]}%の "
                f"{format_yen(worked.gross_yen)}円 と {format_yen(gross - worked.gross_yen)}円 異なります。",
            )


def _check_category(frame: SchemeFrame, day: date, cost: Draft, category: CostCategory) -> None:
    try:
        offered = rule_version_on(frame, day).categories
    except FrameNotOpen:
        return
    if category not in offered:
        cost.fault("category", f"「{frame.label}」に「{category.label}」はありません({day}の規則)。")


def _check_number(bundle: Bundle, cost: Draft, category: str | None) -> None:
    """Look whether a monitoring cost says which period it is for, and another says none."""
    number = cost.values["period"]
    of_kind = [one for one in bundle.periods if one.values["kind"] == category]
    if category not in MONITORING_CATEGORIES:
        if number is not None and category:
            cost.fault("period", f"「回」の{cost.shown('period')}は、伴走支援費用だけに入力します。")
    elif any(one.is_faulty for one in bundle.periods):
        return  # what is wrong is told there
    elif number is None:
        if of_kind and not cost.is_faulty:
            cost.fault("period", "「回」が空です。「伴走支援の回」のどの回の費用かを入力してください。")
    elif not any(one.values["number"] == number for one in of_kind):
        cost.fault(
            "period", f"「回」の{cost.shown('period')}は、この案件の「伴走支援の回」シートの同じ区分にありません。"
        )


def _check_claim(bundle: Bundle, claim: Draft, today: date) -> None:
    kind = claim.values["kind"]
    if kind is None:
        return
    _check_place(bundle, claim, K(kind))
    _check_days(bundle, claim, today)
    _check_yen(claim)
    covered = categories_claimed(bundle, claim)
    entered = costs_of(claim)
    for name, category in CLAIM_LINES:
        if category in entered and category not in covered:
            claim.fault(name, f"{claim.shown('kind')}に「{category.label}」の実績は入力できません。")
    if not entered and not claim.is_faulty:
        claim.fault("kind", f"{claim.shown('kind')}の実績の費用が空です。費用区分ごとに入力してください。")


def _check_place(bundle: Bundle, claim: Draft, kind: ApplicationKind) -> None:
    """Look whether the frame and the stage have this claim, and whether its period is planned."""
    frame, stage, number = bundle.frame, bundle.stage, claim.values["period"]
    if frame and frame not in FRAMES[kind]:
        claim.fault("kind", f"「{frame.label}」の案件に{claim.shown('kind')}はありません。")
    elif stage and stage is not S.COMPLETED and kind is not K.PLAN_CLAIM and stage not in SUBMITTABLE[kind]:
        claim.fault(
            "kind",
            f"段階{bundle.draft.shown('stage')}({bundle.draft.address('stage')})の案件に、"
            f"提出済みの{claim.shown('kind')}はありません。段階を確かめてください。",
        )
    if kind is K.NEGOTIATION_CLAIM and not bundle.draft.values["seeks_guarantee_release"]:
        place, said = bundle.draft.address("seeks_guarantee_release"), bundle.draft.shown("seeks_guarantee_release")
        claim.fault(
            "kind", f"案件({place})の「経営者保証の解除」が{said}のため、{claim.shown('kind')}は取り込めません。"
        )
    is_told = any(one.is_faulty for one in bundle.periods)
    if kind is K.MONITORING_CLAIM and not is_told and number not in {one.values["number"] for one in bundle.periods}:
        claim.fault("period", f"「回」の{claim.shown('period')}は、この案件の「伴走支援の回」シートにありません。")
    if kind is not K.MONITORING_CLAIM and number is not None:
        claim.fault("period", f"「回」の{claim.shown('period')}は、伴走支援の支払申請だけに入力します。")


def _check_days(bundle: Bundle, claim: Draft, today: date) -> None:
    accepted = bundle.draft.values["usage_accepted_on"]
    named = f"案件の受理日({bundle.draft.address('usage_accepted_on')})"
    latest, name = accepted, named
    for column in CLAIM_DAYS:
        day = claim.values[column]
        if day is None or claim.form is None:
            continue
        label = claim.form.by_name[column].label
        if day > today:
            claim.fault(column, f"「{label}」 {day} は今日 {today} より後です。日付を確かめてください。")
        elif latest and day < latest:
            claim.fault(column, f"「{label}」 {day} は{name} {latest} より前です。どちらかを直してください。")
        if latest is None or day >= latest:
            latest, name = day, f"「{label}」"
    first, last = claim.values["worked_from"], claim.values["worked_to"]
    if first and last and last < first:
        claim.fault("worked_to", f"「従事の最終日」 {last} は「従事の初日」 {first} より前です。")
    if first and accepted and first < accepted:
        claim.fault(
            "worked_from",
            f"「従事の初日」 {first} は{named} {accepted} より前です。受理前の作業は対象になりません。",
        )


def _check_yen(claim: Draft) -> None:
    """Look whether days and amounts of decision and payment come in pairs, and agree."""
    for day, yen, label in (("decided_on", "decided_yen", "決定"), ("paid_on", "paid_yen", "入金")):
        if (claim.values[day] is None) != (claim.values[yen] is None) and not claim.is_faulty:
            empty = day if claim.values[day] is None else yen
            claim.fault(
                empty,
                f"「{label}日」{claim.shown(day)}・「{label}額」{claim.shown(yen)} の一方だけが入力されています。"
                "両方を入力するか、両方を空にしてください。",
            )
    decided, paid = claim.values["decided_yen"], claim.values["paid_yen"]
    if paid is not None and decided is None and not claim.is_faulty:
        claim.fault(
            "decided_yen",
            f"「入金額」 {format_yen(paid)}円 がありますが、「決定額」が空です。決定通知書の額を入力してください。",
        )
    if paid is not None and decided is not None and paid != decided:
        claim.fault(
            "paid_yen",
            f"「入金額」 {format_yen(paid)}円 が「決定額」 {format_yen(decided)}円 と異なります。"
            "通帳と決定通知書を確かめてください。",
        )


def _check_caps(book: Book, bundle: Bundle) -> None:
    """Work the figures of a readable case out, and compare what was decided on with what the rules allow."""
    if bundle.party is None or not bundle.party.is_sound or bundle.frame is None or bundle.key_date is None:
        return
    filed = filed_of(book, bundle, bundle.party, bundle.frame, bundle.key_date)
    for claimed in claimed_of(bundle, filed):
        decided = claimed.row.values["decided_yen"]
        if decided is not None and decided > claimed.due_yen:
            claimed.row.fault(
                "decided_yen",
                f"「決定額」 {format_yen(decided)}円 が、利用申請の額・実績の費用・補助率・上限から計算した "
                f"{format_yen(claimed.due_yen)}円 を {format_yen(decided - claimed.due_yen)}円 超えています。",
            )
        elif decided is not None and decided < claimed.due_yen:
            claimed.row.warn(
                "decided_yen",
                f"「決定額」 {format_yen(decided)}円 は、計算した {format_yen(claimed.due_yen)}円 より"
                f" {format_yen(claimed.due_yen - decided)}円 少ない額です。減額されたものとして取り込みます。",
            )
