"""Say of every line of a file what becomes of it, and of the file where its figures go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cases.enums import Statement
from cases.models import LARGEST_YEN, Enterprise
from cases.rules.accounts import accounts
from vapup.imports.columns import Draft, Message
from vapup.imports.enums import Verdict
from vapup.imports.figures.checking import Checked, Taken, checked
from vapup.imports.figures.form import NAME, options_of, reading_of
from vapup.imports.figures.layout import Layout
from vapup.imports.figures.lines import Role
from vapup.imports.figures.mapping import Names, remembered_name
from vapup.imports.figures.office import monthly, of_statements, office_of, yearly
from vapup.imports.figures.plan import NoPlace, Plan, plan_of
from vapup.imports.figures.products import BY_ID
from vapup.imports.importers import Asked
from vapup.shared.collector import collector_paused
from vapup.shared.money import format_yen

LINE_NOTES: Final = {
    Role.SUBTOTAL: "小計の行です。取り込みません。",
    Role.DETAIL: "補助科目などの内訳の行です。取り込みません。",
    Role.MEMO: "内書きの行です。取り込みません。",
}
MOST_TOLD: Final = 3


@dataclass
class FiguresPlan:
    """What a file will write, if it can: its place, and which row made which account.

    Attributes:
        rows: the row of the file that an account comes from first.
        chosen: of the names that were decided for this file, the row, the account and whether it is negated.
    """

    checked: Checked
    plan: Plan | None
    head: Draft
    rows: Mapping[str, Draft] = field(default_factory=dict)
    chosen: Mapping[str, tuple[Draft, str, bool]] = field(default_factory=dict)


@collector_paused()
def examine(drafts: Sequence[Draft], asked: Asked) -> FiguresPlan:
    """Tell everything in the rows, and return what would be written."""
    head, rows, reading = reading_of(drafts)
    head.messages.clear()
    office = office_of(asked)
    ended = [month for month in reading.layout.months if month <= asked.today]
    found = checked(reading, Names(office.names), last_place=len(ended) if reading.layout.is_by_month else None)
    for draft, taken in zip(rows, found.taken, strict=True):
        say_line(draft, taken, found.layout)
    say_layout(head, found.layout)
    result = FiguresPlan(found, None, head, _first_rows(rows, found), _chosen(rows, found, asked))
    if not head.is_faulty:
        result.plan = _planned(head, found, office.enterprise, asked)
    if result.plan is not None:
        _say_replaced(head, result.plan)
        _check_range(result)
    return result


def _planned(head: Draft, found: Checked, enterprise: Enterprise, asked: Asked) -> Plan | None:
    try:
        plan = plan_of(found, enterprise, options_of(asked))
    except NoPlace as unclear:
        head.fault("", unclear.message)
        return None
    for note in plan.notes:
        say(head, note)
    for text in plan.warnings:
        head.warn("", text)
    return plan


def say(draft: Draft, text: str, column: str = "") -> None:
    """Say what is to be known of a row that is right."""
    draft.messages.append(Message(Verdict.OK, draft.address(column), text))


def say_layout(head: Draft, layout: Layout) -> None:
    """Say how the file was understood."""
    product = BY_ID[layout.product]
    shape = f"月の列{len(layout.months)}か月" if layout.is_by_month else "1期間の残高"
    unit = {1: "円", 1_000: "千円", 1_000_000: "百万円"}[layout.unit]
    say(head, f"{product.label}の{shape}として読みました。単位は{unit}です。")
    if layout.unit > 1:
        head.warn("", f"金額が{unit}単位のため、合計の行との照合は、行ごとの端数を除いて行います。")
    for text in [product.note, *layout.notes]:
        if text:
            say(head, text)
    for text in layout.faults:
        head.fault("", text)


def say_line(draft: Draft, taken: Taken, layout: Layout) -> None:
    """Say what becomes of one line."""
    for fault in taken.line.faults:
        draft.fault(NAME, f"「{taken.line.name}」の{fault}")
    if taken.is_unknown:
        draft.fault(NAME, f"「{taken.line.name}」に当てる科目が選ばれていません。「科目の対応」で選んでください。")
    elif taken.account is not None:
        _say_account(draft, taken)
    elif taken.total is not None:
        _say_total(draft, taken, layout)
    elif taken.chosen is not None:
        say(draft, "対象外に決めた科目です。取り込みません。", NAME)
    else:
        say(draft, LINE_NOTES.get(taken.line.role, "金額が0円の行です。取り込みません。"), NAME)


def _say_account(draft: Draft, taken: Taken) -> None:
    label = taken.account.label if taken.account else ""
    if taken.factor == 0:
        say(draft, f"「{label}」の内訳の合計と同じ金額のため、小計と見て取り込みません。", NAME)
        return
    how = "(符号を反転)" if taken.factor < 0 else ""
    if taken.chosen is not None and taken.chosen.is_guess:
        text = f"名前の一部から「{label}」{how}と見て取り込みます。違うときは「科目の対応」で選び直してください。"
        draft.messages.append(Message(Verdict.WARNING, draft.address(NAME), text))
    else:
        say(draft, f"「{label}」{how}として取り込みます。", NAME)


def _say_total(draft: Draft, taken: Taken, layout: Layout) -> None:
    label = taken.total.label if taken.total else ""
    if not taken.differences:
        say(draft, f"{label}: 取り込む行から計算した金額と一致します。", NAME)
        return
    told = "、".join(
        f"{_when(layout, place)}は{format_yen(ours - stated)}円の差"
        f"(ファイル {format_yen(stated)}円、計算 {format_yen(ours)}円)"
        for place, stated, ours in taken.differences[:MOST_TOLD]
    )
    more = len(taken.differences) - MOST_TOLD
    rest = f"、ほか{more}か月" if more > 0 else ""
    draft.warn(NAME, f"{label}: 取り込む行から計算した金額と違います。{told}{rest}。")


def _when(layout: Layout, place: int) -> str:
    return f"{layout.months[place]:%Y-%m}" if layout.is_by_month else "この期間"


def _first_rows(rows: Sequence[Draft], found: Checked) -> Mapping[str, Draft]:
    first: dict[str, Draft] = {}
    for draft, taken in zip(rows, found.taken, strict=True):
        if taken.account is not None and taken.factor:
            first.setdefault(taken.account.id, draft)
    return first


def _chosen(rows: Sequence[Draft], found: Checked, asked: Asked) -> Mapping[str, tuple[Draft, str, bool]]:
    names = asked.options.get("names", {})
    chosen: dict[str, tuple[Draft, str, bool]] = {}
    for draft, taken in zip(rows, found.taken, strict=True):
        name = remembered_name(taken.line.key, is_made=taken.line.is_made)
        if name in names and taken.line.role is Role.ACCOUNT:
            chosen.setdefault(name, (draft, *names[name]))
    return chosen


def _say_replaced(head: Draft, plan: Plan) -> None:
    """Say which stored figures the file replaces."""
    stored = [
        *(row for row in monthly(plan.enterprise, plan.months) if of_statements(row.account, plan.statements)),
        *(row for row in yearly(plan.enterprise, plan.ends) if of_statements(row.account, plan.statements)),
    ]
    names = "・".join(one.label for one in Statement if one in plan.statements)
    say(head, f"{_span(plan)}の{names}を取り込みます。")
    if stored:
        head.warn(
            "", f"登録済みの{names}の金額{len(stored)}件を、このファイルの金額で置き換えます。取り消すと元に戻ります。"
        )


def _span(plan: Plan) -> str:
    if plan.months:
        first, last = plan.months[0], plan.months[-1]
        return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} から {last:%Y-%m} まで"
    return f"{plan.ends[0]} の決算" if plan.ends else "0か月"


def _check_range(result: FiguresPlan) -> None:
    """Tell amounts that no column can hold."""
    if result.plan is None:
        return
    for found in (result.plan.monthly, result.plan.yearly):
        for (account_id, when), yen in found.items():
            if abs(yen) > LARGEST_YEN:
                what = f"「{accounts()[account_id].label}」の {when:%Y-%m} の金額 {format_yen(yen)}円"
                row = result.rows.get(account_id, result.head)
                row.fault(NAME, f"{what} は、上限の{format_yen(LARGEST_YEN)}円を超えています。")
