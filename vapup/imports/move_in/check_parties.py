"""What may be wrong with enterprises, their lenders and their earlier subsidies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cases.enums import LenderRole, SchemeFrame
from cases.models import Enterprise, PastUse
from subsidies.enums import CostCategory
from subsidies.rules.assessment import assess
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.request import AssessRequest
from vapup.imports.columns import Draft
from vapup.imports.move_in import forms
from vapup.imports.move_in.book import Book, Party, doubles
from vapup.shared.money import format_yen


def check_parties(book: Book, *, today: date) -> None:
    """Tell every fault of enterprises, lenders and past uses in their rows."""
    _doubles(book)
    for party in book.parties.values():
        if party.draft is not None:
            _check_enterprise(book, party, party.draft, today)
        _check_lenders(party)
        _check_past_uses(party, today)
        _check_stored_uses(party, book.office.uses.get(party.stored.pk, ()) if party.stored is not None else ())


def _doubles(book: Book) -> None:
    rows = book.of(forms.ENTERPRISES)
    for draft, first in doubles(rows, ["corporate_number"]):
        number, other = draft.values["corporate_number"], first.values["name"]
        draft.fault(
            "corporate_number", f"法人番号「{number}」は、{first.address('corporate_number')}の「{other}」と同じです。"
        )
    for draft, first in doubles(rows, ["name"]):
        if not draft.values.get("corporate_number") or not first.values.get("corporate_number"):
            name = draft.values["name"]
            draft.warn(
                "name",
                f"同じ名前の事業者「{name}」が{first.address('name')}にもあります。別の事業者か確かめてください。",
            )
    names = ["enterprise", "bank_name", "branch_name"]
    for draft, first in doubles(book.of(forms.LENDERS), names):
        draft.fault("bank_name", f"同じ金融機関が{first.address()}にもあります。残高を一行にまとめてください。")
    for draft, first in doubles(book.of(forms.PAST_USES), [one.name for one in forms.PAST_USES.columns]):
        draft.fault(
            "enterprise", f"{first.address()}とまったく同じ行です。二度差し引かれないように、片方を消してください。"
        )


def _check_enterprise(book: Book, party: Party, draft: Draft, today: date) -> None:
    month, founded = draft.values["fiscal_year_end_month"], draft.values["founded_on"]
    if month == 0:
        draft.fault("fiscal_year_end_month", "「決算月」の「0」は月ではありません。1から12で入力してください。")
    if founded and founded > today:
        draft.fault("founded_on", f"「設立日(開業日)」 {founded} は今日 {today} より後です。日付を確かめてください。")
    if party.stored is not None:
        text = f"法人番号「{party.stored.corporate_number}」の事業者は「{party.stored.name}」として登録済みです。"
        draft.warn("corporate_number", f"{text}新しく登録せず、案件などは登録済みの事業者に付けます。")
        return
    name = draft.values["name"]
    same = book.office.names.get(name) if name else None
    if same is not None:
        draft.warn("name", _same_name(same))


def _same_name(same: Enterprise) -> str:
    return (
        f"同じ名前の事業者「{same.name}」({same.address})が登録済みです。別の事業者として登録します。"
        "同じ事業者なら、登録済みの法人番号を入力するか、取り込んだ後に統合してください。"
    )


def _check_lenders(party: Party) -> None:
    stored = party.stored.lenders.all() if party.stored is not None and party.lenders else ()
    main = next((str(one) for one in stored if one.role == LenderRole.MAIN), "")
    names = {(one.bank_name, one.branch_name) for one in stored}
    for draft in party.lenders:
        values = draft.values
        if (values["bank_name"], values["branch_name"] or "") in names:
            draft.fault(
                "bank_name", f"{draft.shown('bank_name')}は、事業者{party.key}に登録済みです。この行を消してください。"
            )
        if values["role"] == LenderRole.MAIN:
            if main:
                text = (
                    f"主要(メイン)の金融機関は一つだけで、{party.key}には{main}があります。"
                    "どちらかの区分を変えてください。"
                )
                draft.fault("role", text)
            main = main or f"「{values['bank_name']}」({draft.address()})"
        _check_balance(draft)


def _check_balance(draft: Draft) -> None:
    balance, guaranteed = draft.values["balance_yen"], draft.values["guaranteed_yen"]
    if balance is None or not guaranteed:
        return
    if guaranteed > balance:
        draft.fault(
            "guaranteed_yen",
            f"「うち保証協会付」 {format_yen(guaranteed)}円 が、「借入残高」 {format_yen(balance)}円 を超えています。",
        )
    elif draft.values["role"] == LenderRole.GUARANTOR:
        text = "区分が「信用保証協会」のときは空にしてください。保証付の残高は融資した金融機関の行に入力します。"
        draft.fault("guaranteed_yen", f"「うち保証協会付」 {format_yen(guaranteed)}円: {text}")


def _check_past_uses(party: Party, today: date) -> None:
    for draft in party.past_uses:
        day = draft.values["accepted_on"]
        if day and day > today:
            draft.fault("accepted_on", f"「当時の受理日」 {day} は今日 {today} より後です。日付を確かめてください。")
        if not draft.is_faulty:
            _check_past_use(party, draft, day or today, is_known=day is not None)


def _check_stored_uses(party: Party, stored: Sequence[PastUse]) -> None:
    """Refuse what was registered before, by hand or by another file: the caps would be lowered by it twice."""
    known = {(use.frame, use.category, use.paid_yen, use.accepted_on): use for use in stored}
    for draft in party.past_uses:
        same = known.get(tuple(draft.values[name] for name in ("frame", "category", "paid_yen", "accepted_on")))
        if same is not None:
            day = f"、受理日 {same.accepted_on}" if same.accepted_on else ""
            draft.fault(
                "enterprise",
                f"登録済みの過去の利用({same}{day})とまったく同じです。二度差し引かれないように、この行を消してください。"
                "別の利用なら、取り込んだ後に事業者のページで登録してください。",
            )


def _check_past_use(party: Party, draft: Draft, day: date, *, is_known: bool) -> None:
    """Refuse what the frame never paid, and more than its cap."""
    frame, category = SchemeFrame(draft.values["frame"]), CostCategory(draft.values["category"])
    try:
        offered = rule_version_on(frame, day).categories
    except FrameNotOpen as closed:
        if is_known:
            draft.fault("accepted_on", closed.message)
        return
    if category not in offered:
        draft.fault("category", f"「{frame.label}」に「{category.label}」はありません({day}の規則)。")
        return
    request = AssessRequest(
        frame=frame,
        accepted_on=day,
        annual_sales_yen=party.fact("annual_sales_yen") or 0,
        interest_bearing_debt_yen=party.fact("interest_bearing_debt_yen") or 0,
        costs={category: 0},
    )
    line = next(one for one in assess(request).lines if one.category is category)
    paid = draft.values["paid_yen"]
    if line.cap_yen is not None and paid > line.cap_yen:
        draft.warn(
            "paid_yen",
            f"「協議会が支払った額」 {format_yen(paid)}円 が、{category.label}の上限 {format_yen(line.cap_yen)}円 を"
            "超えています。当時の規模や複数回の利用によるものか確かめてください。",
        )
