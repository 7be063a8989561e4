"""Letters for lenders: what each prints, that it is one page, and who may take it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from cases.enums import Consent, LenderRole, LetterKind, SchemeFrame
from cases.models import Case, Enterprise, GuidelineProcedure, Lender
from cases.packets.letters import Letter, LetterNotOffered, letter_of, letter_pdf, letters_of
from cases.selectors.banks import stance_of
from cases.selectors.guideline import procedure_of
from tests.builders import make_case, make_lender, make_stance
from tests.conftest import sign_in
from tests.subsidies.packet_cases import text_of
from vapup.accounts.enums import Verb
from vapup.accounts.models import Agency, AuditEvent, Member

PREPARED_ON = date(2025, 10, 1)
FRAMES = {
    LetterKind.CONSULTATION: SchemeFrame.VUP,
    LetterKind.RECEIPT: SchemeFrame.VUP,
    LetterKind.CONFIRMATION: SchemeFrame.NORMAL,
    LetterKind.CONSENT: SchemeFrame.NORMAL,
    LetterKind.STANDSTILL: SchemeFrame.SME_GL,
}
NO_PROMISE = "今後の融資その他の金融支援を約束するものではありません。"


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def lender(case: Case) -> Lender:
    return make_lender(case.enterprise, guaranteed_yen=60_000_000)


def in_frame(case: Case, frame: SchemeFrame) -> Case:
    Case.objects.filter(pk=case.pk).update(frame=frame)
    return Case.objects.select_related("enterprise", "council", "agency").get(pk=case.pk)


def letter(kind: LetterKind, case: Case, lender: Lender) -> Letter:
    case = in_frame(case, FRAMES[kind])
    lender.refresh_from_db()
    return letter_of(kind, case, stance_of(case, lender), procedure_of(case), prepared_on=PREPARED_ON)


def printed(kind: LetterKind, case: Case, lender: Lender, folder: Path) -> str:
    """Return the words of a letter's only page, without any white space."""
    pdf = letter_pdf(letter(kind, case, lender))
    assert pdf.page_count == 1
    return "".join(text_of(pdf.content, folder).split())


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_names_the_bank_the_enterprise_and_the_agency(
    case: Case, lender: Lender, tmp_path: Path, kind: LetterKind
) -> None:
    text = printed(kind, case, lender, tmp_path)
    for words in (kind.label, "七十七銀行", "石巻支店", "有限会社山田水産", "山田太郎", "青葉会計事務所", case.number):
        assert words in text, words
    assert "印" in text


@pytest.mark.parametrize(
    ("kind", "sentences"),
    [
        (
            LetterKind.CONSULTATION,
            ("早期経営改善計画の当事者ではなく、計画の内容に関与するものではありません。", f"本書は、{NO_PROMISE}"),
        ),
        (
            LetterKind.RECEIPT,
            (
                "下記の計画書を受け取りました。",
                "計画書を受け取ったことを証するもので、計画の内容に同意するものではありません。",
                f"本書は、{NO_PROMISE}",
            ),
        ),
        (
            LetterKind.CONFIRMATION,
            (f"計画の内容に同意し、または{NO_PROMISE}", "180,000,000円(うち保証協会付60,000,000円)"),
        ),
        (
            LetterKind.CONSENT,
            ("計画書に記載された当金融機関の金融支援に同意します。", "180,000,000円(うち保証協会付60,000,000円)"),
        ),
        (LetterKind.STANDSTILL, ("すべての対象債権者に同時に", "180,000,000円(うち保証協会付60,000,000円)")),
    ],
)
def test_every_letter_says_what_it_is_for_and_what_the_bank_reserves(
    case: Case, lender: Lender, tmp_path: Path, kind: LetterKind, sentences: tuple[str, ...]
) -> None:
    text = printed(kind, case, lender, tmp_path)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_known_days_and_conditions_are_printed_and_the_others_left_to_the_bank(
    case: Case, lender: Lender, tmp_path: Path
) -> None:
    blank = printed(LetterKind.CONSENT, case, lender, tmp_path)
    stance = make_stance(case, lender, plan_handed_on=date(2025, 9, 1), contact="融資課 阿部")
    stance.conditions, stance.consent, stance.consented_on = (
        "毎月の試算表\n役員報酬の減額",
        Consent.CONDITIONAL,
        PREPARED_ON,
    )
    stance.save()
    text = printed(LetterKind.CONSENT, case, lender, tmp_path)
    for words in ("令和7年9月1日", "融資課阿部", "毎月の試算表", "役員報酬の減額"):
        assert (words in text, words in blank) == (True, False), words
    # The bank writes the day of the letter itself; ours stands only in the foot of the page.
    assert text.count("令和7年10月1日") == 1


def test_a_guarantee_corporation_is_not_called_a_bank(case: Case, lender: Lender, tmp_path: Path) -> None:
    Lender.objects.filter(pk=lender.pk).update(
        role=LenderRole.GUARANTOR, bank_name="宮城県信用保証協会", balance_yen=0, guaranteed_yen=0
    )
    text = printed(LetterKind.CONSENT, case, lender, tmp_path)
    assert "当協会は、下記の計画書の内容" in text
    assert "当金融機関" not in text


def test_the_standstill_names_the_expert_and_its_days(case: Case, lender: Lender, tmp_path: Path) -> None:
    GuidelineProcedure.objects.create(
        agency=case.agency,
        case=case,
        expert_name="高橋 一郎",
        expert_office="高橋法律事務所",
        appointed_on=date(2025, 6, 5),
        standstill_requested_on=date(2025, 6, 10),
        standstill_until=date(2025, 12, 10),
    )
    text = printed(LetterKind.STANDSTILL, case, lender, tmp_path)
    for words in ("高橋一郎高橋法律事務所", "令和7年6月5日", "令和7年6月10日", "令和7年12月10日"):
        assert words in text, words


def longest(case: Case, lender: Lender, conditions: str) -> None:
    """Fill every column that a letter prints, to its last character, with names as people have them."""

    def words(count: int) -> str:
        return ("髙﨑𠮷邉㈱" * count)[: count - 1] + "終"

    Enterprise.objects.filter(pk=case.enterprise_id).update(
        name=words(200), representative=words(100), representative_title=words(50), address=words(300), phone="0" * 20
    )
    Agency.objects.filter(pk=case.agency_id).update(name=words(200), representative=words(100), address=words(300))
    Lender.objects.filter(pk=lender.pk).update(bank_name=words(100), branch_name=words(100))
    make_stance(case, lender, contact=words(100), conditions=conditions)
    GuidelineProcedure.objects.create(agency=case.agency, case=case, expert_name=words(100), expert_office=words(200))


@pytest.mark.parametrize("conditions", ["条" * 999 + "末", "条\n" * 499 + "末"], ids=["one line", "many lines"])
@pytest.mark.parametrize("kind", LetterKind)
def test_the_longest_names_and_conditions_stay_on_one_page_and_whole(
    case: Case, lender: Lender, tmp_path: Path, kind: LetterKind, conditions: str
) -> None:
    longest(case, lender, conditions)
    text = printed(kind, case, lender, tmp_path)
    whole = ("髙﨑𠮷邉㈱" * 40)[:199] + "終"
    assert text.count(whole) >= 2  # the enterprise and the agency
    if kind is not LetterKind.STANDSTILL:
        assert "末" in text
        assert text.count("条") > (900 if "\n" not in conditions else 498)


def test_short_letters_are_printed_roomily(case: Case, lender: Lender) -> None:
    same = letter(LetterKind.CONSENT, case, lender)
    assert letter_pdf(same).content == letter_pdf(same).content
    assert letter_pdf(same).page_count == 1


@pytest.mark.parametrize(
    ("frame", "kinds"),
    [
        (SchemeFrame.NORMAL, ("confirmation", "consent")),
        (SchemeFrame.SME_GL, ("confirmation", "consent", "standstill")),
        (SchemeFrame.VUP, ("consultation", "receipt")),
        (SchemeFrame.VUP_BANK, ("consultation", "receipt")),
    ],
)
def test_the_letters_of_a_frame(frame: SchemeFrame, kinds: tuple[str, ...]) -> None:
    assert letters_of(frame) == kinds


def test_a_letter_of_another_frame_is_refused_with_what_there_is(case: Case, lender: Lender) -> None:
    with pytest.raises(LetterNotOffered) as refused:
        letter_of(LetterKind.RECEIPT, case, stance_of(case, lender), procedure_of(case), prepared_on=PREPARED_ON)
    assert refused.value.message == (
        f"案件 {case.number} は「405事業 通常枠」で、この枠に「受取書」はありません。"
        "作成できるのは「主要金融機関の確認書面」、「同意書」です。"
    )


def url(case: Case, lender: Lender, kind: str) -> str:
    return reverse("cases:bank_letter", args=[case.number, lender.pk, kind])


def test_the_page_gives_the_pdf_and_notes_who_took_it(case: Case, lender: Lender, consultant: Member) -> None:
    answer = sign_in(consultant).get(url(case, lender, "consent"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''C-2025-")
    assert (answer["X-Content-Type-Options"], "no-store" in answer["Cache-Control"]) == ("nosniff", True)
    event = AuditEvent.objects.get(verb=Verb.DOWNLOADED)
    assert event.object_id == case.pk
    assert event.changes["金融機関の書面: 種類"] == [None, "同意書"]
    assert event.changes["金融機関の書面: 金融機関"] == [None, "七十七銀行 石巻支店"]


def test_the_page_refuses_what_the_frame_does_not_have_and_what_nobody_has(
    case: Case, lender: Lender, consultant: Member
) -> None:
    browser = sign_in(consultant)
    refused = browser.get(url(case, lender, "receipt"))
    assert refused.status_code == 409
    assert "この枠に「受取書」はありません。" in refused.content.decode()
    assert browser.get(url(case, lender, "loan")).status_code == 404
    assert not AuditEvent.objects.filter(verb=Verb.DOWNLOADED).exists()


def test_markup_in_names_is_printed_as_typed(case: Case, lender: Lender, tmp_path: Path) -> None:
    Enterprise.objects.filter(pk=case.enterprise_id).update(name="<b>山田</b>{{ 7|add:1 }}")
    make_stance(case, lender, conditions="<script>x</script>")
    text = printed(LetterKind.CONSENT, case, lender, tmp_path)
    assert "<b>山田</b>{{7|add:1}}" in text
    assert "<script>x</script>" in text
