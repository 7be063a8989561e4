"""Bank accounts of agencies: written as banks write them, whole or not at all; few may read their numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from cases.forms.payees import PayeeForm
from cases.models import Case, Payee
from cases.models.payees import mask
from cases.services.locking import EditedMeanwhile
from cases.services.payees import PayeeRefused, save_co_agency_payee, save_own_payee
from tests.builders import PASSWORD, make_agency, make_case, make_member
from tests.subsidies.claims_cases import make_co_agency
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.shared import banks

pytestmark = pytest.mark.django_db
TYPED = {
    "version": "1",
    "bank_name": "七十七銀行",
    "bank_code": "0125",
    "branch_name": "本店営業部",
    "kind": "ordinary",
    "number": "99999",
    "holder_kana": "アオバ ショウジ(カ",
}
FACTS: dict[str, Any] = {
    "bank_name": "七十七銀行",
    "bank_code": "0125",
    "branch_name": "本店営業部",
    "branch_code": "",
    "kind": "ordinary",
    "number": "0099999",
    "holder_kana": "ｱｵﾊﾞ",
    "withholds_tax": True,
}


@pytest.fixture
def manager() -> Member:
    return make_member(make_agency(), Role.MANAGER)


def errors(**changed: str) -> dict[str, list[str]]:
    form = PayeeForm({**TYPED, **changed})
    form.is_valid()
    return {name: [str(one) for one in found] for name, found in form.errors.items()}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("アオバ ショウジ(カ", "ｱｵﾊﾞ ｼﾖｳｼﾞ(ｶ"),
        ("あおば　しょうじ", "ｱｵﾊﾞ ｼﾖｳｼﾞ"),
        ("ｱｵﾊﾞ", "ｱｵﾊﾞ"),
        ("カ)スーパーａｂ１", "ｶ)ｽ-ﾊﾟ-AB1"),
        ("ヴィ・ラ", ""),
        ("青葉", ""),
    ],
)
def test_holders_are_kept_as_banks_write_them(typed: str, kept: str) -> None:
    form = PayeeForm({**TYPED, "holder_kana": typed})
    assert form.is_valid() is bool(kept)
    assert form.cleaned_data.get("holder_kana", "") == kept


def test_numbers_have_seven_digits_and_codes_belong_to_their_names() -> None:
    assert errors() == {}
    form = PayeeForm(TYPED)
    assert form.is_valid()
    assert form.cleaned_data["number"] == "0099999"
    assert "7桁の数字" in errors(number="12345678")["number"][0]
    assert "「みずほ」です。入力された「七十七銀行」と異なります" in errors(bank_code="0001")["bank_code"][0]
    assert "公表された一覧にありません" in errors(bank_code="9998")["bank_code"][0]
    assert "金融機関コードも入力" in errors(bank_code="", branch_code="001")["bank_code"][0]
    assert "全部の欄を入力" in errors(branch_name="")["branch_name"][0]


def test_the_list_knows_banks_by_short_names() -> None:
    assert banks.bank_name("0001") == "みずほ"
    assert banks.is_name_of("みずほ銀行", "みずほ")
    assert banks.is_name_of("三菱UFJ銀行", "三菱ＵＦＪ")
    assert not banks.is_name_of("三井住友銀行", "みずほ")
    assert banks.branch_name("0005", "001") == "本店"
    assert (banks.bank_name("9998"), banks.branch_name("9998", "001")) == ("", "")
    assert banks.branch_name("../0005", "001") == ""


def test_an_account_is_stored_once_per_agency_and_told_with_its_number_hidden(manager: Member) -> None:
    save_own_payee(actor=manager, version=1, facts=FACTS)
    row = save_own_payee(actor=manager, version=2, facts={**FACTS, "number": "1234567"})
    assert (Payee.objects.count(), row.number, row.version, row.masked_number) == (1, "1234567", 3, "****567")
    told = AuditEvent.objects.latest("pk").changes
    assert told == {"振込先 青葉会計事務所: 口座番号": ["****999", "****567"]}
    assert "0099999" not in str(list(AuditEvent.objects.values_list("changes", flat=True)))
    with pytest.raises(EditedMeanwhile):
        save_own_payee(actor=manager, version=1, facts=FACTS)
    with pytest.raises(PayeeRefused, match="すべて入力"):
        save_own_payee(actor=manager, version=3, facts={**FACTS, "number": ""})
    assert mask("") == ""


def test_the_database_refuses_half_an_account(manager: Member) -> None:
    with pytest.raises(IntegrityError, match="payee_account_is_whole"):
        Payee.objects.create(agency=manager.agency, number="1234567")


def test_who_may_not_change_an_agency_changes_no_account(manager: Member) -> None:
    consultant = make_member(manager.agency, Role.CONSULTANT)
    case = make_case(consultant)
    other = make_co_agency(case)
    with pytest.raises(NotAllowed):
        save_own_payee(actor=consultant, version=1, facts=FACTS)
    given: dict[str, Any] = {"case_id": case.pk, "co_agency_id": other.pk, "version": 1, "facts": FACTS}
    assert save_co_agency_payee(actor=consultant, **given).co_agency == other
    with pytest.raises(NotAllowed):
        save_co_agency_payee(actor=make_member(manager.agency, Role.VIEWER), **given)
    with pytest.raises(Case.DoesNotExist):
        save_co_agency_payee(actor=make_member(make_agency(), Role.MANAGER), **given)


def test_only_who_may_change_an_account_reads_its_number(manager: Member) -> None:
    case = make_case(make_member(manager.agency, Role.CONSULTANT))
    save_own_payee(actor=manager, version=1, facts={**FACTS, "number": "7654321"})
    url = f"/cases/{case.number}/payments/"
    shown = {who: _text(member, url) for who, member in (("manager", manager), ("consultant", case.consultant))}
    assert "7654321" in shown["manager"]
    assert "7654321" not in shown["consultant"]
    assert "****321" in shown["consultant"]
    assert "7654321" not in _text(case.consultant, f"/cases/{case.number}/history/")


def test_two_people_who_edit_an_account_are_told_of_each_other(manager: Member) -> None:
    browser = _browser(manager)
    assert browser.post("/office/account/", TYPED).status_code == 302
    late = browser.post("/office/account/", {**TYPED, "number": "1111111"})
    assert late.status_code == 409
    assert "1111111" in late.content.decode()
    assert Payee.objects.get().number == "0099999"
    again = {**TYPED, "number": "1111111", "version": late.context["form"].data["version"]}
    assert browser.post("/office/account/", again).status_code == 302
    assert Payee.objects.get().number == "1111111"


def _browser(member: Member) -> Client:
    browser = Client()
    browser.login(username=member.user.email, password=PASSWORD)
    return browser


def _text(member: Member, url: str) -> str:
    return _browser(member).get(url).content.decode()
