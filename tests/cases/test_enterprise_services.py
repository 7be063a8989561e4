from __future__ import annotations

from typing import Any

import pytest

from cases.enums import Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import Enterprise, Lender
from cases.services import enterprises as services
from cases.services import relations
from cases.services.locking import EditedMeanwhile
from tests.builders import make_enterprise, make_lender
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

NUMBER = "7000012050002"


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "name": "株式会社青空",
        "name_kana": "アオゾラ",
        "legal_form": LegalForm.COMPANY,
        "corporate_number": "",
        "representative_title": "代表取締役",
        "representative": "青空 太郎",
        "postal_code": "980-0811",
        "address": "宮城県仙台市青葉区一番町1-1",
        "phone": "",
        "founded_on": None,
        "industry": Industry.RETAIL,
        "business": "鮮魚の小売",
        "capital_yen": 3_000_000,
        "employee_count": 12,
        "fiscal_year_end_month": 3,
        "annual_sales_yen": 98_000_000,
        "interest_bearing_debt_yen": 40_000_000,
        **changes,
    }


def last_event(row: Enterprise) -> AuditEvent:
    return AuditEvent.objects.filter(object_type="enterprise", object_id=row.pk).latest("pk")


def test_a_new_enterprise_is_stored_with_its_first_line_of_history(consultant: Member) -> None:
    stored = services.register_enterprise(actor=consultant, facts=facts(), is_another=False)
    event = last_event(stored)
    assert (event.verb, event.actor, event.agency_id) == (Verb.CREATED, consultant, consultant.agency_id)
    assert event.changes["事業者名"] == [None, "株式会社青空"]
    assert event.changes["業種の区分"] == [None, "小売業"]


def test_a_corporate_number_is_registered_once_in_an_office(consultant: Member, outsider: Member) -> None:
    make_enterprise(outsider.agency, corporate_number=NUMBER)
    first = services.register_enterprise(actor=consultant, facts=facts(corporate_number=NUMBER), is_another=False)
    with pytest.raises(services.DuplicateNumber, match="株式会社青空") as refused:
        services.register_enterprise(
            actor=consultant, facts=facts(name="別名", corporate_number=NUMBER), is_another=False
        )
    assert refused.value.existing == first


def test_the_same_name_is_stored_only_when_the_user_says_that_it_is_another(consultant: Member) -> None:
    services.register_enterprise(actor=consultant, facts=facts(), is_another=False)
    with pytest.raises(services.SameName):
        services.register_enterprise(actor=consultant, facts=facts(), is_another=False)
    services.register_enterprise(actor=consultant, facts=facts(), is_another=True)
    assert Enterprise.objects.filter(name="株式会社青空").count() == 2


def test_a_viewer_cannot_register(viewer: Member) -> None:
    with pytest.raises(NotAllowed):
        services.register_enterprise(actor=viewer, facts=facts(), is_another=False)


def test_an_edit_keeps_what_was_and_raises_the_version(consultant: Member) -> None:
    stored = services.register_enterprise(actor=consultant, facts=facts(), is_another=False)
    edited = services.edit_enterprise(
        actor=consultant, enterprise_id=stored.pk, version=1, facts=facts(employee_count=13)
    )
    assert edited.version == 2
    assert last_event(stored).changes == {"常時使用する従業員数": [12, 13]}


def test_an_edit_that_changes_nothing_leaves_no_trace(consultant: Member) -> None:
    stored = services.register_enterprise(actor=consultant, facts=facts(), is_another=False)
    same = services.edit_enterprise(actor=consultant, enterprise_id=stored.pk, version=1, facts=facts())
    assert same.version == 1
    assert last_event(stored).verb == Verb.CREATED


def test_the_second_of_two_edits_is_refused(consultant: Member, manager: Member) -> None:
    stored = services.register_enterprise(actor=consultant, facts=facts(), is_another=False)
    services.edit_enterprise(actor=manager, enterprise_id=stored.pk, version=1, facts=facts(phone="022-1"))
    with pytest.raises(EditedMeanwhile):
        services.edit_enterprise(actor=consultant, enterprise_id=stored.pk, version=1, facts=facts(phone="022-2"))
    stored.refresh_from_db()
    assert stored.phone == "022-1"


def test_an_edit_cannot_take_the_number_of_another_but_keeps_its_own(consultant: Member) -> None:
    make_enterprise(consultant.agency, corporate_number=NUMBER)
    own = make_enterprise(consultant.agency, corporate_number="1234567890129")
    with pytest.raises(services.DuplicateNumber):
        services.edit_enterprise(
            actor=consultant, enterprise_id=own.pk, version=1, facts=facts(corporate_number=NUMBER)
        )
    kept = facts(corporate_number="1234567890129")
    assert services.edit_enterprise(actor=consultant, enterprise_id=own.pk, version=1, facts=kept).version == 2


def test_an_enterprise_of_another_agency_does_not_exist(consultant: Member, outsider: Member) -> None:
    foreign = make_enterprise(outsider.agency)
    with pytest.raises(Enterprise.DoesNotExist):
        services.edit_enterprise(actor=consultant, enterprise_id=foreign.pk, version=1, facts=facts())


def lender(**changes: Any) -> dict[str, Any]:
    return {
        "bank_name": "仙台銀行",
        "branch_name": "本店",
        "role": LenderRole.OTHER,
        "balance_yen": 1_000,
        "guaranteed_yen": 0,
        **changes,
    }


def test_lenders_come_and_go_in_the_history_of_their_enterprise(consultant: Member) -> None:
    owner = make_enterprise(consultant.agency)
    added = relations.add_lender(actor=consultant, enterprise_id=owner.pk, facts=lender())
    assert last_event(owner).changes["金融機関 仙台銀行 本店: 借入残高"] == [None, 1_000]
    relations.edit_lender(
        actor=consultant, enterprise_id=owner.pk, lender_id=added.pk, facts=lender(role=LenderRole.MAIN)
    )
    assert last_event(owner).changes == {"金融機関 仙台銀行 本店: 区分": ["その他", "主要(メイン)"]}
    relations.remove_lender(actor=consultant, enterprise_id=owner.pk, lender_id=added.pk)
    assert last_event(owner).changes["金融機関 仙台銀行 本店: 借入残高"] == [1_000, None]
    assert not Lender.objects.exists()


def test_there_is_one_main_lender(consultant: Member) -> None:
    owner = make_enterprise(consultant.agency)
    main = make_lender(owner)
    with pytest.raises(relations.LenderRefused, match="七十七銀行"):
        relations.add_lender(actor=consultant, enterprise_id=owner.pk, facts=lender(role=LenderRole.MAIN))
    relations.edit_lender(
        actor=consultant, enterprise_id=owner.pk, lender_id=main.pk, facts=lender(role=LenderRole.MAIN)
    )


@pytest.mark.parametrize(("guaranteed_yen", "is_refused"), [(1_000, False), (1_001, True)])
def test_no_more_is_guaranteed_than_borrowed(consultant: Member, guaranteed_yen: int, *, is_refused: bool) -> None:
    owner = make_enterprise(consultant.agency)
    values = lender(guaranteed_yen=guaranteed_yen)
    if is_refused:
        with pytest.raises(relations.LenderRefused, match="1,001円 は、借入残高 1,000円"):
            relations.add_lender(actor=consultant, enterprise_id=owner.pk, facts=values)
    else:
        relations.add_lender(actor=consultant, enterprise_id=owner.pk, facts=values)


def test_past_uses_come_and_go(consultant: Member) -> None:
    owner = make_enterprise(consultant.agency)
    values = {
        "frame": SchemeFrame.VUP,
        "category": PaidCategory.PLANNING,
        "paid_yen": 150_000,
        "accepted_on": None,
        "note": "",
    }
    added = relations.add_past_use(actor=consultant, enterprise_id=owner.pk, facts=values)
    assert "過去の利用 Vアップ事業 計画策定支援費用 150,000円: 費用区分" in last_event(owner).changes
    relations.remove_past_use(actor=consultant, enterprise_id=owner.pk, past_use_id=added.pk)
    assert not owner.past_uses.exists()
