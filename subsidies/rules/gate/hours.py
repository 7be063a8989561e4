"""Hours and rates: what the diary gives now, against what the claim took over, the rate card and the other cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from subsidies.rules.gate.facts import GateFacts, HoursFacts, LineFacts, Place, SettlementFacts, StintFacts
from subsidies.rules.gate.findings import GateFinding, differs_in_yen, finding, yen_place
from vapup.shared.durations import length_of
from vapup.shared.money import format_yen

_DIARY: Final = "業務日誌"
_TAKE_AGAIN: Final = "請求のページで、もう一度業務日誌から取り込んでください。"


def check_hours(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield what is wrong with the hours behind a claim; nothing of those that are kept on paper."""
    lines = {line.category: line for line in facts.lines}
    for hours in facts.hours:
        line = lines.get(hours.category)
        if line is not None:
            yield from _taken(hours, line)
            yield from _outside(facts, hours, line)
        yield from _unapproved(hours)
        yield from _people(hours)
        yield from _rates(hours)
        yield from _overlaps(hours)
    if facts.loose:
        yield _loose(facts.loose)
    for settlement in facts.settlements:
        yield from _of_agency(settlement)


def _taken(hours: HoursFacts, line: LineFacts) -> Iterator[GateFinding]:
    """Compare what the claim took over with the hours as they stand."""
    name = hours.category.label
    if line.hours_yen is None:
        return
    claimed, live = (f"従事時間管理表の額({name})", line.hours_yen), (f"{_DIARY}の額({name})", hours.gross_yen)
    if line.hours_yen in {hours.gross_yen, hours.inside_yen}:
        yield from _days(hours, line)
    elif line.hours_yen == hours.with_excluded_yen:
        remedy = f"差は、受理日より前などの対象外の時間です。対象外の時間を請求から除いてください。{_TAKE_AGAIN}"
        yield differs_in_yen("hours_excluded", claimed, live, remedy, about=hours.category.value)
    else:
        remedy = f"取り込んだ後で業務日誌が変わったか、手で入力した額です。{_TAKE_AGAIN}"
        yield differs_in_yen("hours_changed", claimed, live, remedy, about=hours.category.value)


def _days(hours: HoursFacts, line: LineFacts) -> Iterator[GateFinding]:
    if line.hours_yen != hours.gross_yen:
        return
    for label, claimed, live in (
        ("従事の初日", line.worked_from, hours.first_on),
        ("従事の最終日", line.worked_to, hours.last_on),
    ):
        if claimed is not None and live is not None and claimed != live:
            first = Place(f"{label}({hours.category.label})", claimed.isoformat())
            second = Place(f"{_DIARY}の{label}", live.isoformat())
            message = f"{first.label} {first.value} が、{second.label} {second.value} と異なります。{_TAKE_AGAIN}"
            yield finding("hours_days_differ", first, second, message, about=f"{hours.category.value} {label}")


def _outside(facts: GateFacts, hours: HoursFacts, line: LineFacts) -> Iterator[GateFinding]:
    """Yield the hours after the claim or before its period, where the days of the claim do not tell of them already."""
    name = hours.category.label
    for stint in hours.counted:
        starts_on = facts.procedure.period_starts_on
        first = Place(f"{_DIARY}({stint.person} {stint.work})", stint.worked_on.isoformat())
        if stint.worked_on > facts.day and not _is_known(stint, line):
            second = Place(f"{facts.kind.label}の提出日", facts.day.isoformat())
            words = "より後です。提出までに行った業務だけを請求できます。日付を確かめ、誤りなら直してください。"
            code = "hours_after_claim"
        elif starts_on is not None and stint.worked_on < starts_on and not _is_known(stint, line):
            second = Place(f"{name}の対象期間の初日", starts_on.isoformat())
            words = "より前です。対象期間の業務か、業務の選び方を確かめてください。"
            code = "hours_outside_period"
        else:
            continue
        message = f"{first.label} {first.value} が、{second.label} {second.value} {words}"
        yield finding(code, first, second, message, about=f"{stint.person} {stint.worked_on} {stint.work}")


def _is_known(stint: StintFacts, line: LineFacts) -> bool:
    """Tell whether the day lies between the first and the last day of the claim, which are compared by themselves."""
    if line.worked_from is None or line.worked_to is None:
        return False
    return line.worked_from <= stint.worked_on <= line.worked_to


def _unapproved(hours: HoursFacts) -> Iterator[GateFinding]:
    weeks: dict[tuple[str, date], int] = defaultdict(int)
    for stint in hours.counted:
        if not stint.is_approved:
            weeks[stint.person, stint.monday] += stint.minutes
    for (person, monday), minutes in sorted(weeks.items()):
        first = Place(f"{_DIARY}({person} {monday}の週)", "未承認")
        second = Place(f"請求する時間({hours.category.label})", length_of(minutes))
        message = (
            f"{first.label}が「{first.value}」ですが、{second.label}に {second.value} 含まれています。"
            "週の業務日誌を提出し、承認を受けてください。"
        )
        yield finding("hours_unapproved", first, second, message, about=f"{hours.category.value} {person} {monday}")


def _people(hours: HoursFacts) -> Iterator[GateFinding]:
    strangers: dict[tuple[str, str, str], int] = defaultdict(int)
    for stint in hours.counted:
        if stint.quoted_person and stint.quoted_person != stint.person:
            strangers[stint.work, stint.person, stint.quoted_person] += stint.minutes
    for (work, person, quoted), minutes in sorted(strangers.items()):
        first = Place(f"{_DIARY}の従事者({work})", person)
        second = Place(f"見積の従事者({work})", quoted)
        message = (
            f"{first.label}「{first.value}」({length_of(minutes)})が、{second.label}「{second.value}」と異なります。"
            "見積にない人の時間は、単価が決まっていません。従事者か業務の選び方を確かめてください。"
        )
        yield finding("person_not_on_line", first, second, message, about=f"{work} {person}")


def _rates(hours: HoursFacts) -> Iterator[GateFinding]:
    """Yield the rates that differ from the card on the worked days; quoting more than the card is never paid."""
    told: set[tuple[str, str, int]] = set()
    for stint in hours.counted:
        card_yen = stint.card_rate_yen
        if card_yen is None or card_yen == stint.quoted_rate_yen or (stint.work, stint.person, card_yen) in told:
            continue
        told.add((stint.work, stint.person, card_yen))
        is_over = stint.quoted_rate_yen > card_yen
        first = yen_place(f"見積の単価({stint.work})", stint.quoted_rate_yen)
        second = yen_place(f"{stint.person}の単価表({stint.worked_on}時点)", card_yen)
        remedy = (
            "単価表を超える単価では請求できません。単価表か見積を確かめてください。"
            if is_over
            else "支払は見積の単価によります。単価表の写しが利用申請のときのものかを確かめてください。"
        )
        message = f"{first.label} {first.value} が、{second.label} {second.value} と異なります。{remedy}"
        code = "rate_over_card" if is_over else "rate_under_card"
        yield finding(code, first, second, message, about=f"{stint.work} {stint.person} {card_yen}")


def _overlaps(hours: HoursFacts) -> Iterator[GateFinding]:
    for stint in hours.counted:
        if stint.overlap:
            first = Place(f"{_DIARY}({stint.person} {stint.worked_on})", stint.clock)
            second = Place("同じ人の別の業務日誌", stint.overlap)
            message = (
                f"{first.label} {first.value} が、{second.label}「{second.value}」と重なっています。"
                "どちらの時間が正しいかを確かめ、誤りのある方を直してください。"
            )
            about = f"{stint.person} {stint.worked_on} {stint.clock}"
            yield finding("hours_overlap", first, second, message, about=about)


def _loose(stints: Iterable[StintFacts]) -> GateFinding:
    known = tuple(stints)
    days = "、".join(sorted({one.worked_on.isoformat() for one in known})[:5])
    first = Place(f"業務が未選択の{_DIARY}の記入", f"{len(known)}件({days})")
    second = Place("計上できる時間", length_of(sum(one.minutes for one in known)))
    message = (
        f"{first.label}が {first.value} あり、{second.label} {second.value} がどの業務にも入っていません。"
        "業務日誌のページで、見積の業務を選ぶか、対象にしないときは削除してください。"
    )
    return finding("hours_without_work", first, second, message)


def _of_agency(one: SettlementFacts) -> Iterator[GateFinding]:
    name = one.agency.name
    if one.cost_yen and not one.has_lines:
        first, second = yen_place(f"この機関の費用({name})", one.cost_yen), Place(f"見積の明細({name})", "なし")
        message = (
            f"{first.label}が {first.value} ですが、{second.label}は「{second.value}」です。"
            "見積の明細に担当する支援機関を記録するか、費用を直してください。"
        )
        yield finding("agency_without_lines", first, second, message, about=name)
    elif one.hours_yen is not None and one.cost_yen is not None and one.hours_yen != one.cost_yen:
        cost, live = (f"この機関の費用({name})", one.cost_yen), (f"{_DIARY}の額({name})", one.hours_yen)
        remedy = f"支援機関ごとの業務別請求明細書と合うように直してください。{_TAKE_AGAIN}"
        yield differs_in_yen("agency_hours_differ", cost, live, remedy, about=name)


def paper_note(facts: GateFacts) -> str:
    """Return that hours are kept on paper, where a claim states an amount for hours that nobody logged."""
    kept = {one.category for one in facts.hours}
    on_paper = [one for one in facts.lines if one.category not in kept and one.hours_yen]
    if not on_paper:
        return ""
    named = "、".join(f"{one.category.label} {format_yen(one.hours_yen or 0)}円" for one in on_paper)
    return (
        f"従事時間管理表を紙で管理している費用区分があります({named})。"
        "時間と単価の突合はできないため、紙の従事時間管理表の合計を目で確かめてください。"
    )
