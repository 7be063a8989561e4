"""What a careful reader of hours (業務日誌) would ask about: suggestions, which block nothing and change no figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import combinations

from subsidies.rules.hours_limits import Limits, limits_on
from subsidies.rules.hours_words import plain_text, text_fault
from subsidies.rules.work_time import clock_of
from subsidies.rules.worked import is_payable
from vapup.shared.dates import day_off_name, months_end
from vapup.shared.durations import length_of


class Check(Enum):
    """What was noticed; the value is its title on a page."""

    OVERLAP = "時間の重なり"
    LONG_DAY = "長い1日"
    DAY_OFF = "休日"
    VAGUE = "内容があいまい"
    COPIED = "同じ文の繰返し"
    LATE = "遅れた入力"
    BEFORE_ACCEPTANCE = "対象外"
    OUTSIDE_PERIOD = "期間外"
    OTHER_PERSON = "従事者の違い"
    OTHER_RATE = "単価の違い"
    OVER_QUOTED = "予定時間の超過"


# These say something that a council would refuse; the others something that it may ask about.
GRAVE = frozenset({Check.OVERLAP, Check.BEFORE_ACCEPTANCE, Check.OTHER_PERSON, Check.OTHER_RATE, Check.OVER_QUOTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The line of the estimate that an entry is work on; rates are yen an hour without tax, times minutes.

    Attributes:
        worker_id: whom the estimate names, if it names one of the rate card; else `person` is free text.
        co_agency_id: whose work it is, None for the lead agency.
        period: the monitoring period's first and last day, None for other work.
        counted_minutes: what all entries of this work that count come to.
    """

    id: int
    name: str
    person: str
    worker_id: int | None
    co_agency_id: int | None
    rate_yen: int
    quoted_minutes: int
    counted_minutes: int
    period: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One entry as the checks see it. Minutes count from midnight, the end exclusive; `card_yen` is the rate card's."""

    id: int
    worker_id: int
    worker: str
    co_agency_id: int | None
    case_id: int
    case: str
    accepted_on: date | None
    worked_on: date
    starts: int
    ends: int
    minutes: int
    content: str
    entered_on: date
    work: Work | None
    card_yen: int | None = None

    @property
    def span(self) -> str:
        """Return the time as a sentence has it."""
        return f"{clock_of(self.starts)}〜{clock_of(self.ends)}"


@dataclass(frozen=True, slots=True)
class HoursWarning:
    """Something to look at beside an entry: what it is, and a sentence with both places and both values."""

    entry_id: int
    check: Check
    message: str
    is_grave: bool

    @property
    def code(self) -> str:
        """Return the name by which tests and exports know the check."""
        return self.check.name.lower()

    @property
    def tone(self) -> str:
        """Return the colour of its chip."""
        return tone_of(is_grave=self.is_grave)


def tone_of(*, is_grave: bool) -> str:
    """Return the colour of the chip of what a check says."""
    return "warning" if is_grave else "neutral"


def check_hours(entries: Sequence[Hours]) -> tuple[HoursWarning, ...]:
    """Return what is to be asked about some entries, in their order.

    Overlaps, long days and copies are seen among `entries` only: give all of a person's entries of the days in
    question, also those of other cases.
    """
    found = [*_each(entries), *_overlaps(entries), *_long_days(entries), *_copies(entries), *_over_quoted(entries)]
    place = {entry.id: number for number, entry in enumerate(entries)}
    order = {check: number for number, check in enumerate(Check)}
    return tuple(sorted(found, key=lambda one: (place[one.entry_id], order[one.check])))


def _warn(entry: Hours, check: Check, message: str) -> HoursWarning:
    return HoursWarning(entry.id, check, message, check in GRAVE)


def _each(entries: Iterable[Hours]) -> Iterator[HoursWarning]:
    """Yield what one entry says about itself."""
    for entry in entries:
        limits = limits_on(entry.worked_on)
        if reason := day_off_name(entry.worked_on):
            yield _warn(entry, Check.DAY_OFF, f"従事日 {entry.worked_on} は{reason}です。")
        if not is_payable(entry.worked_on, entry.accepted_on):
            yield _warn(entry, Check.BEFORE_ACCEPTANCE, _before(entry))
        if limits is not None:
            yield from _told_by_limits(entry, limits)
        if entry.work is not None:
            yield from _against_work(entry, entry.work)


def _before(entry: Hours) -> str:
    if entry.accepted_on is None:
        return f"{entry.case} の受理日がまだないため、従事日 {entry.worked_on} の時間は対象外です。"
    return (
        f"従事日 {entry.worked_on} は、{entry.case} の受理日 {entry.accepted_on} より前です。"
        "記録として残りますが、請求の対象になりません。"
    )


def _told_by_limits(entry: Hours, limits: Limits) -> Iterator[HoursWarning]:
    if fault := text_fault(entry.content, limits):
        yield _warn(entry, Check.VAGUE, fault)
    if (late := (entry.entered_on - entry.worked_on).days) > limits.late_days:
        message = (
            f"従事日 {entry.worked_on} の {late}日後({entry.entered_on})に入力されました。"
            f"目安は {limits.late_days}日以内です。"
        )
        yield _warn(entry, Check.LATE, message)
    if entry.work is None or entry.work.period is None:
        return
    first, last = entry.work.period
    until = months_end(last, limits.months_after_period)
    if not first <= entry.worked_on <= until:
        message = (
            f"従事日 {entry.worked_on} が、業務「{entry.work.name}」の伴走支援の期間 {first}〜{last}"
            f"(支払申請の期限 {until} まで)の外にあります。"
        )
        yield _warn(entry, Check.OUTSIDE_PERIOD, message)


def _against_work(entry: Hours, work: Work) -> Iterator[HoursWarning]:
    if not _is_person(entry, work):
        message = f"業務日誌の従事者は {entry.worker}、見積の業務「{work.name}」の従事者は {work.person} です。"
        yield _warn(entry, Check.OTHER_PERSON, message)
    elif entry.card_yen is not None and entry.card_yen != work.rate_yen:
        message = (
            f"見積の業務「{work.name}」の単価は {work.rate_yen:,}円、{entry.worker}の単価表の"
            f" {entry.worked_on} の単価は {entry.card_yen:,}円 です。"
        )
        yield _warn(entry, Check.OTHER_RATE, message)


def _is_person(entry: Hours, work: Work) -> bool:
    """Tell whether the estimate means this person: by the rate card, or else by the name in its free text."""
    if work.worker_id is not None:
        return work.worker_id == entry.worker_id
    name = plain_text(entry.worker.partition("(")[0])
    return work.co_agency_id == entry.co_agency_id and name in plain_text(work.person)


def _by_day(entries: Iterable[Hours]) -> Mapping[tuple[int, date], list[Hours]]:
    days: dict[tuple[int, date], list[Hours]] = defaultdict(list)
    for entry in entries:
        days[entry.worker_id, entry.worked_on].append(entry)
    return days


def _overlaps(entries: Iterable[Hours]) -> Iterator[HoursWarning]:
    for day in _by_day(entries).values():
        for one, other in combinations(day, 2):
            if one.starts < other.ends and other.starts < one.ends:
                message = (
                    f"{one.worked_on} の{one.worker}の時間が、{one.case} の {one.span} と"
                    f" {other.case} の {other.span} で重なっています。"
                )
                yield _warn(one, Check.OVERLAP, message)
                yield _warn(other, Check.OVERLAP, message)


def _long_days(entries: Iterable[Hours]) -> Iterator[HoursWarning]:
    for day in _by_day(entries).values():
        limits, total, last = limits_on(day[0].worked_on), sum(one.minutes for one in day), day[-1]
        if limits is None or total <= limits.note_minutes:
            continue
        is_grave = total > limits.warning_minutes
        limit = limits.warning_minutes if is_grave else limits.note_minutes
        parts: dict[str, int] = defaultdict(int)
        for one in day:
            parts[one.case] += one.minutes
        shares = "、".join(f"{case} {length_of(minutes)}" for case, minutes in parts.items())
        message = (
            f"{last.worked_on} の{last.worker}の合計 {length_of(total)} が、"
            f"1日の目安 {length_of(limit)} を超えています({shares})。"
        )
        yield HoursWarning(last.id, Check.LONG_DAY, message, is_grave)


def _copies(entries: Iterable[Hours]) -> Iterator[HoursWarning]:
    texts: dict[tuple[int, int, str], list[Hours]] = defaultdict(list)
    for entry in entries:
        texts[entry.worker_id, entry.case_id, plain_text(entry.content)].append(entry)
    for same in texts.values():
        limits = limits_on(same[-1].worked_on)
        if limits is not None and len(same) >= limits.copied_times:
            days = "、".join(str(one.worked_on) for one in same[: limits.copied_times])
            more = "ほか" if len(same) > limits.copied_times else ""
            for one in same:
                message = f"{one.case} に同じ業務内容「{one.content}」が {len(same)}件あります({days}{more})。"
                yield _warn(one, Check.COPIED, message)


def _over_quoted(entries: Iterable[Hours]) -> Iterator[HoursWarning]:
    """Yield a warning beside the last entry of each work that took longer than it was quoted."""
    last = {entry.work.id: entry for entry in entries if entry.work and is_payable(entry.worked_on, entry.accepted_on)}
    for entry in last.values():
        work = entry.work
        if work and (over := work.counted_minutes - work.quoted_minutes) > 0:
            message = (
                f"業務「{work.name}」の実績 {length_of(work.counted_minutes)} が、見積の予定時間"
                f" {length_of(work.quoted_minutes)} を {length_of(over)} 超えています。"
            )
            yield _warn(entry, Check.OVER_QUOTED, message)
