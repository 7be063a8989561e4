"""The longest names fit every form: nothing is cut off, runs out of the paper, or is written over something else."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Final

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.packets.payload import PacketContent
from subsidies.packets.printing import calculation_html, part_html, print_packet
from subsidies.rules.editions import form_layouts
from tests.subsidies.packets.planting import FORMS, replanted, richest
from tests.subsidies.packets.reading import in_order, outside, overwritten, squeezed
from vapup.accounts.models import Member
from vapup.documents.rendering import print_html

K, F = ApplicationKind, SchemeFrame
# The longest names of registered companies have sixty characters and more, in Latin letters too.
COMPANY: Final = (
    "株式会社髙﨑𠮷邊濵水産加工流通総合センターホールディングス"
    "東北太平洋沿岸地域活性化推進機構石巻髙砂邉田第二加工場直売所本店"
)
LATIN: Final = "一般社団法人 Ishinomaki-Takasago.Marine&Food_Processing Revitalization-Organization"
PERSON: Final = "勘解由小路左衛門三郎 髙﨑𠮷之助(税理士・公認会計士・中小企業診断士)"
BANK: Final = "独立行政法人奄美群島振興開発基金・髙﨑𠮷濵信用農業協同組合連合会"
BRANCH: Final = "東京中央新都心第二営業部髙島平𠮷祥寺邉支店"
ADDRESS: Final = "宮城県石巻市北上町十三浜字菖蒲田一丁目二十三番地四号髙﨑𠮷第二ビルディング新館十五階一五〇一号室"
# What stands in each field that holds a name or what is as long as one; other texts stay as they are.
NAMES: Final = {
    "name": COMPANY,
    "name_kana": "カブシキガイシャタカサキヨシダスイサンカコウリュウツウセンターホールディングスイシノマキ",
    "representative_title": "代表取締役社長兼最高経営責任者",
    "representative": PERSON,
    "contact": PERSON,
    "person": PERSON,
    "workers": PERSON,
    "bank_name": BANK,
    "branch_name": BRANCH,
    "address": ADDRESS,
    "expert": PERSON,
    "expert_office": COMPANY,
    "office": "宮城県中小企業活性化協議会経営改善支援センター",
    "payer": "カ)タカサキヨシダスイサンカコウリュウツウセンターホールディングス",
    "payee": "タカサキカンゲユコウジサエモンサブロウゼイリシホウジンイシノマキジムショ",
    "works": "1-1 髙﨑𠮷事業所の現状把握・窮境要因の分析と、経営改善計画の策定",
    "work": "髙﨑𠮷事業所の窮境要因の分析と、経営改善計画(数値・行動・資金繰り)の策定および金融機関への説明",
    "business": "髙級水産加工品の製造・卸売および直売所・飲食店の経営、並びに冷凍冷蔵倉庫の賃貸",
    "meeting_place": "石巻商工会議所会館髙﨑𠮷記念ホール第二会議室(宮城県石巻市立町一丁目五番十七号三階)",
    "requested_by": PERSON,
    "approved_by": PERSON,
}
KINDS = (
    (K.USAGE, F.NORMAL),
    (K.USAGE, F.SME_GL),
    (K.USAGE, F.VUP),
    (K.USAGE, F.VUP_BANK),
    (K.CHANGE, F.NORMAL),
    (K.PLAN_CLAIM, F.SME_GL),
    (K.PLAN_CLAIM, F.VUP),
    (K.MONITORING_CLAIM, F.NORMAL),
    (K.MONITORING_CLAIM, F.VUP),
    (K.NEGOTIATION_CLAIM, F.NORMAL),
    (K.WITHDRAWAL, F.SME_GL),
)
FEW = ((K.CHANGE, F.NORMAL), (K.MONITORING_CLAIM, F.VUP))


def longest(content: PacketContent, company: str) -> PacketContent:
    """Return content whose every name is long."""
    names = NAMES | {"name": company}
    return replanted(content, lambda field, text: names.get(field, text) if text else text)


def words_on(html: str) -> str:
    """Return what a form says, without tags and white space; drawings shorten names, and tables repeat them whole."""
    return squeezed(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", "", html.partition("<body")[2], flags=re.DOTALL)))


def faults(html: str, content: PacketContent, path: Path, company: str) -> list[str]:
    """Return what is wrong with a printed form: names cut off, words outside of the paper or over each other."""
    path.write_bytes(print_html(html, identifier=content.sha256, is_part=True).content)
    written, said = in_order(path), words_on(html)
    names = {squeezed(one) for one in (company, *NAMES.values())}
    cut = [
        f"cut: {one[:12]} {said.count(one)}/{written.count(one)}"
        for one in names
        if said.count(one) > written.count(one)
    ]
    far = [f"outside: {one}" for one in outside(path)]
    over = [f"over: {one.text} / {other.text} on page {one.page}" for one, other in overwritten(path)]
    return [*cut, *far, *over]


def check(consultant: Member, path: Path, kind: ApplicationKind, frame: SchemeFrame) -> None:
    company = LATIN if frame is F.VUP else COMPANY
    content = longest(richest(consultant, kind, frame), company)
    assert len(content.agencies) > 1
    found = {}
    for form in content.forms:
        html = part_html(content, form, is_draft=False)
        assert squeezed(company) in words_on(html), form.code
        found[form.code, form.layout, form.agency] = faults(html, content, path, company)
    if content.calculation is not None:
        html = calculation_html(content, is_draft=False)
        found["calculation", "", 0] = faults(html, content, path, company)
    assert {key: told for key, told in found.items() if told} == {}


@pytest.mark.parametrize(("kind", "frame"), FEW)
def test_long_names_fit_some_forms(
    consultant: Member, tmp_path: Path, kind: ApplicationKind, frame: SchemeFrame
) -> None:
    check(consultant, tmp_path / "form.pdf", kind, frame)


@pytest.mark.nightly
@pytest.mark.parametrize(("kind", "frame"), [one for one in KINDS if one not in FEW])
def test_long_names_fit_every_form(
    consultant: Member, tmp_path: Path, kind: ApplicationKind, frame: SchemeFrame
) -> None:
    check(consultant, tmp_path / "form.pdf", kind, frame)


@pytest.mark.parametrize("kind", list(K))
def test_long_names_fit_the_cover(consultant: Member, tmp_path: Path, kind: ApplicationKind) -> None:
    frame = next(frame for one, frame in KINDS if one is kind)
    content = longest(richest(consultant, kind, frame), COMPANY)
    content = replace(content, forms=content.forms[:2])
    path = tmp_path / "packet.pdf"
    printed = print_packet(content, is_draft=False)
    path.write_bytes(printed.parts[0].content)
    written = in_order(path)
    assert squeezed(COMPANY) in written
    assert squeezed(PERSON) in written
    assert (outside(path), overwritten(path)) == ([], [])


def test_every_form_is_tried_with_long_names() -> None:
    assert {kind for kind, _ in KINDS} == set(K)
    assert {frame for _, frame in KINDS} == set(F)
    assert {code for kind, _ in KINDS for code in FORMS[kind]} == set(form_layouts())
    assert min(map(len, (COMPANY, LATIN))) >= 60
