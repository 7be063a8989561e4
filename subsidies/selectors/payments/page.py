"""The payments of a case as their page shows them: sums, proofs of transfer, and the accounts to be paid into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from cases.models import Case, Payee
from cases.selectors.payees import payees_of
from subsidies.enums import ApplicationState, Payer, ReceivableState
from subsidies.models import Application, PaperVersion
from subsidies.rules.own_share import Withholding, withholding_on
from subsidies.selectors.payments.receivables import receivables_of
from subsidies.selectors.payments.rows import CaseReceivables, Receivable

PROOF: Final = "transfer_proof"


@dataclass(frozen=True, slots=True)
class Sums:
    """The columns of a table added up, in whole yen; `open_yen` is what is still to come."""

    planned_yen: int
    claimed_yen: int
    decided_yen: int
    paid_yen: int
    withheld_yen: int
    open_yen: int


def sums_of(rows: Sequence[Receivable]) -> Sums:
    """Add up rows; an amount that nobody has said yet counts nothing."""
    return Sums(
        planned_yen=sum(one.planned_yen for one in rows),
        claimed_yen=sum(one.claimed_yen or 0 for one in rows),
        decided_yen=sum(one.decided_yen or 0 for one in rows),
        paid_yen=sum(one.paid_yen or 0 for one in rows),
        withheld_yen=sum(one.withheld_yen for one in rows),
        open_yen=sum(one.open_yen for one in rows),
    )


@dataclass(frozen=True, slots=True)
class OwnRow:
    """An own share with what there is beside it.

    Attributes:
        proof_url: of the paper of the transfer, "" where none is stored.
        papers_url, note_url: of the claim's papers and of the note for the client; "" where there is no claim.
        proposal: what the enterprise will keep back as income tax; None where it was paid or nothing is kept back.
    """

    row: Receivable
    proof_url: str
    papers_url: str
    note_url: str
    proposal: Withholding | None


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one agency; `payee` may be unsaved. `edit_url` is "" for who may not see its number."""

    name: str
    payee: Payee
    edit_url: str


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """All that the page of a case's payments shows."""

    found: CaseReceivables
    council: list[Receivable]
    council_sums: Sums
    own: list[OwnRow]
    own_sums: Sums
    accounts: list[Account]
    paid_claims: list[Application]

    @property
    def differences(self) -> list[Receivable]:
        """Return the rows in which amounts do not agree."""
        return [one for one in self.found.rows if one.differences]


def payments_page_of(case: Case, *, today: date, may_see_own: bool, may_see_others: bool) -> PaymentsPage:
    """Return the payments of a case.

    Args:
        may_see_own: the reader may change the account of the agency itself.
        may_see_others: the reader may change those of the other agencies of the case.
    """
    found = receivables_of(case, today=today)
    council, own = found.of(Payer.COUNCIL), found.of(Payer.ENTERPRISE)
    payees = payees_of(case)
    proofs = _proofs(case)
    paid = Application.objects.for_agency(case.agency_id).filter(case=case, state=ApplicationState.PAID)
    return PaymentsPage(
        found=found,
        council=council,
        council_sums=sums_of(council),
        own=[_own_row(one, proofs, payees, today) for one in own],
        own_sums=sums_of(own),
        accounts=_accounts(case, payees, may_see_own=may_see_own, may_see_others=may_see_others),
        paid_claims=list(paid.order_by("pk")),
    )


def _own_row(
    row: Receivable, proofs: Mapping[tuple[int, int | None], int], payees: Mapping[int | None, Payee], today: date
) -> OwnRow:
    number = row.case.number
    version_id = proofs.get((row.claim_id or 0, row.co_agency_id))
    payee = payees.get(row.co_agency_id)
    is_open = row.state in {ReceivableState.PLANNED, ReceivableState.CLAIMED}
    gross_yen = row.planned_yen if row.claimed_yen is None else row.claimed_yen
    withholds = is_open and payee is not None and payee.withholds_tax and gross_yen > 0
    return OwnRow(
        row,
        reverse("subsidies:paper_version", args=[number, row.claim_id, version_id]) if version_id else "",
        reverse("subsidies:papers", args=[number, row.claim_id]) if row.claim_id else "",
        reverse("subsidies:transfer_note", args=[number, row.claim_id]) if row.claim_id else "",
        withholding_on(gross_yen, today) if withholds else None,
    )


def _proofs(case: Case) -> dict[tuple[int, int | None], int]:
    """Return the newest version of each agency's proof of a transfer, by claim and agency."""
    versions = PaperVersion.objects.for_agency(case.agency_id).filter(
        paper__application__case=case, paper__requirement=PROOF
    )
    rows: Iterable[tuple[int, int | None, int]] = versions.order_by("number", "pk").values_list(
        "paper__application_id", "paper__co_agency_id", "pk"
    )
    return {(application_id, agency_id): version_id for application_id, agency_id, version_id in rows}


def _accounts(
    case: Case, payees: Mapping[int | None, Payee], *, may_see_own: bool, may_see_others: bool
) -> list[Account]:
    own_url = reverse("cases:office_account") if may_see_own else ""
    found = [Account(case.agency.name, payees.get(None) or Payee(agency=case.agency), own_url)]
    for one in case.co_agencies.order_by("id"):
        url = reverse("cases:co_agency_account", args=[case.number, one.pk]) if may_see_others else ""
        found.append(Account(one.name, payees.get(one.pk) or Payee(agency=case.agency, co_agency=one), url))
    return found
