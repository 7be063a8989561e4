"""One agency's settlement for its form: what is stored, what earlier claims say, and what the figures would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from subsidies.enums import CLAIMS
from subsidies.models import Application, Settlement
from subsidies.rules.own_share import Withholding
from subsidies.selectors.claiming.claims import ClaimSheet
from subsidies.selectors.claiming.shares import AgencyShare
from vapup.accounts.models import AuditEvent

FIELDS: Final = (
    "contracted_on",
    "cost_yen",
    "council_invoiced_on",
    "council_invoice_yen",
    "own_invoiced_on",
    "own_invoice_yen",
    "method",
    "transferred_on",
    "transferred_yen",
    "withheld_yen",
    "fee_deducted_yen",
    "has_gross_invoice",
    "is_single_purpose",
    "payer",
    "payee",
    "version",
)
# What stays the same from claim to claim, offered where it is empty; nothing of it is stored before somebody saves.
LASTING: Final = ("contracted_on", "payer", "payee")


@dataclass(frozen=True, slots=True)
class Offer:
    """A settlement for its form, unsaved where there is none yet.

    Attributes:
        earlier: that of the agency's latest other claim on the case, or None.
        amounts: what the figures of the claim give for the amounts, by field; offered where the field is empty.
        names: payer and payee as the records have them, by field.
    """

    settlement: Settlement
    earlier: Settlement | None
    amounts: dict[str, int]
    names: dict[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the amounts that are not stored yet."""
        return tuple(name for name in self.amounts if getattr(self.settlement, name) is None)


def share_of(sheet: ClaimSheet, key: int) -> AgencyShare | None:
    """Return the share of the agency with that id, 0 for the lead; None where the case has no such agency."""
    return next((one for one in sheet.agencies if one.key == key), None)


def offer_for(sheet: ClaimSheet, share: AgencyShare) -> Offer:
    """Return what the form of an agency's settlement starts from."""
    application = sheet.application
    fresh = Settlement(agency_id=application.agency_id, application=application, co_agency=share.co_agency)
    others = Settlement.objects.for_agency(application.agency_id).filter(
        application__case_id=application.case_id, application__kind__in=CLAIMS, co_agency=share.co_agency
    )
    earlier = others.exclude(application=application).order_by("-application_id").first()
    figures = {"cost_yen": share.cost_yen, "council_invoice_yen": share.council_yen, "own_invoice_yen": share.own_yen}
    amounts = {name: yen for name, yen in figures.items() if yen is not None}
    names = {"payer": application.case.enterprise.name, "payee": share.name}
    return Offer(share.settlement or fresh, earlier, amounts, names)


def settlement_values(offer: Offer, *, is_filled: bool, tax: Withholding | None = None) -> dict[str, Any]:
    """Return what the form shows first: what is stored, else what lasts; with `is_filled` figures and names as well.

    Args:
        tax: the income tax that the user asked to have put in. Nobody else puts it there: whether it is withheld at
            all is for the client to know, and its rate is not confirmed.
    """
    stored = offer.settlement
    values = {name: getattr(stored, name) for name in FIELDS}
    values |= {name: values[name] or None for name in ("withheld_yen", "fee_deducted_yen")}
    if offer.earlier is not None:
        values |= {name: getattr(offer.earlier, name) for name in LASTING if not values[name]}
    if is_filled:
        values |= {name: yen for name, yen in offer.amounts.items() if values[name] is None}
        values |= {name: words for name, words in offer.names.items() if not values[name]}
    if tax is not None:
        values["withheld_yen"] = tax.tax_yen
    return values


def latest_change(application: Application) -> AuditEvent | None:
    """Return the newest event of the case that tells of this claim, if it is among the latest."""
    events = AuditEvent.objects.for_agency(application.agency_id).filter(
        object_type="case", object_id=application.case_id
    )
    own = (one for one in events.order_by("-pk")[:20] if any(key.startswith(application.name) for key in one.changes))
    return next(own, None)
