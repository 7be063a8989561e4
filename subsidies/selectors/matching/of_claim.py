"""The four-way match (四点突合) of a claim: estimate, hours, invoices and transfers, their differences explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from cases.models import Case, CoAgency
from subsidies.models import Application, CostLine
from subsidies.rules.match import Link, Part, Quote, Side, Verdict, link, quoted_and_worked
from subsidies.rules.rate_card import CardRate, rate_on
from subsidies.rules.worked import amounts_of
from subsidies.selectors.claiming.claims import ClaimedCategory, ClaimSheet, claim_of
from subsidies.selectors.claiming.shares import AgencyShare
from subsidies.selectors.diary.crew import cards_of
from subsidies.selectors.diary.of_claim import CategoryHours, ClaimHours, hours_of
from subsidies.selectors.diary.worked import Worked
from subsidies.selectors.matching.causes import (
    claimed_causes,
    council_causes,
    own_causes,
    rounding_of,
    taken_causes,
    transfer_causes,
)
from vapup.shared.durations import length_of

WORST_FIRST = (Verdict.BROKEN, Verdict.OPEN, Verdict.EXPLAINED, Verdict.AGREES)


@dataclass(frozen=True)
class WorkRow:
    """One piece of work: its line of the estimate and its hours, the parts of the difference, and what else to know."""

    line: CostLine
    worked: Worked
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    url: str

    @property
    def gap_yen(self) -> int:
        """Return the worked amount less the quoted one, in whole yen with tax."""
        return self.worked.gross_yen - self.line.gross_yen

    @property
    def verdict(self) -> Verdict:
        """Return what the comparison says; a line without any hours is open."""
        return Verdict.OPEN if not self.worked.entries else _verdict(self.gap_yen, self.parts)


@dataclass(frozen=True)
class AgencyMatch:
    """One agency: its work, and the comparisons from its hours to the transfer that it got."""

    name: str
    co_agency: CoAgency | None
    rows: tuple[WorkRow, ...]
    links: tuple[Link, ...]

    @property
    def key(self) -> int:
        """Return the id in its anchor; 0 for the lead agency."""
        return self.co_agency.pk if self.co_agency else 0

    @property
    def quoted_minutes(self) -> int:
        """Return the planned time."""
        return sum(row.line.minutes for row in self.rows)

    @property
    def quoted_yen(self) -> int:
        """Return the estimate, with tax."""
        return sum(row.line.gross_yen for row in self.rows)

    @property
    def worked_minutes(self) -> int:
        """Return the time that counts."""
        return sum(row.worked.minutes for row in self.rows)

    @property
    def worked_yen(self) -> int:
        """Return what the counted hours are worth, with tax."""
        return sum(row.worked.gross_yen for row in self.rows)

    @property
    def gap_yen(self) -> int:
        """Return the worked sum less the quoted one."""
        return self.worked_yen - self.quoted_yen


@dataclass(frozen=True)
class CategoryMatch:
    """One category (費用区分): quoted, worked, claimed, and what council and enterprise pay, in whole yen with tax."""

    row: ClaimedCategory
    hours: CategoryHours | None
    links: tuple[Link, ...]

    @property
    def quoted_yen(self) -> int:
        """Return the estimate as its lines stand."""
        return sum(one.line.gross_yen for one in self.hours.works if one.line) if self.hours else 0

    @property
    def worked_yen(self) -> int | None:
        """Return what the counted hours are worth; None where they are kept on paper."""
        return self.hours.gross_yen if self.hours and self.hours.is_kept else None

    @property
    def verdict(self) -> Verdict:
        """Return the worst of its comparisons."""
        return worst(self.links)


@dataclass(frozen=True)
class Match:
    """The match of one claim."""

    sheet: ClaimSheet
    hours: ClaimHours
    categories: tuple[CategoryMatch, ...]
    agencies: tuple[AgencyMatch, ...]

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Return every comparison of the claim."""
        of_categories = tuple(one for part in self.categories for one in part.links)
        return of_categories + tuple(one for part in self.agencies for one in part.links)

    @property
    def has_one_agency(self) -> bool:
        """Tell whether the lead agency is the only one."""
        return len(self.agencies) == 1

    @property
    def broken(self) -> tuple[Link, ...]:
        """Return the comparisons that do not agree and that nothing allowed explains."""
        return tuple(one for one in self.links if one.verdict is Verdict.BROKEN)

    @property
    def verdict(self) -> Verdict:
        """Return the worst of all comparisons."""
        return worst(self.links)

    @property
    def invoiced_council_yen(self) -> int | None:
        """Return the invoices to the council of all agencies; None while one is missing."""
        return _sum_of(self.sheet.agencies, "council_invoice_yen")

    @property
    def invoiced_own_yen(self) -> int | None:
        """Return the invoices to the enterprise of all agencies; None while one is missing."""
        return _sum_of(self.sheet.agencies, "own_invoice_yen")

    @property
    def transferred_yen(self) -> int | None:
        """Return the transfers to all agencies; None while one is missing."""
        return _sum_of(self.sheet.agencies, "transferred_yen")

    @property
    def withheld_yen(self) -> int:
        """Return the income tax kept back from them."""
        return sum(one.settlement.withheld_yen for one in self.sheet.agencies if one.settlement)


def match_of(
    application: Application, *, sheet: ClaimSheet | None = None, works: Sequence[Worked] | None = None
) -> Match:
    """Match a claim as its rows stand.

    Args:
        sheet: its figures, where already worked out.
        works: the hours of the whole case, where already read.

    Raises:
        NotAClaim, FrameNotOpen, InvalidRequest: the application has no figures, as in `claim_of`.
    """
    sheet = sheet or claim_of(application)
    hours = hours_of(application, works)
    people = {entry.worker_id for one in hours.works for entry in one.counted}
    cards = cards_of(application.case, people)
    categories = tuple(_category(sheet, row, hours.of(row.category)) for row in sheet.rows)
    agencies = tuple(_agency(sheet, share, hours, cards) for share in sheet.agencies)
    return Match(sheet, hours, categories, agencies)


def worst(links: Sequence[Link]) -> Verdict:
    """Return the worst verdict of some comparisons; of none it is open."""
    found = {one.verdict for one in links}
    return next((one for one in WORST_FIRST if one in found), Verdict.OPEN)


def _verdict(gap_yen: int, parts: Sequence[Part]) -> Verdict:
    side = Side("", 0)
    return Link(side, Side("", gap_yen), tuple(parts)).verdict


def _category(sheet: ClaimSheet, row: ClaimedCategory, hours: CategoryHours | None) -> CategoryMatch:
    line, name = row.line, row.category.label
    url = f"{_claim_url(sheet)}#claim-form"
    claimed = Side(f"請求する費用({name})", row.actual_yen, url)
    papers = (
        Side(f"業務別請求明細書({name})", line.statement_yen if line else None, url),
        Side(f"従事時間管理表({name})", line.hours_yen if line else None, url),
    )
    links = [link(claimed, paper, claimed_causes(row, hours)) for paper in papers]
    if hours is not None and hours.is_kept:
        live = Side(f"業務日誌({name})", hours.gross_yen, hours_url(sheet.application.case))
        links.insert(0, link(live, claimed, taken_causes(row, hours), rounding_yen=rounding_of(hours)))
    return CategoryMatch(row, hours, tuple(links))


def _agency(
    sheet: ClaimSheet, share: AgencyShare, hours: ClaimHours, cards: dict[int, tuple[CardRate, ...]]
) -> AgencyMatch:
    its = share.co_agency.pk if share.co_agency else None
    works = [one for one in hours.works if one.line and one.line.co_agency_id == its]
    rows = tuple(_work(one.line, one, cards) for one in works if one.line)
    return AgencyMatch(share.name, share.co_agency, rows, tuple(_links(sheet, share, hours, works)))


def _links(sheet: ClaimSheet, share: AgencyShare, hours: ClaimHours, works: Sequence[Worked]) -> Iterator[Link]:
    """Yield the comparisons of an agency from its hours to its transfer, each side with the place to mend it."""
    row, name = share.settlement, share.name
    url = reverse("subsidies:settlement", args=[sheet.application.case.number, sheet.application.pk, share.key])
    cost = Side(f"この機関の費用({name})", share.cost_yen, url)
    if hours.is_whole:
        live = Side(f"業務日誌({name})", sum(one.gross_yen for one in works), hours_url(sheet.application.case))
        yield link(live, cost)
    council = Side(f"協議会あて請求書({name})", row.council_invoice_yen if row else None, url)
    if council.yen is not None or share.council_yen != 0:
        yield link(Side(f"今回の請求額({name})", share.council_yen), council, council_causes(share))
    own = Side(f"事業者あて請求書({name})", row.own_invoice_yen if row else None, url)
    if own.yen is not None or share.own_yen != 0:
        yield link(Side(f"自己負担額({name})", share.own_yen), own, own_causes(share))
        paid = Side(f"振込({name})", row.transferred_yen if row else None, url)
        if paid.yen is not None or own.yen != 0:  # where nothing is owed nobody transfers anything
            yield link(own, paid, transfer_causes(share))


def _work(line: CostLine, worked: Worked, cards: dict[int, tuple[CardRate, ...]]) -> WorkRow:
    quote = Quote(line.hourly_rate_yen, line.minutes, line.tax_percent, line.gross_yen)
    parts = quoted_and_worked(quote, worked.minutes) if worked.entries else ()
    return WorkRow(line, worked, parts, tuple(_notes(line, worked, cards)), hours_url(line.case, line))


def _notes(line: CostLine, worked: Worked, cards: dict[int, tuple[CardRate, ...]]) -> Iterator[str]:
    if not worked.entries:
        yield "業務日誌に記録がありません。"
    if worked.excluded_minutes:
        yield f"対象外の時間(受理日より前など)が {length_of(worked.excluded_minutes)} あり、計上していません。"
    if worked.unapproved:
        minutes = sum(one.minutes for one in worked.unapproved)
        yield f"未承認の時間が {length_of(minutes)} あります。承認すると確定します。"
    rates = {rate_on(cards.get(one.worker_id, ()), one.worked_on) for one in worked.counted}
    other = sorted(yen for yen in rates if yen is not None and yen != line.hourly_rate_yen)
    for yen in other:
        at_card = amounts_of(yen, worked.minutes, line.tax_percent).gross_yen
        yield (
            f"単価の違い: 見積の {line.hourly_rate_yen:,}円 に対して、従事した日の単価表は {yen:,}円 です"
            f"(単価表なら {at_card:,}円)。支払は見積の単価によります。"
        )
    strangers = {str(one.worker) for one in worked.counted if line.worker_id and one.worker_id != line.worker_id}
    for name in sorted(strangers):
        yield f"見積の従事者でない {name} の時間が含まれます。"


def _claim_url(sheet: ClaimSheet) -> str:
    return reverse("subsidies:claim", args=[sheet.application.case.number, sheet.application.pk])


def hours_url(case: Case, line: CostLine | None = None) -> str:
    """Return where the hours of a case are, and there those of one piece of work."""
    page = reverse("subsidies:case_hours", args=[case.number])
    return f"{page}#work-{line.pk}" if line else page


def _sum_of(shares: Sequence[AgencyShare], name: str) -> int | None:
    """Return the sum of an amount of all agencies that have a part; None while one of them has none recorded."""
    found: list[int] = []
    for share in shares:
        yen = getattr(share.settlement, name) if share.settlement else None
        if yen is None and share.cost_yen != 0:
            return None
        found.append(yen or 0)
    return sum(found)
