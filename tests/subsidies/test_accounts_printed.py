"""Where a recorded account appears: on claims and invoices, and in the net amount that the client is asked for."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from cases.models import Payee
from subsidies.enums import CostCategory
from subsidies.models import Application, ClaimLine, Settlement
from subsidies.packets.parties import content_fields
from subsidies.packets.payload import Account, SupportAgency
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.claiming.settlements import share_of
from subsidies.selectors.claiming.transfer_note import suggestion_for, transfer_note_of
from tests.builders import make_agency, make_member
from tests.conftest import sign_in
from tests.subsidies.claims_cases import accepted_case, make_claim, make_co_agency, make_line, make_settlement
from vapup.accounts.enums import Role
from vapup.documents.payload import from_json

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)
ROWS = "documents/_parts/account_rows.html"


@pytest.fixture
def claim() -> Application:
    """A plan claim of 1,500,000 whose own share is 500,000."""
    case = accepted_case(make_member(make_agency(), Role.CONSULTANT), {CostCategory.PLANNING: 1_500_000})
    claim = make_claim(case)
    make_line(claim, 1_500_000)
    return claim


def record(claim: Application, *, withholds_tax: bool = False) -> Payee:
    return Payee.objects.create(
        agency=claim.agency,
        bank_name="七十七銀行",
        bank_code="0125",
        branch_name="本店営業部",
        number="0099999",
        holder_kana="ｱｵﾊﾞｶｲｹｲ",
        withholds_tax=withholds_tax,
    )


def test_an_account_goes_into_claims_alone(claim: Application) -> None:
    record(claim)
    other = make_co_agency(claim.case)
    fields = content_fields(claim, DAY)
    assert fields["lead_agency"].account == Account("七十七銀行(0125)", "本店営業部", "普通", "0099999", "ｱｵﾊﾞｶｲｹｲ")
    assert [(one.name, one.account) for one in fields["co_agencies"]] == [(other.name, None)]
    usage = Application.objects.usage().select_related("case__agency").get(case=claim.case)
    assert content_fields(usage, DAY)["lead_agency"].account is None


def test_an_older_claim_without_accounts_stays_readable(claim: Application) -> None:
    record(claim)
    agency = content_fields(claim, DAY)["lead_agency"]
    kept = asdict(agency)
    assert from_json(SupportAgency, kept) == agency
    del kept["account"]
    assert from_json(SupportAgency, kept).account is None


def test_a_recorded_account_is_printed_and_a_missing_one_leaves_room(claim: Application) -> None:
    record(claim)
    account = content_fields(claim, DAY)["lead_agency"].account
    printed = render_to_string(ROWS, {"account": account})
    assert all(one in printed for one in ("七十七銀行(0125)", "本店営業部", "普通", "0099999", "ｱｵﾊﾞｶｲｹｲ"))
    assert "blank" not in printed
    assert render_to_string(ROWS, {"account": None}).count('class="blank"') == 3


def test_the_client_is_asked_for_the_net_with_the_gross_beside_it(claim: Application) -> None:
    """500,000 × 100/110 = 454,545 + 1 of rounding = 454,546 of fee; × 10.21 % = 46,409; net 453,591."""
    payee = record(claim, withholds_tax=True)
    note = transfer_note_of(claim_of(claim), today=DAY)
    (one,) = note.transfers
    assert (one.gross_yen, one.withheld_yen, one.net_yen, one.is_proposed) == (500_000, 46_409, 453_591, True)
    assert (note.net_yen, one.suggestion) == (453_591, None)
    payee.withholds_tax = False
    payee.save()
    (plain,) = transfer_note_of(claim_of(claim), today=DAY).transfers
    assert (plain.withheld_yen, plain.net_yen, plain.is_proposed) == (0, 500_000, False)
    assert plain.suggestion is not None


def test_what_was_recorded_counts_more_than_what_is_proposed(claim: Application) -> None:
    record(claim, withholds_tax=True)
    make_settlement(claim, cost_yen=1_500_000, withheld_yen=50_000)
    (one,) = transfer_note_of(claim_of(claim), today=DAY).transfers
    assert (one.withheld_yen, one.net_yen, one.is_proposed) == (50_000, 450_000, False)


def test_a_tax_is_suggested_until_a_transfer_is_recorded(claim: Application) -> None:
    """By the arithmetic above 46,409; what the papers of a transfer say is doubted nowhere."""
    record(claim, withholds_tax=True)
    settlement = make_settlement(claim, cost_yen=1_500_000, transferred_yen=None, withheld_yen=0)
    assert suggested_yen(claim) == 46_409
    settlement.transferred_yen = 500_000
    settlement.save()
    assert suggested_yen(claim) is None
    (one,) = transfer_note_of(claim_of(claim), today=DAY).transfers
    assert (one.withheld_yen, one.net_yen, one.is_proposed, one.suggestion) == (0, 500_000, False, None)


def test_the_form_takes_the_suggested_tax_when_it_is_asked_to_and_stores_it(claim: Application) -> None:
    record(claim, withholds_tax=True)
    browser = sign_in(claim.case.consultant)
    address = reverse("subsidies:settlement", args=[claim.case.number, claim.pk, 0])
    plain = browser.get(address)
    assert plain.context["form"]["withheld_yen"].value() is None
    assert 'href="?tax=1"' in plain.content.decode()
    form = browser.get(f"{address}?tax=1").context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    assert typed["withheld_yen"] == "46,409"
    typed |= {"is_single_purpose": "", "has_gross_invoice": "", "council_invoiced_on": "2026-05-01"}
    assert browser.post(address, typed).status_code == 302
    stored = Settlement.objects.get(application=claim)
    assert (stored.withheld_yen, stored.council_invoice_yen) == (46_409, 500_000)  # half of the subsidy is held


def test_a_tax_that_was_typed_before_the_transfer_is_checked_against_the_costs_of_today(claim: Application) -> None:
    """1,200,000 leave 400,000: less 36,363 of consumption tax 363,637; × 10.21 % = 37,127, and no longer 46,409."""
    record(claim, withholds_tax=True)
    settlement = make_settlement(claim, cost_yen=1_500_000, transferred_yen=None, withheld_yen=46_409)
    (one,) = transfer_note_of(claim_of(claim), today=DAY).transfers
    assert (one.withheld_yen, one.suggestion, one.is_proposed) == (46_409, None, False)
    ClaimLine.objects.filter(application=claim).update(cost_yen=1_200_000)
    settlement.cost_yen = 1_200_000
    settlement.save()
    (one,) = transfer_note_of(claim_of(claim), today=DAY).transfers
    assert (one.gross_yen, one.withheld_yen, one.is_proposed) == (400_000, 46_409, False)
    assert one.suggestion is not None
    assert one.suggestion.tax_yen == suggested_yen(claim) == 37_127


def suggested_yen(claim: Application) -> int | None:
    share = share_of(claim_of(claim), 0)
    assert share is not None
    suggestion = suggestion_for(share, today=DAY)
    return suggestion.tax_yen if suggestion else None
