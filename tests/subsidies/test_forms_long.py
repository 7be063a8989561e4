"""What forms do with more than fits, such as many works of one person, and with the words of old editions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string

from subsidies.packets.annex import told_in
from subsidies.packets.calculation import Approval, Calculation, Figure, Finding, Payment, Step
from subsidies.packets.time_sheets import TimeSheet
from tests.subsidies.packet_cases import text_of
from vapup.documents.rendering import print_html

MANY: Final = tuple(f"1-{number} 第{number}工程の現地調査と報告書の作成" for number in range(1, 36))
HEAD: Final = "documents/time_record/_head.html"


def head(works: tuple[str, ...]) -> str:
    """Return the head of a time record of a person who did these works."""
    sheet = TimeSheet("佐藤 花子", date(2025, 6, 1), date(2025, 6, 16), date(2025, 6, 30), 10_000, works)
    return render_to_string(HEAD, {"sheet": sheet})


def test_a_time_record_names_every_work_while_they_are_few() -> None:
    few = head(MANY[:8])
    assert all(work in few for work in MANY[:8])
    assert "ほか" not in few


def test_a_time_record_of_many_works_keeps_room_for_the_days() -> None:
    many = head(MANY)
    assert MANY[3] in many
    assert "1-5 " not in many
    assert "ほか(全35業務)" in many


def test_the_annex_speaks_the_words_of_the_old_editions_but_quotes_its_sources() -> None:
    step = Step(
        label="伴走支援費用 補助額",
        formula="伴走支援の費用 × 2/3",
        figures=(Figure("伴走支援の費用", "3円"),),
        result="2円",
        rule="rate",
        sources=(1,),
        is_confirmed=True,
    )
    annex = Calculation(
        rule_version="normal-2013",
        payments=(Payment("伴走支援費用 第1回", "伴走支援の支払申請", 2),),
        deadlines=(),
        findings=(Finding("参考", "伴走支援の回数"),),
        steps=(step,),
        sources=("協議会 伴走支援の手引き",),
        approval=Approval("", "", None, is_self_approved=False, override_reason="", note=""),
        exemptions=(),
    )
    old = told_in(annex, "モニタリング")
    assert old.payments == (Payment("モニタリング費用 第1回", "モニタリングの支払申請", 2),)
    assert old.steps[0].label == "モニタリング費用 補助額"
    assert old.steps[0].figures == (Figure("モニタリングの費用", "3円"),)
    assert old.findings[0].message == "モニタリングの回数"
    assert old.sources == annex.sources
    assert told_in(annex, "伴走支援") == annex


def test_no_heading_of_rows_is_the_last_of_a_page_and_no_sum_is_the_first(tmp_path: Path) -> None:
    body = "".join(
        f'<tr class="group"><th>見出し{number}</th></tr>{"<tr><td>行</td></tr>" * (number % 4 + 2)}'
        f'<tr class="sum"><td>小計{number}</td></tr>'
        for number in range(120)
    )
    html = f'<!DOCTYPE html><html lang="ja"><head><title>表</title></head><body><table>{body}</table></body></html>'
    pages = text_of(print_html(html, identifier="test", is_part=True).content, tmp_path).split("\f")[:-1]
    assert len(pages) > 8
    for page in pages:
        rows = [row.strip() for row in page.splitlines() if row.strip() and "/" not in row]
        assert not rows[-1].startswith("見出し"), rows[-1]
        assert not rows[0].startswith("小計"), rows[0]
