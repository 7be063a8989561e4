"""Recording what the council decided and paid, agency by agency; no difference passes without its reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from cases.enums import CaseStage
from cases.models import Case, CoAgency
from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, Receipt
from subsidies.selectors import assessment_of
from subsidies.selectors.payments.receipts import dues_of
from subsidies.services.filing import council
from subsidies.services.filing.applications import ApplicationKey
from subsidies.services.filing.receipts import Paid, ReceiptRefused, correct_payment
from tests.builders import PASSWORD, make_agency, make_member
from tests.subsidies.claims_cases import accepted_case, make_claim, make_co_agency, make_line, make_settlement
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member

pytestmark = pytest.mark.django_db
KEY = ApplicationKey(ApplicationKind.PLAN_CLAIM)
SENT, DECIDED, PAID, TODAY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 20), date(2026, 11, 20)


@pytest.fixture
def consultant() -> Member:
    return make_member(make_agency(), Role.CONSULTANT, Role.MANAGER)


@pytest.fixture
def claim(consultant: Member) -> Application:
    """A plan claim of 1,500,000 with the council: it asks for 500,000 now and holds 500,000."""
    case = accepted_case(consultant, {CostCategory.PLANNING: 1_500_000})
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.PLAN_CLAIMED)
    claim = make_claim(case, state=ApplicationState.ACCEPTED, submitted_on=SENT, accepted_on=SENT)
    make_line(claim, 1_500_000)
    return claim


@pytest.fixture
def other(claim: Application) -> CoAgency:
    """A second agency with a third of the cost: 166,666 of the 500,000 are its own, 333,334 the lead agency's."""
    other = make_co_agency(claim.case)
    make_settlement(claim, cost_yen=1_000_000)
    make_settlement(claim, co_agency=other, cost_yen=500_000)
    return other


def receipts(claim: Application) -> dict[int | None, tuple[int | None, int | None, str, str]]:
    rows = Receipt.objects.filter(application=claim)
    return {one.co_agency_id: (one.decided_yen, one.paid_yen, one.decided_note, one.paid_note) for one in rows}


def decide(claim: Application, actor: Member, **given: object) -> Application:
    words = {"case_id": claim.case_id, "actor": actor, "decided_on": DECIDED, "today": TODAY, "key": KEY}
    return council.record_decision(**{**words, "decided_yen": None, **given})  # type: ignore[arg-type]


def pay(claim: Application, actor: Member, **given: object) -> Application:
    return council.record_payment(case_id=claim.case_id, actor=actor, today=TODAY, key=KEY, **given)  # type: ignore[arg-type]


def test_one_agency_is_recorded_as_before_with_a_receipt_beside_it(claim: Application, consultant: Member) -> None:
    decided = decide(claim, consultant, decided_yen=500_000)
    assert (decided.state, decided.decided_yen) == (ApplicationState.DECIDED, 500_000)
    assert receipts(claim) == {None: (500_000, None, "", "")}
    paid = pay(claim, consultant, paid_on=PAID, paid_yen=500_000)
    assert (paid.state, paid.paid_yen, paid.paid_on) == (ApplicationState.PAID, 500_000, PAID)
    assert receipts(claim) == {None: (500_000, 500_000, "", "")}


def test_a_decision_on_another_amount_needs_a_reason(claim: Application, consultant: Member) -> None:
    with pytest.raises(ReceiptRefused, match="決定額 490,000円は、申請額 500,000円より 10,000円 少ない額です"):
        decide(claim, consultant, decided_yen=490_000)
    assert receipts(claim) == {}
    decided = decide(claim, consultant, decided_yen=490_000, note="出張の2時間が認められなかった。")
    assert decided.decided_yen == 490_000
    assert receipts(claim) == {None: (490_000, None, "出張の2時間が認められなかった。", "")}
    reasons = AuditEvent.objects.filter(object_type="case").values_list("reason", flat=True)
    assert "出張の2時間が認められなかった。" in reasons


def test_a_payment_of_another_amount_needs_a_reason(claim: Application, consultant: Member) -> None:
    decide(claim, consultant, decided_yen=500_000)
    with pytest.raises(ReceiptRefused, match="入金額 499,560円は、決定額 500,000円より 440円 少ない額です"):
        pay(claim, consultant, paid_on=PAID, paid_yen=499_560)
    paid = pay(claim, consultant, paid_on=PAID, paid_yen=499_560, note="手数料が差し引かれた。")
    assert paid.paid_yen == 499_560
    assert receipts(claim) == {None: (500_000, 499_560, "", "手数料が差し引かれた。")}


def test_a_sum_for_several_agencies_is_split_as_they_claimed(
    claim: Application, other: CoAgency, consultant: Member
) -> None:
    assert [one.claimed_yen for one in dues_of(claim)] == [333_334, 166_666]
    decide(claim, consultant, decided_yen=500_000)
    assert receipts(claim) == {None: (333_334, None, "", ""), other.pk: (166_666, None, "", "")}
    pay(claim, consultant, paid_on=PAID, paid_yen=500_000)
    assert receipts(claim) == {None: (333_334, 333_334, "", ""), other.pk: (166_666, 166_666, "", "")}


def test_each_agency_has_its_own_part_and_day(claim: Application, other: CoAgency, consultant: Member) -> None:
    with pytest.raises(ReceiptRefused, match="駅前会計の決定額 160,000円は、申請額 166,666円より 6,666円 少ない"):
        decide(claim, consultant, parts={None: 333_334, other.pk: 160_000})
    with pytest.raises(ReceiptRefused, match="「駅前会計」の額を入力"):
        decide(claim, consultant, parts={None: 333_334})
    decided = decide(claim, consultant, parts={None: 333_334, other.pk: 160_000}, note="時間が認められなかった。")
    assert decided.decided_yen == 333_334 + 160_000
    assert receipts(claim)[other.pk] == (160_000, None, "時間が認められなかった。", "")
    assert receipts(claim)[None] == (333_334, None, "", "")
    parts = {None: Paid(333_334, PAID), other.pk: Paid(160_000, date(2026, 6, 25))}
    paid = pay(claim, consultant, parts=parts)
    assert (paid.paid_yen, paid.paid_on) == (493_334, date(2026, 6, 25))
    told = AuditEvent.objects.filter(object_type="case").order_by("-pk").values_list("changes", flat=True)[:3]
    assert any("支払申請(計画策定) 駅前会計: 入金額" in one for one in told)


def test_what_arrives_later_is_added_with_the_day_of_the_last_part(claim: Application, consultant: Member) -> None:
    decide(claim, consultant, decided_yen=500_000)
    given = {"actor": consultant, "case_id": claim.case_id, "key": KEY, "note": "", "today": TODAY}
    rest = {None: Paid(500_000, date(2026, 7, 3))}
    with pytest.raises(ReceiptRefused, match="入金を記録した後"):
        correct_payment(**given, version=claim.version, parts=rest)  # type: ignore[arg-type]
    paid = pay(claim, consultant, paid_on=PAID, paid_yen=400_000, note="残りは翌月の見込み。")
    with pytest.raises(EditedMeanwhile):
        correct_payment(**given, version=paid.version - 1, parts=rest)  # type: ignore[arg-type]
    for day, words in ((date(2026, 5, 31), "決定日 2026-06-01 より前"), (date(2026, 11, 21), "より後です")):
        with pytest.raises(ReceiptRefused, match=words):
            correct_payment(**given, version=paid.version, parts={None: Paid(500_000, day)})  # type: ignore[arg-type]
    corrected = correct_payment(**given, version=paid.version, parts=rest)  # type: ignore[arg-type]
    assert (corrected.paid_yen, corrected.paid_on) == (500_000, date(2026, 7, 3))
    assert receipts(claim) == {None: (500_000, 500_000, "", "")}


def test_the_page_offers_each_agency_its_share_and_keeps_what_was_typed(
    claim: Application, other: CoAgency, consultant: Member, client: Client
) -> None:
    Application.objects.usage().update(assessment=assessment_of(claim.case).as_dict())
    client.login(username=consultant.user.email, password=PASSWORD)
    url = f"/cases/{claim.case.number}/applications/{claim.pk}/council/decide/"
    form = client.get(url).context["form"]
    assert form["decided_yen__0"].value() == "333,334"
    assert form[f"decided_yen__{other.pk}"].value() == "166,666"
    typed = {"decided_on": "2026-06-01", "decided_yen__0": "333,334", f"decided_yen__{other.pk}": "160,000"}
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert "160,000" in refused.content.decode()
    assert "差額の理由" in refused.content.decode()
    assert client.post(url, {**typed, "note": "時間が認められなかった。"}).status_code == 302
    pay_form = client.get(url.replace("decide", "pay")).context["form"]
    assert pay_form[f"paid_yen__{other.pk}"].value() == "160,000"
    days = {"paid_on__0": "2026-06-20", f"paid_on__{other.pk}": "2026-06-22"}
    paid = {**days, "paid_yen__0": "333,334", f"paid_yen__{other.pk}": "160,000"}
    assert client.post(url.replace("decide", "pay"), paid).status_code == 302
    claim.refresh_from_db()
    assert (claim.paid_yen, claim.paid_on) == (493_334, date(2026, 6, 22))
