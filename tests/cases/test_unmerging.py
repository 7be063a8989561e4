"""What keeps a merge from being taken back, and what follows it; and banks that are registered twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cases.enums import LenderRole
from cases.models import Case, Enterprise, EnterpriseMerge, Lender, LenderStance
from cases.services import merging as services
from cases.services.enterprises import edit_enterprise
from subsidies.enums import ApplicationState
from subsidies.models import Application, Paper
from tests.builders import make_agency, make_case, make_enterprise, make_lender, make_member, make_stance
from tests.cases.test_merging import contents, merge, undo
from tests.subsidies.claims_cases import make_application, make_claim
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member

pytestmark = pytest.mark.django_db
BEFORE, AFTER = timedelta(days=-1), timedelta(seconds=1)
GONE_NUMBER, KEPT_NUMBER = "6999901000002", "7999901000001"
NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def manager() -> Member:
    return make_member(make_agency(), Role.MANAGER)


@pytest.fixture
def pair(manager: Member) -> tuple[Enterprise, Enterprise]:
    kept = make_enterprise(manager.agency, name="有限会社山田水産")
    return kept, make_enterprise(manager.agency, name="(有) 山田水産")


def bank(enterprise: Enterprise, name: str = "仙台銀行", role: LenderRole = LenderRole.OTHER) -> Lender:
    return make_lender(enterprise, role=role, bank_name=name, branch_name="本店")


def paper(application: Application, lender: Lender, requirement: str = "consent") -> Paper:
    own = {"agency_id": application.agency_id, "application": application}
    return Paper.objects.create(**own, lender=lender, requirement=requirement)


def test_what_a_bank_of_both_said_since_goes_back_with_its_case(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    twin, own = bank(kept), bank(gone)
    case, staying = make_case(manager, enterprise=gone), make_case(manager, enterprise=kept)
    first = paper(make_application(case), own, "before")
    done = merge(manager, kept, gone)
    stance = make_stance(case, twin, contact="阿部")
    second = paper(first.application, twin, "since")
    other = make_stance(staying, twin)
    undo(manager, done)
    assert Case.objects.get(pk=case.pk).enterprise == gone
    assert LenderStance.objects.get(pk=stance.pk).lender == own
    assert {one.lender for one in Paper.objects.filter(pk__in=[first.pk, second.pk])} == {own}
    assert LenderStance.objects.get(pk=other.pk).lender == twin
    said = AuditEvent.objects.filter(object_type="case", object_id=case.pk).latest("pk").changes
    assert said["金融機関の状況 仙台銀行 本店"] == [
        "有限会社山田水産の金融機関として",
        "(有) 山田水産の金融機関として",
    ]


def test_what_a_bank_of_one_alone_said_since_keeps_the_merge(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    alone, moving = bank(kept, "七十七銀行"), bank(gone, "石巻信用金庫")
    case, staying = make_case(manager, enterprise=gone), make_case(manager, enterprise=kept)
    done = merge(manager, kept, gone)
    for torn, lender in ((case, alone), (staying, moving)):
        stance = make_stance(torn, lender)
        with pytest.raises(services.MergeRefused, match=f"案件 {torn.number} に、.*「{lender}」の金融機関の状況が記録"):
            undo(manager, done)
        stance.delete()
        made = paper(make_application(torn), lender)
        with pytest.raises(services.MergeRefused, match=f"案件 {torn.number} に、.*「{lender}」の書類が記録"):
            undo(manager, done)
        made.delete()
    make_stance(case, moving)  # goes back together with its bank
    undo(manager, done)
    assert LenderStance.objects.get().lender.enterprise == gone


def test_no_two_stances_of_one_bank_come_of_it(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    twin = bank(kept)
    bank(gone)
    double = bank(gone)
    staying = make_case(manager, enterprise=kept)
    done = merge(manager, kept, gone)
    make_stance(staying, twin)
    make_stance(staying, double)
    with pytest.raises(services.MergeRefused, match=f"案件 {staying.number}"):
        undo(manager, done)


@pytest.mark.parametrize(
    ("approved", "state", "is_refused"),
    [
        (AFTER, ApplicationState.APPROVED, True),  # anew, whatever was cancelled in between
        (AFTER, ApplicationState.SUBMITTED, True),
        (AFTER, ApplicationState.PAID, True),
        (AFTER, ApplicationState.RETURNED, False),  # the council does not have it any more
        (AFTER, ApplicationState.SENT_BACK, False),
        (AFTER, ApplicationState.CANCELLED, False),
        (BEFORE, ApplicationState.APPROVED, False),
        (BEFORE, ApplicationState.PAID, False),
    ],
)
def test_what_is_approved_since_keeps_the_merge_as_long_as_it_is(
    manager: Member,
    pair: tuple[Enterprise, Enterprise],
    approved: timedelta,
    state: ApplicationState,
    is_refused: bool,
) -> None:
    kept, gone = pair
    case = make_case(manager, enterprise=gone)
    done = merge(manager, kept, gone)
    at = EnterpriseMerge.objects.get(pk=done.pk).made_at + approved
    make_claim(case, state=state, decided_at=at, payload={}, submitted_on=NOW.date())
    assert ("承認されています" in services.unmerge_refusal(done)) == is_refused


def test_a_bank_registered_twice_is_paired_once(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    twin = bank(kept)
    doubles = (bank(gone), bank(gone))
    case = make_case(manager, enterprise=gone)
    application = make_application(case)
    for one in doubles:
        make_stance(case, one)
        paper(application, one)
    before = contents()
    done = merge(manager, kept, gone)
    assert set(Lender.objects.filter(enterprise=kept)) == {twin, doubles[1]}
    assert set(LenderStance.objects.values_list("lender_id", flat=True)) == {twin.pk, doubles[1].pk}
    assert set(Paper.objects.values_list("lender_id", flat=True)) == {twin.pk, doubles[1].pk}
    undo(manager, done)
    assert contents() == before


def test_the_main_bank_stays_main_as_its_twin(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    twin = bank(kept)
    bank(gone)
    main = bank(gone, role=LenderRole.MAIN)
    before = contents()
    done = merge(manager, kept, gone)
    assert Lender.objects.get(pk=twin.pk).role == LenderRole.MAIN
    assert Lender.objects.get(pk=main.pk).enterprise == gone
    assert Lender.objects.filter(enterprise=kept, role=LenderRole.MAIN).count() == 1
    undo(manager, done)
    assert contents() == before


def test_a_number_that_was_registered_anew_keeps_the_merge(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    for one, number in ((kept, KEPT_NUMBER), (gone, GONE_NUMBER)):
        Enterprise.objects.filter(pk=one.pk).update(corporate_number=number)
        one.refresh_from_db()
    done = merge(manager, kept, gone, "corporate_number")
    third = make_enterprise(manager.agency, name="別の会社")
    edit_enterprise(
        actor=manager, enterprise_id=third.pk, version=third.version, facts={"corporate_number": KEPT_NUMBER}
    )
    with pytest.raises(
        services.MergeRefused, match=f"法人番号 {KEPT_NUMBER} は、統合の後に事業者「別の会社」として登録"
    ):
        undo(manager, done)
