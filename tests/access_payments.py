"""Bank accounts of the access tests' world, and the writes of payments in the story of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from cases.models import Case, CoAgency, Payee
from subsidies.enums import ApplicationState
from subsidies.models import Application

if TYPE_CHECKING:
    from tests.test_access_audit import Story

PAID_ON: Final = date(2025, 5, 13)
ACCOUNT: Final[Mapping[str, Any]] = {
    "bank_name": "七十七銀行",
    "branch_name": "本店",
    "number": "1234567",
    "holder_kana": "アオバ",
}


def payee_rows(case: Case, co_agency: CoAgency) -> None:
    """Store the accounts of both agencies of a case."""
    account = {"bank_name": "七十七銀行", "branch_name": "本店営業部", "number": "0099001", "holder_kana": "ｱｵﾊﾞｶｲｹｲ"}
    Payee.objects.create(agency=case.agency, **account)
    Payee.objects.create(agency=case.agency, co_agency=co_agency, **{**account, "number": "0099002"})


def play_payment(story: Story, claim: Mapping[str, Any]) -> None:
    """The account of the office, and a payment that is put right; the claim then is as it was."""
    story.write("m", "cases:office_account", **ACCOUNT)
    rows = Application.objects.filter(pk=claim["application_id"])
    days = {"submitted_on": PAID_ON, "decided_on": PAID_ON, "paid_on": PAID_ON}
    rows.update(state=ApplicationState.PAID, decided_yen=10, paid_yen=10, **days)
    others = CoAgency.objects.filter(case__number=story.world.values["number"]).values_list("pk", flat=True)
    parts: dict[str, Any] = {f"paid_yen__{key}": "6" for key in (0, *others)}
    parts |= {f"paid_on__{key}": PAID_ON for key in (0, *others)}
    story.write("a", "subsidies:payment_edit", kwargs=claim, note="分けて入金された。", **parts)
    empty = dict.fromkeys((*days, "decided_yen", "paid_yen"))
    rows.update(state=ApplicationState.PREPARING, **empty)
