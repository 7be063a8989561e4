"""One company registered twice becomes one, and two again exactly as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from cases.enums import LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, Enterprise, EnterpriseMerge, Lender, LenderStance, MonthlyFigure, PastUse
from cases.selectors.enterprises import enterprises_found
from cases.selectors.likeness import lookalikes_of
from cases.selectors.merging import merge_plan, shown_hash
from cases.services import merging as services
from cases.services.enterprises import DuplicateNumber, edit_enterprise
from cases.services.locking import EditedMeanwhile, EnterpriseMerged, lock_enterprise
from cases.services.relations import add_past_use, remove_lender
from subsidies.enums import ApplicationState
from subsidies.models import Paper
from subsidies.selectors import past_subsidies_of
from subsidies.selectors.caps.ledger import cap_ledger_of
from tests.builders import make_agency, make_case, make_enterprise, make_lender, make_member, make_note, make_stance
from tests.subsidies.claims_cases import make_claim
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.accounts.tenancy import tenant_scope
from vapup.work import unit_of_work

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
# Versions and stamps only ever go up: a form opened before must not pass for one opened afterwards.
COUNTERS = {"version", "updated_at"}
KEPT_NUMBER, GONE_NUMBER = "7999901000001", "6999901000002"


@pytest.fixture
def manager() -> Member:
    return make_member(make_agency(), Role.MANAGER)


@pytest.fixture
def pair(manager: Member) -> tuple[Enterprise, Enterprise]:
    """Two rows of one company: each with a main bank, the second with a bank of both, a case and a past use."""
    kept = make_enterprise(manager.agency, name="有限会社山田水産")
    gone = make_enterprise(manager.agency, name="(有) 山田水産", corporate_number=GONE_NUMBER)
    make_lender(kept)
    make_lender(kept, role=LenderRole.OTHER, bank_name="仙台銀行", branch_name="本店")
    shared = make_lender(gone, role=LenderRole.OTHER, bank_name="仙台銀行", branch_name="本店", balance_yen=5)
    make_lender(gone, bank_name="石巻信用金庫")
    case = make_case(manager, enterprise=gone)
    make_stance(case, shared, contact="阿部")
    make_note(case, manager)
    make_case(manager, enterprise=kept)
    for enterprise, yen in ((kept, 300_000), (gone, 500_000)):
        PastUse.objects.create(
            agency=manager.agency,
            enterprise=enterprise,
            frame=SchemeFrame.NORMAL,
            category=PaidCategory.PLANNING,
            paid_yen=yen,
        )
    return kept, gone


def merge(actor: Member, kept: Enterprise, gone: Enterprise, *taken: str) -> EnterpriseMerge:
    shown = shown_hash(merge_plan(kept, gone))
    merging = services.Merging(gone_id=gone.pk, taken=taken, shown_sha256=shown)
    return services.merge_enterprises(actor=actor, kept_id=kept.pk, merging=merging)


def undo(actor: Member, done: EnterpriseMerge) -> None:
    services.unmerge_enterprises(actor=actor, merge_id=done.pk, reason="別の会社だった", now=NOW)


def contents() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table that is no history, without what only counts up."""
    found = {}
    for model in apps.get_models():
        if hasattr(model, "pgh_tracked_model") or model in (AuditEvent, EnterpriseMerge) or model._meta.proxy:
            continue
        rows = list(model._default_manager.order_by("pk").values())
        found[model._meta.label] = [{k: v for k, v in row.items() if k not in COUNTERS} for row in rows]
    found.pop("pghistory.Context", None)
    return found


def test_everything_of_the_second_row_belongs_to_the_first(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    merge(manager, kept, gone, "corporate_number")
    kept.refresh_from_db()
    gone = Enterprise.with_merged.get(pk=gone.pk)
    assert Case.objects.filter(enterprise=kept).count() == 2
    assert not Case.objects.filter(enterprise=gone).exists()
    assert PastUse.objects.filter(enterprise=kept).count() == 2
    assert (kept.name, kept.corporate_number) == ("有限会社山田水産", GONE_NUMBER)
    assert (gone.name, gone.merged_into, gone.corporate_number) == ("(有) 山田水産", kept, GONE_NUMBER)


def test_two_main_banks_become_one_and_a_bank_of_both_keeps_what_it_said(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    merge(manager, kept, gone)
    roles = dict(Lender.objects.filter(enterprise=kept).values_list("bank_name", "role"))
    assert roles == {"七十七銀行": "main", "仙台銀行": "other", "石巻信用金庫": "submain"}
    assert LenderStance.objects.get().lender.enterprise == kept
    assert Lender.objects.get(enterprise=gone).balance_yen == 5  # the double stays behind and counts for nobody


def test_the_past_uses_of_both_count_together(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    case = Case.objects.get(enterprise=gone)
    assert sum(past_subsidies_of(case).values()) == 500_000
    together = cap_ledger_of(kept, today=NOW.date(), also=gone)
    merge(manager, kept, gone)
    case.refresh_from_db()
    assert sum(past_subsidies_of(case).values()) == 300_000 + 500_000
    after = cap_ledger_of(Enterprise.objects.get(pk=kept.pk), today=NOW.date())
    assert [row.free_yen for row in after[0].rows] == [row.free_yen for row in together[0].rows]  # as was announced


def test_a_merged_enterprise_is_found_nowhere(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    (like,) = lookalikes_of(kept)
    assert (like.pk, like.alike) == (gone.pk, ("事業者名", "フリガナ", "所在地"))
    merge(manager, kept, gone)
    with tenant_scope(manager.agency_id):
        assert list(enterprises_found(manager.agency_id, "山田")) == [kept]
    assert lookalikes_of(kept) == ()
    with unit_of_work(), pytest.raises(EnterpriseMerged, match="「有限会社山田水産」に統合されました"):
        lock_enterprise(manager, gone.pk)


def test_the_number_of_a_merged_enterprise_is_still_registered(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    done = merge(manager, kept, gone)
    assert (done.kept_number, done.gone_number) == ("", GONE_NUMBER)
    third = make_enterprise(manager.agency, name="別の会社")
    with pytest.raises(
        DuplicateNumber, match=r"「\(有\) 山田水産」として登録済みで、「有限会社山田水産」に統合"
    ) as refused:
        _number(manager, third, GONE_NUMBER)
    assert refused.value.existing == kept
    assert _number(manager, Enterprise.objects.get(pk=kept.pk), GONE_NUMBER).corporate_number == GONE_NUMBER


def _number(actor: Member, enterprise: Enterprise, number: str) -> Enterprise:
    return edit_enterprise(
        actor=actor, enterprise_id=enterprise.pk, version=enterprise.version, facts={"corporate_number": number}
    )


@pytest.mark.parametrize("taken", [(), ("corporate_number", "name", "founded_on", "annual_sales_yen")])
def test_taking_a_merge_back_restores_every_table(
    manager: Member, pair: tuple[Enterprise, Enterprise], taken: tuple[str, ...]
) -> None:
    kept, gone = pair
    Enterprise.objects.filter(pk=gone.pk).update(founded_on=NOW.date(), annual_sales_yen=5)
    gone.refresh_from_db()
    before = contents()
    done = merge(manager, kept, gone, *taken)
    assert contents() != before
    undo(manager, done)
    after = contents()
    assert {label for label in before if before[label] != after[label]} == set()
    assert set(before) == set(after)


def test_history_tells_both_acts_on_both_enterprises_and_on_the_case(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    case = Case.objects.get(enterprise=gone)
    undo(manager, merge(manager, kept, gone, "corporate_number"))
    trail = AuditEvent.objects.order_by("pk").values_list("object_type", "object_id", "verb")
    assert list(trail) == [
        ("enterprise", kept.pk, Verb.MERGED),
        ("enterprise", gone.pk, Verb.MERGED),
        ("case", case.pk, Verb.CHANGED),
        ("enterprise", kept.pk, Verb.UNMERGED),
        ("enterprise", gone.pk, Verb.UNMERGED),
        ("case", case.pk, Verb.CHANGED),
    ]
    said = AuditEvent.objects.order_by("pk")[0].changes
    assert said["法人番号"] == ["", GONE_NUMBER]
    assert said["移した案件"] == [None, case.number]
    assert AuditEvent.objects.order_by("pk")[3].changes["法人番号"] == [GONE_NUMBER, ""]


def test_what_came_in_between_and_is_its_own_stays(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    done = merge(manager, kept, gone)
    facts = {"frame": SchemeFrame.NORMAL, "category": PaidCategory.MONITORING, "paid_yen": 7}
    add_past_use(actor=manager, enterprise_id=kept.pk, facts=facts)
    undo(manager, done)
    assert sorted(PastUse.objects.filter(enterprise=kept).values_list("paid_yen", flat=True)) == [7, 300_000]


def test_what_stands_in_the_way_is_named(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    done = merge(manager, kept, gone, "corporate_number")
    _number(manager, Enterprise.objects.get(pk=kept.pk), KEPT_NUMBER)
    with pytest.raises(services.MergeRefused, match=f"「法人番号」が、統合の後に変更.*{GONE_NUMBER}、今 {KEPT_NUMBER}"):
        undo(manager, done)
    _number(manager, Enterprise.objects.get(pk=kept.pk), GONE_NUMBER)
    moved = Lender.objects.get(bank_name="石巻信用金庫")
    remove_lender(actor=manager, enterprise_id=kept.pk, lender_id=moved.pk)
    with pytest.raises(services.MergeRefused, match="金融機関が、統合の後に削除"):
        undo(manager, done)


def test_an_approval_or_a_second_merge_in_between_prevents_it(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    case = Case.objects.get(enterprise=gone)
    done = merge(manager, kept, gone)
    make_claim(case, state=ApplicationState.APPROVED, decided_at=done.made_at + timedelta(seconds=1), payload={})
    refused = services.unmerge_refusal(done)
    assert f"案件 {case.number} の支払申請(計画策定)が、統合の後に" in refused
    third = make_enterprise(manager.agency, name="山田水産")
    merge(manager, third, Enterprise.objects.get(pk=kept.pk))
    with pytest.raises(services.MergeRefused, match="この後「山田水産」に統合されています"):
        undo(manager, done)


def test_what_was_not_shown_is_not_merged(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    shown = shown_hash(merge_plan(kept, gone))
    make_case(manager, enterprise=gone)
    merging = services.Merging(gone_id=gone.pk, taken=(), shown_sha256=shown)
    with pytest.raises(EditedMeanwhile, match="確認の画面を開いた後に"):
        services.merge_enterprises(actor=manager, kept_id=kept.pk, merging=merging)
    assert not EnterpriseMerge.objects.exists()


def test_who_may_not_merge_and_what_cannot_be(manager: Member, pair: tuple[Enterprise, Enterprise]) -> None:
    kept, gone = pair
    with pytest.raises(NotAllowed):
        merge(make_member(manager.agency, Role.CONSULTANT), kept, gone)
    with pytest.raises(services.MergeRefused, match="同じ事業者どうし"):
        merge(manager, kept, kept)
    outsider = make_member(make_agency(), Role.MANAGER)
    with pytest.raises(Enterprise.DoesNotExist):
        merge(outsider, kept, gone)
    done = merge(manager, kept, gone)
    with pytest.raises(services.MergeRefused, match="すでに「有限会社山田水産」に統合"):
        merge(manager, make_enterprise(manager.agency), Enterprise.with_merged.get(pk=gone.pk))
    undo(manager, done)
    with pytest.raises(services.MergeRefused, match="すでに取り消されています"):
        undo(manager, done)


def test_months_that_only_the_second_has_move_and_the_others_stay_with_it(
    manager: Member, pair: tuple[Enterprise, Enterprise]
) -> None:
    kept, gone = pair
    april, may = date(2025, 4, 1), date(2025, 5, 1)
    for owner, month, yen in ((kept, april, 100), (gone, april, 70), (gone, may, 80)):
        MonthlyFigure.objects.create(agency=owner.agency, enterprise=owner, month=month, account="sales", yen=yen)
    before = contents()
    done = merge(manager, kept, gone)
    stored = MonthlyFigure.objects.filter(enterprise=kept).order_by("month").values_list("month", "yen")
    assert list(stored) == [(april, 100), (may, 80)]
    undo(manager, done)
    assert contents() == before


def test_every_link_to_an_enterprise_or_a_lender_is_known_to_the_merge() -> None:
    """A new table that points to either must be moved, or a merge would leave its rows behind."""

    def pointing(model: type[Any]) -> set[str]:
        links = model._meta.get_fields(include_hidden=True)
        found = (one.related_model for one in links if one.one_to_many)
        return {one._meta.label for one in found if not hasattr(one, "pgh_tracked_model")}

    assert pointing(Enterprise) == {
        *("cases.Case", "cases.Lender", "cases.PastUse"),
        *("cases.Enterprise", "cases.EnterpriseMerge"),
        *("cases.MonthlyFigure", "cases.YearlyFigure", "cases.AccountName"),
    }
    assert pointing(Lender) == {"cases.LenderStance", "cases.Loan", "monitoring.BankMeeting", Paper._meta.label}
