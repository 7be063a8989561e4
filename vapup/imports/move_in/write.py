"""Write a move-in: everything in one transaction, model by model, and the deadlines that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from cases.models import Case, Lender, LenderStance
from cases.services.cases import next_number
from cases.services.locking import lock_agency, lock_enterprise
from monitoring.enums import DeadlineKind
from monitoring.models import Deadline, DeadlineExtension, MonitoringPeriod
from monitoring.services.ledger import new_row
from subsidies.enums import ApplicationKind
from subsidies.models import Application, CostLine
from subsidies.rules.assessment import assess
from subsidies.selectors.clocks import NewRows, clocks_of_new
from subsidies.services.deadlines import follow_cases
from vapup.imports.columns import Draft, taken
from vapup.imports.importers import Writing
from vapup.imports.move_in import rows
from vapup.imports.move_in.book import Book, Bundle
from vapup.imports.move_in.figures import Claimed, claimed_of, filed_of, ordered

# How much of the work each part is, by measurement: rows are written at once, deadlines case by case.
ROWS_DONE: Final = 0.3
FOLLOWED_AT_ONCE: Final = 50


def write(book: Book, writing: Writing) -> None:
    """Store the rows that can be taken; whoever calls has examined them in this same transaction."""
    lock_agency(writing.actor)
    _Move(book, writing).run()


class _Move:
    """One move-in being written; cases and periods are found again by the rows that they came from."""

    def __init__(self, book: Book, writing: Writing) -> None:
        self.book, self.writing = book, writing
        self.agency_id = writing.actor.agency_id
        self.parties = [one for one in book.parties.values() if one.is_sound]
        self.bundles = [one for one in book.bundles.values() if one.draft.is_taken]
        self.cases: dict[int, Case] = {}
        self.periods: dict[int, MonitoringPeriod] = {}
        self.lenders: dict[int, Lender] = {}
        # What was made for each case, by the row of the case: its deadlines follow from it without another look.
        self.lines: dict[int, list[CostLine]] = defaultdict(list)
        self.applications: dict[int, list[Application]] = defaultdict(list)
        self.stances: dict[int, dict[int, LenderStance]] = defaultdict(dict)

    def run(self) -> None:
        """Write everything in the order in which rows lean on each other."""
        self._enterprises()
        self._cases()
        self.writing.progress(ROWS_DONE / 2)
        self._costs()
        self._applications()
        self._letters()
        self.writing.progress(ROWS_DONE)
        self._deadlines()
        self._extensions()

    def _enterprises(self) -> None:
        self._new_parties()
        self._lock_stored()
        self._lenders()
        self._past_uses()

    def _new_parties(self) -> None:
        new = [(party, party.draft) for party in self.parties if party.stored is None and party.draft is not None]
        made = self.writing.save((draft, rows.enterprise_of(self.agency_id, draft)) for _, draft in new)
        for (party, _), enterprise in zip(new, made, strict=True):
            party.made = enterprise

    def _lock_stored(self) -> None:
        """Lock the registered enterprises that past uses are added to: what is left of their caps changes."""
        for party in self.parties:
            if party.stored is not None and taken(party.past_uses):
                lock_enterprise(self.writing.actor, party.stored.pk)

    def _lenders(self) -> None:
        parts = [(party, draft) for party in self.parties for draft in taken(party.lenders)]
        pairs = [(draft, rows.lender_of(self.agency_id, rows.party_of(party), draft)) for party, draft in parts]
        for (_, draft), lender in zip(parts, self.writing.save(pairs), strict=True):
            self.lenders[draft.number] = lender

    def _past_uses(self) -> None:
        self.writing.save(
            (draft, rows.past_use_of(self.agency_id, rows.party_of(party), draft))
            for party in self.parties
            for draft in taken(party.past_uses)
        )

    def _cases(self) -> None:
        numbers = self._numbers()
        for bundle in self.bundles:
            if bundle.party is not None:
                enterprise = rows.party_of(bundle.party)
                number = bundle.draft.values["number"] or next(numbers)
                self.cases[bundle.draft.number] = rows.case_of(self.agency_id, bundle, enterprise, number)
        pairs = [(bundle, self.cases[bundle.draft.number]) for bundle in self.bundles]
        save = self.writing.save
        save((bundle.draft, case) for bundle, case in pairs)
        guidelines = ((bundle.draft, rows.guideline_of(bundle, case)) for bundle, case in pairs)
        save((draft, guideline) for draft, guideline in guidelines if guideline is not None)
        actor, source = self.writing.actor, self.writing.source
        save((bundle.draft, step) for bundle, case in pairs for step in rows.steps(bundle, case, actor, source))
        periods = [(draft, self._period(draft, case)) for bundle, case in pairs for draft in ordered(bundle)]
        for (draft, _), period in zip(periods, save(periods), strict=True):
            self.periods[draft.number] = period

    def _numbers(self) -> Iterator[str]:
        """Yield the next free numbers of the year, past those that the file brings along."""
        used = {bundle.draft.values["number"] for bundle in self.bundles}
        prefix, _, last = next_number(self.agency_id, self.writing.today.year).rpartition("-")
        count = int(last)
        while True:
            number = f"{prefix}-{count:04d}"
            if number not in used:
                yield number
            count += 1

    def _period(self, draft: Draft, case: Case) -> MonitoringPeriod:
        facts = {name: draft.values[name] for name in ("kind", "starts_on", "ends_on")}
        return MonitoringPeriod(agency_id=self.agency_id, case=case, **facts)

    def _period_id(self, bundle: Bundle, number: int | None) -> int | None:
        row = next((one for one in bundle.periods if number is not None and one.values["number"] == number), None)
        return self.periods[row.number].pk if row is not None else None

    def _costs(self) -> None:
        for bundle, case in self._pairs():
            for position, draft in enumerate(bundle.costs):
                line = rows.cost_line_of(case, draft, position, self._period_id(bundle, draft.values["period"]))
                self.lines[bundle.draft.number].append(line)
        self.writing.save(
            (draft, line)
            for bundle, _ in self._pairs()
            for draft, line in zip(bundle.costs, self.lines[bundle.draft.number], strict=True)
        )

    def _pairs(self) -> Iterator[tuple[Bundle, Case]]:
        for bundle in self.bundles:
            yield bundle, self.cases[bundle.draft.number]

    def _applications(self) -> None:
        """Freeze what was filed and what was claimed, as approvals would have."""
        usages: list[tuple[Draft, Application]] = []
        claims: list[tuple[Draft, Application]] = []
        for bundle, case in self._pairs():
            if bundle.party is None or bundle.frame is None or case.usage_applied_on is None:
                continue
            filed = filed_of(self.book, bundle, bundle.party, bundle.frame, case.key_date)
            usage = rows.usage_of(bundle, case, assess(filed))
            usages += [(bundle.draft, usage)] if usage is not None else []
            made_here = [self._claim(bundle, case, claimed) for claimed in claimed_of(bundle, filed)]
            claims += made_here
            its = [one for one in (usage, *(claim for _, claim in made_here)) if one is not None]
            self.applications[bundle.draft.number] = its
        self.writing.save(usages)
        made = list(zip((draft for draft, _ in claims), self.writing.save(claims), strict=True))
        self.writing.save((draft, line) for draft, claim in made for line in rows.claim_lines_of(claim, draft))
        receipts = ((draft, rows.receipt_of(claim)) for draft, claim in made)
        self.writing.save((draft, receipt) for draft, receipt in receipts if receipt is not None)

    def _claim(self, bundle: Bundle, case: Case, claimed: Claimed) -> tuple[Draft, Application]:
        row = claimed.row
        is_of_period = row.values["kind"] == ApplicationKind.MONITORING_CLAIM
        period_id = self._period_id(bundle, row.values["period"]) if is_of_period else None
        return row, rows.claim_of(case, row, claimed.assessment, period_id)

    def _letters(self) -> None:
        pairs = []
        for bundle, case in self._pairs():
            for row in bundle.extensions:
                if (named := bundle.lenders.get(row.number)) is not None:
                    lender = named if isinstance(named, Lender) else self.lenders[named.number]
                    stance = LenderStance(
                        agency_id=self.agency_id, case=case, lender=lender, letters_valid_until=row.values["until"]
                    )
                    pairs.append((row, stance))
                    self.stances[bundle.draft.number][lender.pk] = stance
        self.writing.save(pairs)

    def _deadlines(self) -> None:
        """Add the deadlines that follow from the new cases, some cases at a time, to tell how far it is."""
        pairs = list(self._pairs())
        for start in range(0, len(pairs), FOLLOWED_AT_ONCE):
            some = pairs[start : start + FOLLOWED_AT_ONCE]
            Deadline.objects.bulk_create(
                new_row(self.agency_id, case, clock, now=self.writing.now)
                for bundle, case in some
                for clock in clocks_of_new(case, self._known(bundle))
            )
            self.writing.progress(ROWS_DONE + (1 - ROWS_DONE) * (start + len(some)) / len(pairs))

    def _known(self, bundle: Bundle) -> NewRows:
        number, party = bundle.draft.number, bundle.party
        if party is None or bundle.frame is None:
            raise ValueError(f"the case of row {number} was written without its enterprise")
        stored = self.book.office.lenders.get(party.stored.pk, ()) if party.stored else ()
        return NewRows(
            applications=self.applications[number],
            cost_lines=self.lines[number],
            periods=[self.periods[draft.number] for draft in ordered(bundle)],
            lenders=[*stored, *(self.lenders[draft.number] for draft in taken(party.lenders))],
            stances=self.stances[number],
            past_subsidies=self.book.past_of(party, bundle.frame),
        )

    def _extensions(self) -> None:
        put_off = [
            (row, case, self._deadline(bundle, case, row))
            for bundle, case in self._pairs()
            for row in bundle.extensions
            if row.values["kind"] != DeadlineKind.LETTER
        ]
        self.writing.save((row, self._extension(row, deadline)) for row, _, deadline in put_off)
        for row, _, deadline in put_off:
            deadline.extended_until = row.values["until"]
            deadline.version += 1
            deadline.save(update_fields=["extended_until", "version"])
        if put_off:
            follow_cases(self.agency_id, frozenset(case.pk for _, case, _ in put_off), self.writing.now)

    def _deadline(self, bundle: Bundle, case: Case, row: Draft) -> Deadline:
        period_id = self._period_id(bundle, row.values["period"])
        is_of_period = row.values["kind"] == DeadlineKind.MONITORING_CLAIM
        subject = f"period:{period_id}" if is_of_period else ""
        deadlines = Deadline.objects.for_agency(self.agency_id)
        return deadlines.get(case=case, kind=row.values["kind"], subject=subject)

    def _extension(self, row: Draft, deadline: Deadline) -> DeadlineExtension:
        return DeadlineExtension(
            agency_id=self.agency_id,
            deadline=deadline,
            until=row.values["until"],
            granted_on=row.values["granted_on"],
            proof=row.values["proof"],
            made_by=self.writing.actor,
            made_at=self.writing.now,
        )
