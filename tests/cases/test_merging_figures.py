"""Figures in a merge: what moves is shown, told and counted; and what a later import does to taking it back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from cases.models import AccountName, Enterprise, EnterpriseMerge, MonthlyFigure, YearlyFigure
from cases.selectors.merging import counts_of, merge_plan, shown_hash
from cases.services import merging as services
from cases.services.locking import EditedMeanwhile
from tests.builders import make_agency, make_enterprise, make_member
from vapup.accounts import audit
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
Pair = tuple[Enterprise, Enterprise]


@pytest.fixture
def manager() -> Member:
    return make_member(make_agency(), Role.MANAGER)


@pytest.fixture
def pair(manager: Member) -> Pair:
    """Two rows of one company; both have April, the second May to July and September, a closed year and two names."""
    kept = make_enterprise(manager.agency, name="有限会社山田水産")
    gone = make_enterprise(manager.agency, name="(有) 山田水産")
    month(kept, 4, "sales")
    for number in (4, 5, 6, 7, 9):
        month(gone, number, "sales", "rent")
    own = {"agency_id": gone.agency_id, "enterprise": gone}
    YearlyFigure.objects.create(**own, ends_on=date(2025, 3, 31), account="sales", yen=1)
    for owner, name in ((kept, "売上高(本店)"), (gone, "売上高(本店)"), (gone, "売上高(支店)")):
        AccountName.objects.create(agency_id=owner.agency_id, enterprise=owner, name=name, account="sales")
    return kept, gone


def month(enterprise: Enterprise, number: int, *accounts: str) -> None:
    for account in accounts:
        MonthlyFigure.objects.create(
            agency_id=enterprise.agency_id,
            enterprise=enterprise,
            month=date(2025, number, 1),
            account=account,
            yen=1,
        )


def merged(actor: Member, kept: Enterprise, gone: Enterprise, shown: str = "") -> EnterpriseMerge:
    sha = shown or shown_hash(merge_plan(kept, gone))
    merging = services.Merging(gone_id=gone.pk, taken=(), shown_sha256=sha)
    return services.merge_enterprises(actor=actor, kept_id=kept.pk, merging=merging)


def test_the_page_shows_which_months_move_and_which_stay_behind(manager: Member, pair: Pair, client: Client) -> None:
    kept, gone = pair
    client.force_login(manager.user)
    page = " ".join(client.get(f"/enterprises/{kept.pk}/merge/?other={gone.pk}").content.decode().split())
    assert "月次の実績(4か月)" in page
    assert "2025-05〜2025-07、2025-09" in page
    assert "2025-04 は両方にあります。「有限会社山田水産」の金額を残し、「(有) 山田水産」の金額は移しません。" in page
    assert "決算の実績(1期)" in page
    assert "2025-03-31" in page
    assert "科目の対応(1件)" in page
    assert "売上高(支店)" in page
    assert "売上高(本店) は両方にあります。「有限会社山田水産」の対応を残し" in page


def test_without_figures_the_page_says_so(manager: Member, client: Client) -> None:
    kept, gone = (make_enterprise(manager.agency, name=name) for name in ("甲", "乙"))
    client.force_login(manager.user)
    page = client.get(f"/enterprises/{kept.pk}/merge/?other={gone.pk}").content.decode()
    assert "移る月次の実績はありません" in page
    assert "移る決算の実績はありません" in page


@pytest.mark.parametrize("whose", [0, 1])
def test_a_month_that_came_after_the_page_was_shown_is_not_merged(manager: Member, pair: Pair, whose: int) -> None:
    shown = shown_hash(merge_plan(*pair))
    month(pair[whose], 8 if whose else 5, "sales")
    with pytest.raises(EditedMeanwhile, match="過去の利用・実績が変わりました"):
        merged(manager, *pair, shown)


def test_the_trail_and_the_list_tell_what_moved(manager: Member, pair: Pair) -> None:
    done = merged(manager, *pair)
    told = AuditEvent.objects.get(verb=Verb.MERGED, object_id=pair[0].pk).changes
    assert told["移した月次の実績"] == [None, "2025-05〜2025-07、2025-09"]
    assert told["移さなかった月次の実績"] == [None, "2025-04"]
    assert told["移した決算の実績"] == [None, "2025-03-31"]
    assert told["移した科目の対応"] == [None, "売上高(支店)"]
    assert told["移さなかった科目の対応"] == [None, "売上高(本店)"]
    counts = counts_of(done)
    # 4 months of 2 accounts
    assert (counts["月次の実績"], counts["決算の実績"], counts["科目の対応"]) == (8, 1, 1)


def test_a_moved_month_that_was_imported_again_is_named_with_what_to_do(manager: Member, pair: Pair) -> None:
    kept, _ = pair
    done = merged(manager, *pair)
    MonthlyFigure.objects.filter(enterprise=kept, month=date(2025, 5, 1)).delete()
    month(kept, 5, "sales")
    assert services.unmerge_refusal(done) == (
        "統合で移した月次の実績「2025-05 売上高」が、統合の後に削除されています。"
        "削除されたものは戻せないため、取り消せません。"
    )
    audit.record(manager, Verb.IMPORTED, kept, changes={"試算表": [None, "5月.csv"], "対象": [None, "2025-05"]})
    assert services.unmerge_refusal(done) == (
        "統合で移した月次の実績「2025-05 売上高」が、統合の後の取込「5月.csv」で置き換えられています。"
        "その取込を先に取り消してください。"
    )


def test_taking_back_asks_the_database_no_more_for_many_figures(
    manager: Member, pair: Pair, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    month(pair[1], 9, *("salaries", "welfare", "freight", "utilities", "cash", "bills", "labour"))
    done = EnterpriseMerge.objects.get(pk=merged(manager, *pair).pk)
    assert len(done.changes) == 1 + 4 * 2 + 7 + 1 + 1
    with django_assert_max_num_queries(14):
        assert services.unmerge_refusal(done) == ""
