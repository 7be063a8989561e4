"""One person's month on one case as a time record of its own, with the numbers that its claim will have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cases.models import Case
from subsidies.enums import ApplicationKind
from subsidies.models import Application, CostLine, WorkEntry, Worker
from subsidies.packets.agencies import by_agency
from subsidies.packets.forms import edition_for
from subsidies.packets.parties import content_fields
from subsidies.packets.payload import Form, PacketContent
from subsidies.packets.printing import part_html
from subsidies.packets.time_approvals import approvals_of
from subsidies.packets.time_records import claim_works, logged_sheets
from subsidies.packets.time_sheets import TimeSheet
from subsidies.rules.editions import FOLLOW_UP, form_layouts
from subsidies.rules.worked import is_payable
from subsidies.selectors import cost_lines_of, periods_of
from subsidies.selectors.diary.worked import Worked, worked_of_case
from vapup.documents.filenames import harmless_name
from vapup.documents.rendering import RenderedPdf, print_html
from vapup.shared.dates import monday_of
from vapup.shared.errors import DomainError

CODE: Final = "time_record"
TITLE: Final = "従事時間管理表(業務日誌)"


class NoHours(DomainError):
    """The person has no hours in the month that any claim of the case would count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPayload(PacketContent):
    """A person's month on a case: a sheet for each claim that its hours belong to."""

    sheets: tuple[TimeSheet, ...]

    def part_of(self, agency: int) -> MonthPayload:  # noqa: ARG002 (of whichever agency the person is)
        """Return the sheets; each names its own agency."""
        return self


def month_payload(case: Case, worker: Worker, month: date, *, prepared_on: date) -> MonthPayload:
    """Return a person's hours of a month on a case that count, as the rows stand.

    Args:
        month: its first day.

    Raises:
        NoHours: there are none.
        FormsMissing: no edition of the forms was in use on the key date of the case.
    """
    sheets = tuple(_sheets(case, worker, month))
    if not sheets:
        raise NoHours(
            f"{worker}の {month.year}年{month.month}月 には、案件 {case.number} の請求の対象になる時間がありません。"
            "受理日より前の時間と、業務が未選択の時間は、従事時間管理表に記載しません。"
        )
    fields = content_fields(_claim(case, ApplicationKind.PLAN_CLAIM), prepared_on)
    form = next((one for one in fields["forms"] if one.code == CODE), None) or _form(case)
    return MonthPayload(**{**fields, "forms": (replace(form, agency=0),)}, calculation=None, sheets=sheets)


def is_settled(case: Case, worker: Worker, month: date) -> bool:
    """Tell whether every week of the month's hours on the case is approved, and each hour has its work."""
    of_worker = WorkEntry.objects.for_agency(case.agency_id).filter(case=case, worker=worker)
    entries = list(of_worker.filter(worked_on__year=month.year, worked_on__month=month.month))
    counted = [one for one in entries if is_payable(one.worked_on, case.usage_accepted_on)]
    approvals = approvals_of(counted)
    return all((one.worker_id, monday_of(one.worked_on)) in approvals and one.cost_line_id for one in counted)


def month_pdf(payload: MonthPayload, *, is_draft: bool) -> RenderedPdf:
    """Print a month; a draft bears its watermark. The same content gives the same bytes."""
    html = part_html(payload, payload.forms[0], is_draft=is_draft)
    return print_html(html, identifier=payload.sha256)


def month_filename(payload: MonthPayload, *, is_draft: bool) -> str:
    """Return the name of the file: C-2026-0012_従事時間管理表_佐藤 花子_2026-11_下書き.pdf."""
    sheet = payload.sheets[0]
    suffix = "_下書き" if is_draft else ""
    return harmless_name(f"{payload.case_number}_従事時間管理表_{sheet.person}_{sheet.month:%Y-%m}{suffix}.pdf")


def _sheets(case: Case, worker: Worker, month: date) -> Iterator[TimeSheet]:
    lines = cost_lines_of(case)
    worked = worked_of_case(case, lines)
    follow_up = edition_for(case).follow_up
    for claim in _claims(case):
        for sheet in _of_claim(claim, by_agency(case, lines) or (lines,), worked, worker, month):
            yield replace(sheet, claim=claim.name.replace(FOLLOW_UP, follow_up))


def _of_claim(
    claim: Application, parts: Sequence[Sequence[CostLine]], worked: Sequence[Worked], worker: Worker, month: date
) -> Iterator[TimeSheet]:
    for lines in parts:
        for one in logged_sheets(claim_works(claim, lines), worked):
            if one.worker_id == worker.pk and one.sheet.month == month:
                yield one.sheet


def _claims(case: Case) -> Iterator[Application]:
    """Yield the claims that a case may make, none of them stored: of the plan, of each period, of the negotiation."""
    yield _claim(case, ApplicationKind.PLAN_CLAIM)
    for number, period in enumerate(periods_of(case), 1):
        claim = _claim(case, ApplicationKind.MONITORING_CLAIM)
        claim.period, claim.number = period, number
        yield claim
    yield _claim(case, ApplicationKind.NEGOTIATION_CLAIM)


def _claim(case: Case, kind: ApplicationKind) -> Application:
    return Application(agency_id=case.agency_id, case=case, kind=kind)


def _form(case: Case) -> Form:
    """Return the form where the list of the claim has no such row: the frame asks for it later, or in no claim."""
    edition = edition_for(case)
    layout = form_layouts()[CODE].layout_of(edition.edition)
    return Form(CODE, edition.edition, "", TITLE, "", layout=layout, edition_label=edition.label, key=CODE)
