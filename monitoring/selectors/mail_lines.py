"""One deadline as a mail tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitoring.models import Deadline
from monitoring.rules.kinds import clock_kind
from monitoring.selectors.words import CaseName
from vapup.accounts.models import Member
from vapup.shared.dates import countdown, format_wareki_weekday
from vapup.shared.money import format_yen


@dataclass(frozen=True, slots=True)
class Seen:
    """What a line says beside the deadline itself; an office may hide figures and names."""

    name: CaseName | None
    consultant: Member | None
    is_acknowledged: bool
    hides_figures: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One deadline in words; what is "" is left out.

    Attributes:
        yen: what may be lost, with separators and unit.
        reason: why it goes to this person, where they are not the one in charge.
    """

    deadline_id: int
    countdown: str
    case: str
    title: str
    about: str
    safe_by: str
    claim_by: str
    yen: str
    loses: str
    action: str
    consultant: str
    reason: str
    is_late: bool
    is_lapsed: bool

    @property
    def what(self) -> str:
        """Return the case and the deadline in one line."""
        return " ".join(part for part in (self.case, self.title) if part)


def line_of(row: Deadline, seen: Seen, *, today: date, recipient_id: int | None = None, is_late: bool = False) -> Line:
    """Return a deadline in words; with a recipient also why it goes to them."""
    kind = clock_kind(row.kind)
    is_lapsed = today >= row.lapses_on and not kind.is_event
    return Line(
        deadline_id=row.pk,
        countdown="失効" if is_lapsed else countdown(row.safe_by, today=today),
        case=_case(seen),
        title=row.get_kind_display(),
        about=_about(row, seen),
        safe_by=format_wareki_weekday(row.safe_by),
        claim_by=format_wareki_weekday(row.claim_by),
        yen=f"{format_yen(row.yen_at_risk)}円" if row.yen_at_risk and not seen.hides_figures else "",
        loses=kind.loses,
        action=f"失効を記録しました。{kind.after}" if is_lapsed else kind.action,
        consultant=str(seen.consultant) if seen.consultant else "",
        reason=_reason(row, seen, recipient_id, is_lapsed=is_lapsed) if recipient_id else "",
        is_late=is_late,
        is_lapsed=is_lapsed,
    )


def _case(seen: Seen) -> str:
    if seen.name is None:
        return ""
    return seen.name.number if seen.hides_figures else str(seen.name)


def _about(row: Deadline, seen: Seen) -> str:
    """Return what a deadline is about: a lender or a person may stand in it, so that an office that hides omits it."""
    if not seen.hides_figures:
        return row.about
    return f"第{row.period_number}回" if row.period_number else ""


def _reason(row: Deadline, seen: Seen, recipient_id: int, *, is_lapsed: bool) -> str:
    consultant = seen.consultant
    if consultant is not None and consultant.pk == recipient_id:
        return ""
    if is_lapsed:
        return "失効したため、担当者・管理者・事務管理の全員にお知らせしています。"
    if consultant is None:
        return "事務所全体の期限のため、お知らせしています。" if row.case_id is None else "担当者が決まっていません。"
    if not (consultant.is_active and consultant.user.is_active):
        return f"担当者 {consultant} さんが在籍していないため、代わりにお知らせしています。"
    if seen.is_acknowledged:
        return f"担当者 {consultant} さんが確認済みですが、期限が近いため、お知らせしています。"
    return f"担当者 {consultant} さんの確認がまだ記録されていないため、お知らせしています。"
