from __future__ import annotations

import random
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from cases.models import Case, CoAgency
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.packets.printing import calculation_html, packet_filename, part_html, print_packet
from subsidies.selectors import assessment_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender, make_period
from tests.documents.test_rendering import listening
from tests.subsidies.packet_cases import (
    make_approved,
    make_ready_case,
    packet_pdf,
    payload_of,
    printed_text,
    row_of,
    text_of,
)
from vapup.accounts.models import Member
from vapup.shared.money import format_yen

NAME = "髙﨑𠮷水産㈱ 邊見支店"


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (2, 3, 4))])
def test_the_paper_says_what_the_assessment_says_to_the_yen(consultant: Member, tmp_path: Path, seed: int) -> None:
    case = random_case(consultant, random.Random(seed))
    assessment = assessment_of(case)
    text = printed_text(payload_of(case), tmp_path)
    for line in assessment.lines:
        expected = [line.cost_yen, line.subsidy_yen, line.own_burden_yen]
        assert row_of(text, line.category.label, after="費用の見込額と負担") == expected
        assert row_of(text, line.category.label, after="2 結果") == expected
    assert row_of(text, "合計", after="費用の見込額と負担") == list(assessment.totals)
    payments = text[text.index("支払の予定") : text.index("支払申請の期限と失効")]
    printed = re.findall(r"[0-9,]+$", payments, flags=re.MULTILINE)
    assert printed == [format_yen(payment.amount_yen) for payment in assessment.payments]


def random_case(consultant: Member, chance: random.Random) -> Case:
    case = make_case(consultant)
    for _ in range(chance.randint(1, 4)):
        make_cost_line(case, gross_yen=chance.randint(2_000, 900_000))
    for year in range(chance.randint(1, 3)):
        period = make_period(case, ends_on=date(2026 + year, 9, 30))
        make_cost_line(case, category=CostCategory.MONITORING, period=period, gross_yen=chance.randint(2_000, 400_000))
    make_cost_line(case, category=CostCategory.NEGOTIATION, gross_yen=chance.randint(2_000, 200_000))
    return case


@pytest.fixture
def pdf_path(consultant: Member, tmp_path: Path) -> Path:
    path = tmp_path / "packet.pdf"
    path.write_bytes(packet_pdf(payload_of(make_ready_case(consultant)), is_draft=False).content)
    return path


def test_the_file_is_sound_and_claims_no_more_than_it_is(pdf_path: Path) -> None:
    checked = subprocess.run(["qpdf", "--check", str(pdf_path)], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in checked.stdout
    with pikepdf.open(pdf_path) as pdf:
        assert "/Metadata" not in pdf.Root  # merging breaks the tags, so the whole says nothing of PDF/A
        assert "/StructTreeRoot" not in pdf.Root


def test_every_printed_part_is_sound_tagged_and_asks_to_be_archival(consultant: Member, tmp_path: Path) -> None:
    printed = print_packet(payload_of(make_ready_case(consultant)), is_draft=False)
    assert {part.kind for part in printed.parts} == {"cover", "form", "calculation"}
    for part in printed.parts:
        path = tmp_path / "part.pdf"
        path.write_bytes(part.content)
        checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=True)
        assert "No syntax or stream encoding errors" in checked.stdout
        with pikepdf.open(path) as pdf, pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A"), part.label
            assert "/StructTreeRoot" in pdf.Root, part.label


def test_only_the_named_fonts_are_used_and_all_are_inside(pdf_path: Path) -> None:
    listed = subprocess.run(["pdffonts", str(pdf_path)], capture_output=True, text=True, check=True).stdout
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert fonts
    assert all(re.fullmatch(r"[A-Z]{6}\+(BIZ-UD|Noto).*", font[0]) for font in fonts)
    assert all(font[-5] == "yes" for font in fonts)  # embedded


def test_bookmarks_lead_to_every_form(pdf_path: Path) -> None:
    with pikepdf.open(pdf_path) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles == [
        "表紙・目次",
        "別紙1 経営改善計画策定支援事業利用申請書",
        "別紙1-1 申請者の概要",
        "別紙1-2 自己記入チェックリスト",
        "別紙1-3 業務別見積明細書",
        "申請者あての見積書",
        "単価表",
        "計画策定支援の工程表(ガントチャート)",
        "別添1 経営者のための経営状況自己チェックリスト",
        "別添2 支援者による経営状況チェックリスト",
        "添付 計算根拠",
    ]


def test_every_page_is_numbered_and_says_what_it_was_made_from(consultant: Member, tmp_path: Path) -> None:
    payload = payload_of(make_ready_case(consultant))
    printed = print_packet(payload, is_draft=False)
    count = printed.pdf.page_count
    assert count == sum(part.page_count for part in printed.parts) >= 8
    editions = [part.edition for part in printed.parts for _ in range(part.page_count)]
    for number, edition in enumerate(editions, 1):
        page = text_of(printed.pdf.content, tmp_path, first=number, last=number)
        assert f"{number} / {count}" in page
        assert f"内容 {payload.sha256[:12]}" in page
        assert ("令和7年度以降の様式(配置は vapup 独自)" in page) == (edition == "令和7年度以降の様式")
        assert "normal-2024" in page
        assert payload.case_number in page


def test_the_contents_name_every_part_with_its_first_page(consultant: Member, tmp_path: Path) -> None:
    printed = print_packet(payload_of(make_ready_case(consultant)), is_draft=False)
    cover = text_of(printed.pdf.content, tmp_path, last=1)
    rows = re.findall(r"^ *(\d+) .* (\d+) +(\d+)$", cover, flags=re.MULTILINE)
    assert [tuple(map(int, row)) for row in rows] == [
        (number, part.page_count, part.first_page) for number, part in enumerate(printed.parts[1:], 1)
    ]
    for part in printed.parts[1:]:
        first = text_of(printed.pdf.content, tmp_path, first=part.first_page, last=part.first_page)
        assert part.label.split()[-1][-3:] in first  # 申請者あての見積書 is headed 見積書


def test_the_same_payload_gives_the_same_bytes(consultant: Member) -> None:
    payload = payload_of(make_ready_case(consultant))
    assert packet_pdf(payload, is_draft=True) == packet_pdf(payload, is_draft=True)


def test_a_draft_says_so_on_every_page_and_a_final_packet_nowhere(consultant: Member, tmp_path: Path) -> None:
    payload = payload_of(make_ready_case(consultant))
    draft, final = packet_pdf(payload, is_draft=True), packet_pdf(payload, is_draft=False)
    assert draft.page_count == final.page_count
    for number in range(1, draft.page_count + 1):
        page = text_of(draft.content, tmp_path, first=number, last=number)
        assert "未承認のため提出できません" in page
        assert all(character in page.replace("【下書き】", "") for character in "下書き")  # the turned watermark
    assert "下書き" not in text_of(final.content, tmp_path)


def test_the_annex_tells_who_approved_and_why_an_exception_was_made(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    application = make_approved(make_ready_case(manager), requested_by=manager, decided_by=manager)
    application.is_self_approved = True
    application.override_reason = "協議会の担当者に電話で確認し、了承を得た。"
    text = printed_text(payload_of(application.case, application), tmp_path)
    assert "自己承認" in text
    assert "協議会の担当者に電話で確認し、了承を得た。" in text
    assert "令和7年4月30日" in text[text.index("所内の承認") :]
    assert "要確認(手引き)" in text


def test_names_are_printed_as_typed_and_never_cut(consultant: Member, tmp_path: Path) -> None:
    long_name = NAME * 8  # 104 characters
    case = make_case(consultant, enterprise=make_enterprise(consultant.agency, name=long_name))
    make_cost_line(case)
    assert long_name.replace(" ", "") in re.sub(r"\s|申請者", "", printed_text(payload_of(case), tmp_path))


def test_text_is_printed_and_never_obeyed(consultant: Member, tmp_path: Path) -> None:
    with listening() as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        attacks = (
            f'<img src="{address}a">',
            '<link rel="attachment" href="file:///etc/passwd">',
            f"</title><style>@import '{address}b'</style>",
            "<script>alert(1)</script>",
            "{% include 'base.html' %}{{ payload }}",
            "&lt;b&gt;",
        )
        text = re.sub(r"\s", "", printed_text(payload_of(hostile_case(consultant, attacks)), tmp_path))
    assert server.calls == []
    for attack in attacks:
        assert re.sub(r"\s", "", attack) in text
    assert "root:x:0" not in text


def hostile_case(consultant: Member, attacks: tuple[str, ...]) -> Case:
    agency = consultant.agency
    agency.name, agency.representative = "".join(attacks)[:200], attacks[0]
    agency.save()
    enterprise = make_enterprise(agency, name="".join(attacks)[:200])
    enterprise.name_kana = "".join(attacks)[:200]
    enterprise.business = enterprise.address = "".join(attacks)
    enterprise.representative = attacks[0]
    enterprise.save()
    lender = make_lender(enterprise)
    lender.bank_name, lender.branch_name = attacks[1], attacks[2]
    lender.save()
    case = make_case(consultant, enterprise=enterprise)
    case.difficulty = case.support_outlook = case.repeat_use_reason = "\n".join(attacks)
    case.save()
    CoAgency.objects.create(agency=agency, case=case, name="".join(attacks)[:200], representative=attacks[0])
    make_cost_line(case, work="".join(attacks)[:200])
    return case


def test_the_html_stands_alone(consultant: Member) -> None:
    payload = payload_of(make_ready_case(consultant))
    parts = [part_html(payload, form, is_draft=False) for form in payload.forms]
    for html in (*parts, calculation_html(payload, is_draft=False)):
        assert not re.search(r"(src|href|style)=|url\(|<script", html)


@pytest.mark.parametrize(
    ("application", "number", "is_draft", "name"),
    [
        (ApplicationKind.USAGE, 1, True, "利用申請_下書き.pdf"),
        (ApplicationKind.USAGE, 1, False, "利用申請_20260401.pdf"),
        (ApplicationKind.MONITORING_CLAIM, 1, False, "支払申請(伴走支援)第1回_20260401.pdf"),
        (ApplicationKind.MONITORING_CLAIM, 2, False, "支払申請(伴走支援)第2回_20260401.pdf"),
        (ApplicationKind.CHANGE, 1, True, "変更の届出第1回_下書き.pdf"),
    ],
)
def test_the_file_is_named_after_its_case_and_what_it_is(
    consultant: Member, application: ApplicationKind, number: int, is_draft: bool, name: str
) -> None:
    payload = payload_of(make_ready_case(consultant))
    payload = replace(payload, application=application.value, number=number)
    found = packet_filename(payload, is_draft=is_draft, printed_on=date(2026, 4, 1))
    assert found == f"{payload.case_number}_{name}"
