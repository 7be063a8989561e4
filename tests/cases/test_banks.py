"""The creditor board: who must agree, who is missing, which letters there are, and what may be recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.enums import Consent, LenderRole, SchemeFrame
from cases.models import Case, Lender, LenderStance
from cases.selectors.banks import UNREGISTERED_GUARANTOR, Board, bank_board, guarantor_of
from cases.services.banks import StanceRefused, record_stance
from cases.services.locking import EditedMeanwhile
from cases.services.relations import LenderRefused, add_lender, edit_lender, remove_lender
from tests.builders import make_case, make_enterprise, make_lender, make_stance
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

TODAY = date(2025, 10, 1)
DAY = date(2025, 9, 1)


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


def bank(case: Case, **facts: Any) -> Lender:
    return make_lender(case.enterprise, **facts)


def agree(case: Case, lender: Lender, consent: Consent = Consent.AGREED) -> LenderStance:
    return make_stance(case, lender, consent=consent, consented_on=DAY)


def in_frame(case: Case, frame: SchemeFrame) -> Board:
    case.frame = frame
    case.save()
    return bank_board(case)


def test_shares_are_tenths_of_a_percent_of_all_that_is_borrowed(case: Case) -> None:
    for balance, role in ((180_000_000, LenderRole.MAIN), (55_000_000, LenderRole.SUBMAIN), (15_000_000, "other")):
        bank(case, balance_yen=balance, role=role)
    board = bank_board(case)
    # 180 + 55 + 15 = 250 million: 72.0 %, 22.0 %, 6.0 %
    assert [row.share for row in board.rows] == ["72.0%", "22.0%", "6.0%"]
    assert board.balance_yen == 250_000_000


def test_a_share_of_half_a_tenth_is_rounded_up_and_a_share_of_nothing_is_none(case: Case) -> None:
    for balance, role in ((1, LenderRole.SUBMAIN), (1_999, LenderRole.MAIN)):
        bank(case, balance_yen=balance, role=role)
    # 1 / 2,000 = 0.05 % → 0.1 %; 1,999 / 2,000 = 99.95 % → 100.0 %
    assert [row.share for row in bank_board(case).rows] == ["100.0%", "0.1%"]
    case.enterprise.lenders.update(balance_yen=0)
    assert [row.share for row in bank_board(case).rows] == ["—", "—"]


@pytest.mark.parametrize("frame", [SchemeFrame.NORMAL, SchemeFrame.SME_GL])
def test_all_agreed_needs_every_lender(case: Case, frame: SchemeFrame) -> None:
    main, other = bank(case), bank(case, role=LenderRole.OTHER, balance_yen=20_000_000, bank_name="仙台銀行")
    agree(case, main)
    board = in_frame(case, frame)
    assert (board.missing_consents, board.is_all_agreed) == (("仙台銀行 石巻支店",), False)
    # 180 of 200 million agreed
    assert (board.agreed_yen, board.agreed_share) == (180_000_000, "90.0%")
    agree(case, other)
    board = in_frame(case, frame)
    assert (board.missing_consents, board.is_all_agreed, board.agreed_share) == ((), True, "100.0%")


@pytest.mark.parametrize(
    ("consent", "is_missing"),
    [
        (Consent.NOT_ASKED, True),
        (Consent.ASKED, True),
        (Consent.REFUSED, True),
        (Consent.AGREED, False),
        (Consent.CONDITIONAL, False),
    ],
)
def test_which_answers_count_as_consent(case: Case, consent: Consent, is_missing: bool) -> None:
    agree(case, bank(case), consent)
    board = bank_board(case)
    assert (bool(board.missing_consents), board.is_all_agreed) == (is_missing, not is_missing)
    assert bool(board.refused) == (consent is Consent.REFUSED)
    assert bool(board.conditional) == (consent is Consent.CONDITIONAL)


def test_without_lenders_nobody_has_agreed(case: Case) -> None:
    board = bank_board(case)
    assert (board.rows, board.is_all_agreed, board.has_opening_letter, board.has_receipt) == ((), False, False, False)


def test_a_bank_that_only_keeps_the_account_is_not_asked(case: Case) -> None:
    agree(case, bank(case))
    bank(case, role=LenderRole.OTHER, balance_yen=0, bank_name="仙台銀行")
    assert bank_board(case).is_all_agreed


def test_a_guaranteed_balance_needs_the_guarantee_corporation(case: Case) -> None:
    agree(case, bank(case, guaranteed_yen=60_000_000))
    board = bank_board(case)
    assert (board.lacks_guarantor, board.missing_consents) == (True, (UNREGISTERED_GUARANTOR,))
    assert not board.is_all_agreed
    guarantor = bank(case, role=LenderRole.GUARANTOR, balance_yen=0, bank_name="宮城県信用保証協会", branch_name="")
    board = bank_board(case)
    assert (board.lacks_guarantor, board.missing_consents) == (False, ("宮城県信用保証協会",))
    assert board.rows[1].share == "0.0%"
    agree(case, guarantor)
    assert bank_board(case).is_all_agreed


def test_the_early_scheme_asks_nobody_to_agree(case: Case) -> None:
    bank(case, guaranteed_yen=60_000_000)
    board = in_frame(case, SchemeFrame.VUP)
    assert (board.needs_consent, board.missing_consents, board.is_all_agreed) == (False, (), False)


@pytest.mark.parametrize(
    ("frame", "role", "recorded", "has_letter"),
    [
        (SchemeFrame.NORMAL, LenderRole.MAIN, {"confirmation_letter_on": DAY}, True),
        (SchemeFrame.NORMAL, LenderRole.SUBMAIN, {"confirmation_letter_on": DAY}, True),
        (SchemeFrame.NORMAL, LenderRole.MAIN, {"seals_application": True}, True),
        (SchemeFrame.NORMAL, LenderRole.OTHER, {"confirmation_letter_on": DAY}, False),
        (SchemeFrame.NORMAL, LenderRole.GUARANTOR, {"seals_application": True}, False),
        (SchemeFrame.NORMAL, LenderRole.MAIN, {"consultation_letter_on": DAY}, False),  # the other scheme's letter
        (SchemeFrame.SME_GL, LenderRole.MAIN, {"confirmation_letter_on": DAY}, True),
        (SchemeFrame.VUP, LenderRole.MAIN, {"consultation_letter_on": DAY}, True),
        (SchemeFrame.VUP, LenderRole.SUBMAIN, {"seals_application": True}, True),
        (SchemeFrame.VUP, LenderRole.OTHER, {"consultation_letter_on": DAY}, False),
        (SchemeFrame.VUP, LenderRole.MAIN, {"confirmation_letter_on": DAY}, False),  # the other scheme's letter
        (SchemeFrame.VUP_BANK, LenderRole.MAIN, {"seals_application": True}, True),
    ],
)
def test_which_letter_opens_the_usage_application(
    case: Case, frame: SchemeFrame, role: LenderRole, recorded: dict[str, Any], has_letter: bool
) -> None:
    make_stance(case, bank(case, role=role), **recorded)
    assert in_frame(case, frame).has_opening_letter is has_letter


@pytest.mark.parametrize(
    ("role", "has_receipt"), [(LenderRole.MAIN, True), (LenderRole.SUBMAIN, True), (LenderRole.OTHER, False)]
)
def test_the_receipt_comes_from_a_main_or_submain_bank(case: Case, role: LenderRole, has_receipt: bool) -> None:
    make_stance(case, bank(case, role=role), plan_handed_on=DAY, receipt_on=DAY)
    assert in_frame(case, SchemeFrame.VUP).has_receipt is has_receipt


def test_a_stance_of_another_case_of_the_enterprise_does_not_count(case: Case, consultant: Member) -> None:
    lender = bank(case)
    earlier = make_case(consultant, enterprise=case.enterprise)
    agree(earlier, lender)
    assert bank_board(case).missing_consents == ("七十七銀行 石巻支店",)


@pytest.mark.parametrize(
    ("prefecture", "name"),
    [
        ("宮城県", "宮城県信用保証協会"),
        ("東京都", "東京信用保証協会"),
        ("京都府", "京都信用保証協会"),
        ("大阪府", "大阪信用保証協会"),
        ("北海道", "北海道信用保証協会"),
    ],
)
def test_the_guarantee_corporation_of_a_prefecture(prefecture: str, name: str) -> None:
    assert guarantor_of(prefecture) == name


def record(case: Case, actor: Member, lender: Lender, *, version: int = 1, **facts: Any) -> LenderStance:
    return record_stance(actor=actor, case_id=case.pk, lender_id=lender.pk, version=version, facts=facts, today=TODAY)


def test_a_record_is_stored_once_and_told_in_the_trail_of_the_case(case: Case, consultant: Member) -> None:
    lender = bank(case)
    stored = record(case, consultant, lender, consent=Consent.AGREED, consented_on=DAY)
    assert (stored.version, LenderStance.objects.count()) == (2, 1)
    event = AuditEvent.objects.get(object_type="case", verb=Verb.CHANGED)
    assert event.changes == {
        "金融機関の状況 七十七銀行 石巻支店: 同意の状況": ["未依頼", "同意"],
        "金融機関の状況 七十七銀行 石巻支店: 同意日": [None, "2025-09-01"],
    }
    record(case, consultant, lender, version=2, consent=Consent.AGREED, consented_on=DAY)
    assert (AuditEvent.objects.count(), LenderStance.objects.get().version) == (
        1,
        2,
    )  # nothing changed


def test_the_second_of_two_first_records_is_not_lost_nor_wins_unseen(case: Case, consultant: Member) -> None:
    lender = bank(case)
    record(case, consultant, lender, contact="阿部")
    with pytest.raises(EditedMeanwhile):
        record(case, consultant, lender, contact="加藤")  # it too saw the empty record, version 1
    assert LenderStance.objects.get().contact == "阿部"


def refusal(case: Case, actor: Member, **facts: Any) -> list[str]:
    with pytest.raises(StanceRefused) as refused:
        record(case, actor, bank(case), **facts)
    assert not LenderStance.objects.exists()
    return refused.value.message.splitlines()


LABELS = {
    "asked_on": "依頼日",
    "consultation_letter_on": "事前相談書の日付",
    "confirmation_letter_on": "確認書面の日付",
    "plan_handed_on": "計画書を渡した日",
    "receipt_on": "受取書の日付",
}


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("asked_on", "consultation_letter_on"),
        ("asked_on", "confirmation_letter_on"),
        ("confirmation_letter_on", "plan_handed_on"),
        ("consultation_letter_on", "receipt_on"),
        ("plan_handed_on", "receipt_on"),
        ("asked_on", "receipt_on"),
    ],
)
def test_days_out_of_order_are_refused_with_both_named(case: Case, consultant: Member, early: str, late: str) -> None:
    assert refusal(case, consultant, **{early: DAY, late: date(2025, 8, 31)}) == [
        f"「{LABELS[late]}」の 2025-08-31 が、「{LABELS[early]}」の 2025-09-01 より前です。"
        "どちらかの日付を直してください。"
    ]


def test_days_on_one_day_are_in_order(case: Case, consultant: Member) -> None:
    days: dict[str, Any] = dict.fromkeys(("asked_on", "confirmation_letter_on", "plan_handed_on", "consented_on"), DAY)
    record(case, consultant, bank(case), consent=Consent.AGREED, **days)
    assert bank_board(case).is_all_agreed


def test_a_stored_day_is_checked_against_a_new_one(case: Case, consultant: Member) -> None:
    lender = bank(case)
    make_stance(case, lender, plan_handed_on=DAY)
    with pytest.raises(StanceRefused, match="「同意日」の 2025-08-01 が、「計画書を渡した日」の 2025-09-01 より前です"):
        record(case, consultant, lender, consent=Consent.AGREED, consented_on=date(2025, 8, 1))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"consent": Consent.AGREED, "consented_on": None},
            "同意の状況が「同意」のときは、「同意日」を入力してください。",
        ),
        (
            {"consent": Consent.ASKED, "consented_on": DAY},
            "同意の状況が「依頼中」なのに、「同意日」に 2025-09-01 が入力されています。どちらかを直してください。",
        ),
        (
            {"consent": Consent.CONDITIONAL, "consented_on": DAY, "conditions": " "},
            "同意の状況が「条件付き同意」のときは、「金融機関の条件・留保」を入力してください。",
        ),
        (
            {"receipt_on": date(2025, 10, 2)},
            "「受取書の日付」の 2025-10-02 は、今日 2025-10-01 より後です。起きた日を入力してください。",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(
    case: Case, consultant: Member, facts: dict[str, Any], sentence: str
) -> None:
    assert refusal(case, consultant, **facts) == [sentence]


def test_all_that_is_wrong_is_said_at_once(case: Case, consultant: Member) -> None:
    found = refusal(case, consultant, asked_on=DAY, plan_handed_on=date(2025, 8, 1), consent=Consent.AGREED)
    assert len(found) == 2


def test_a_viewer_may_not_record(case: Case, viewer: Member) -> None:
    with pytest.raises(NotAllowed):
        record(case, viewer, bank(case), contact="阿部")


def test_a_lender_of_another_enterprise_is_not_found(case: Case, consultant: Member) -> None:
    foreign = make_lender(make_enterprise(consultant.agency, name="別の会社"))
    with pytest.raises(Lender.DoesNotExist):
        record(case, consultant, foreign, contact="阿部")


def test_a_lender_with_a_record_stays(case: Case, consultant: Member) -> None:
    lender = bank(case)
    make_stance(case, lender, contact="阿部")
    with pytest.raises(LenderRefused) as refused:
        remove_lender(actor=consultant, enterprise_id=case.enterprise_id, lender_id=lender.pk)
    assert refused.value.message == (
        f"「七十七銀行 石巻支店」の書面や同意が案件 {case.number} に記録されているため、削除できません。"
        "完済したときは、借入残高を 0 にしてください。"
    )


def test_a_guarantor_is_not_guaranteed_itself(case: Case, consultant: Member) -> None:
    def facts(guaranteed_yen: int) -> dict[str, Any]:
        named = {"bank_name": "宮城県信用保証協会", "branch_name": "", "role": LenderRole.GUARANTOR}
        return {**named, "balance_yen": 900, "guaranteed_yen": guaranteed_yen}

    with pytest.raises(LenderRefused, match="うち保証協会付 500円 を 0 にしてください"):
        add_lender(actor=consultant, enterprise_id=case.enterprise_id, facts=facts(500))
    added = add_lender(actor=consultant, enterprise_id=case.enterprise_id, facts=facts(0))
    assert (added.role, added.guaranteed_yen) == (LenderRole.GUARANTOR, 0)
    with pytest.raises(LenderRefused):
        edit_lender(actor=consultant, enterprise_id=case.enterprise_id, lender_id=added.pk, facts=facts(1))
