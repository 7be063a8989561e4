"""Recording a claim: what is refused and why, the version, and the trail of the case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.models import Case, CoAgency
from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory, PaymentMethod
from subsidies.models import Application, ClaimLine, Settlement
from subsidies.services.claiming.claims import ClaimRefused, save_claim_lines, save_settlement
from tests.builders import make_case, make_member
from tests.subsidies.claims_cases import accepted_case, make_application, make_claim, make_co_agency, make_line
from vapup import clock
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

TODAY = date(2026, 5, 1)
PLANNING = CostCategory.PLANNING


@pytest.fixture
def case(consultant: Member) -> Case:
    """A normal case accepted on 2025-05-12 that filed 1,234,567 yen of planning."""
    return accepted_case(consultant, {PLANNING: 1_234_567})


@pytest.fixture
def claim(case: Case) -> Application:
    return make_claim(case)


def line_facts(**changed: Any) -> dict[str, Any]:
    names = ("cost_yen", "statement_yen", "hours_yen", "worked_from", "worked_to")
    return dict.fromkeys(names) | changed


def save_lines(
    claim: Application, actor: Member, *, version: int = 1, category: CostCategory = PLANNING, **facts: Any
) -> Application:
    lines = {category: line_facts(**facts)}
    return save_claim_lines(actor=actor, application_id=claim.pk, version=version, lines=lines, today=TODAY)


def settlement_facts(**changed: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        (
            "contracted_on",
            "cost_yen",
            "council_invoiced_on",
            "council_invoice_yen",
            "own_invoiced_on",
            "own_invoice_yen",
            "transferred_on",
            "transferred_yen",
        )
    )
    plain = {"method": PaymentMethod.TRANSFER, "withheld_yen": 0, "fee_deducted_yen": 0, "payer": "", "payee": ""}
    return {**empty, **plain, "has_gross_invoice": False, "is_single_purpose": True, **changed}


def settle(
    claim: Application, actor: Member, *, version: int = 1, co_agency_id: int | None = None, **facts: Any
) -> Settlement:
    given: dict[str, Any] = {"actor": actor, "application_id": claim.pk, "co_agency_id": co_agency_id, "today": TODAY}
    return save_settlement(**given, version=version, facts=settlement_facts(**facts))


def events(claim: Application) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(object_type="case", object_id=claim.case_id).order_by("pk"))


def test_costs_are_stored_changed_and_taken_away_with_a_trail(claim: Application, consultant: Member) -> None:
    days: dict[str, Any] = {"worked_from": date(2025, 5, 12), "worked_to": date(2026, 5, 1)}
    save_lines(claim, consultant, cost_yen=1_234_567, statement_yen=1_234_567, **days)
    save_lines(claim, consultant, version=2, cost_yen=1_200_000, statement_yen=1_234_567, **days)
    save_lines(claim, consultant, version=3, cost_yen=1_200_000, statement_yen=1_234_567, **days)  # nothing new
    row = ClaimLine.objects.get()
    assert (row.cost_yen, row.statement_yen, row.hours_yen, row.worked_from) == (
        1_200_000,
        1_234_567,
        None,
        date(2025, 5, 12),
    )
    save_lines(claim, consultant, version=3)
    assert not ClaimLine.objects.exists()
    claim.refresh_from_db()
    assert claim.version == 4
    added, changed, removed = events(claim)
    name = "支払申請(計画策定) 計画策定支援費用"
    assert added.changes[f"{name}: 実績の費用(税込)"] == [None, 1_234_567]
    assert added.changes[f"{name}: 従事の初日"] == [None, "2025-05-12"]
    assert changed.changes == {f"{name}: 実績の費用(税込)": [1_234_567, 1_200_000]}
    assert removed.changes[f"{name}: 実績の費用(税込)"] == [1_200_000, None]
    assert {one.verb for one in (added, changed, removed)} == {Verb.CHANGED}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"worked_from": date(2025, 5, 11)}, ("従事の初日 2025-05-11", "受理日 2025-05-12 より前")),
        ({"worked_to": date(2025, 5, 11)}, ("従事の最終日 2025-05-11", "受理日 2025-05-12 より前")),
        (
            {"worked_from": date(2025, 7, 2), "worked_to": date(2025, 7, 1)},
            ("最終日 2025-07-01", "初日 2025-07-02 より前"),
        ),
        ({"worked_to": date(2026, 5, 2)}, ("従事の最終日 2026-05-02", "今日 2026-05-01 より後")),
        ({"cost_yen": None, "statement_yen": 1}, ("計画策定支援費用", "「実績の費用(税込)」を入力")),
        ({"category": CostCategory.NEGOTIATION}, ("支払申請(計画策定)", "金融機関交渉費用")),
    ],
)
def test_impossible_costs_are_refused_with_both_values(
    claim: Application, consultant: Member, facts: dict[str, Any], words: tuple[str, str]
) -> None:
    with pytest.raises(ClaimRefused) as refused:
        save_lines(claim, consultant, **{"cost_yen": 1_000_000, **facts})
    assert all(one in refused.value.message for one in words), refused.value.message
    assert not ClaimLine.objects.exists()
    assert events(claim) == []


def test_work_on_the_day_of_acceptance_counts(claim: Application, consultant: Member) -> None:
    save_lines(claim, consultant, cost_yen=1, worked_from=date(2025, 5, 12), worked_to=date(2025, 5, 12))
    assert ClaimLine.objects.get().worked_from == date(2025, 5, 12)


def test_without_an_acceptance_no_day_of_work_is_taken(consultant: Member) -> None:
    claim = make_claim(make_case(consultant))
    with pytest.raises(ClaimRefused, match="案件に受理日がないため"):
        save_lines(claim, consultant, cost_yen=1, worked_from=date(2025, 6, 1))


@pytest.mark.parametrize("state", ApplicationState)
def test_a_claim_changes_only_while_the_office_works_on_it(
    case: Case, consultant: Member, state: ApplicationState
) -> None:
    claim = make_claim(case)
    open_states = {ApplicationState.PREPARING, ApplicationState.SENT_BACK, ApplicationState.RETURNED}
    frozen = {
        "assessment": {},
        "assessed": {},
        "payload": {},
        "assessment_sha256": "0" * 64,
        "figures_sha256": "0" * 64,
    }
    by = {"requested_by": consultant, "decided_by": consultant}
    at = {"requested_at": clock.now(), "decided_at": clock.now()}
    days = dict.fromkeys(("submitted_on", "accepted_on", "decided_on", "paid_on"), date(2026, 4, 1))
    Application.objects.filter(pk=claim.pk).update(state=state, **frozen, **by, **at, **days)
    if state in open_states:
        assert save_lines(claim, consultant, cost_yen=5).version == 2
        assert settle(claim, consultant, cost_yen=5).version == 2
        return
    with pytest.raises(ClaimRefused) as refused:
        save_lines(claim, consultant, cost_yen=5)
    assert state.label in refused.value.message
    with pytest.raises(ClaimRefused, match="変更できません"):
        settle(claim, consultant, cost_yen=5)


def test_other_applications_have_no_costs(case: Case, consultant: Member) -> None:
    letter = make_application(case, kind=ApplicationKind.CHANGE)
    with pytest.raises(ClaimRefused, match="支払申請ではありません"):
        save_lines(letter, consultant, cost_yen=5)


def test_an_old_version_is_refused(claim: Application, consultant: Member, manager: Member) -> None:
    save_lines(claim, manager, cost_yen=1_000_000)
    with pytest.raises(EditedMeanwhile):
        save_lines(claim, consultant, cost_yen=900_000)
    settle(claim, manager, cost_yen=1_000_000)
    with pytest.raises(EditedMeanwhile):
        settle(claim, consultant, cost_yen=900_000)
    assert ClaimLine.objects.get().cost_yen == Settlement.objects.get().cost_yen == 1_000_000


def test_only_who_may_write_to_the_case_records(claim: Application, viewer: Member, outsider: Member) -> None:
    colleague = make_member(claim.agency)
    for actor in (viewer, colleague):
        with pytest.raises(NotAllowed):
            save_lines(claim, actor, cost_yen=5)
        with pytest.raises(NotAllowed):
            settle(claim, actor, cost_yen=5)
    with pytest.raises(Application.DoesNotExist):
        save_lines(claim, outsider, cost_yen=5)
    with pytest.raises(Application.DoesNotExist):
        settle(claim, outsider, cost_yen=5)


def test_each_agency_has_its_own_settlement(case: Case, claim: Application, consultant: Member) -> None:
    other = make_co_agency(case)
    paid: dict[str, Any] = {"transferred_on": date(2026, 4, 30), "transferred_yen": 68_039, "withheld_yen": 6_961}
    settle(claim, consultant, contracted_on=date(2025, 6, 1), own_invoice_yen=75_000, **paid)
    settle(claim, consultant, co_agency_id=other.pk, cost_yen=200_000, method=PaymentMethod.CASH)
    own, theirs = Settlement.objects.order_by("pk")
    assert (own.co_agency, own.withheld_yen, own.transferred_yen, own.version) == (None, 6_961, 68_039, 2)
    assert (theirs.co_agency, theirs.method, theirs.cost_yen) == (other, PaymentMethod.CASH, 200_000)
    first, second = events(claim)
    assert first.changes["支払申請(計画策定) 青葉会計事務所: 源泉所得税"] == [0, 6_961]
    assert second.changes["支払申請(計画策定) 駅前会計: 支払方法"] == ["銀行振込", "現金"]


def test_saving_the_same_again_leaves_no_trace(claim: Application, consultant: Member) -> None:
    settle(claim, consultant, cost_yen=5)
    assert settle(claim, consultant, version=2, cost_yen=5).version == 2
    assert len(events(claim)) == 1


@pytest.mark.parametrize("name", ["contracted_on", "transferred_on"])
def test_what_is_done_lies_in_the_past(claim: Application, consultant: Member, name: str) -> None:
    tomorrow: dict[str, Any] = {name: date(2026, 5, 2)}
    with pytest.raises(ClaimRefused, match="2026-05-02 が、今日 2026-05-01 より後です"):
        settle(claim, consultant, **tomorrow)
    today: dict[str, Any] = {name: TODAY, "council_invoiced_on": date(2026, 5, 10)}
    assert settle(claim, consultant, **today).council_invoiced_on == date(2026, 5, 10)


def test_an_agency_of_another_case_is_not_of_this_claim(claim: Application, consultant: Member) -> None:
    foreign = make_co_agency(make_case(consultant))
    with pytest.raises(CoAgency.DoesNotExist):
        settle(claim, consultant, co_agency_id=foreign.pk)


def test_every_category_is_written_at_once_or_none(case: Case, consultant: Member) -> None:
    claim = make_claim(case, kind=ApplicationKind.NEGOTIATION_CLAIM)
    make_line(claim, 100_000, category=CostCategory.NEGOTIATION)
    lines = {CostCategory.NEGOTIATION: line_facts(cost_yen=150_000), PLANNING: line_facts(cost_yen=1)}
    with pytest.raises(ClaimRefused, match="計画策定支援費用"):
        save_claim_lines(actor=consultant, application_id=claim.pk, version=1, lines=lines, today=TODAY)
    assert ClaimLine.objects.get().cost_yen == 100_000
