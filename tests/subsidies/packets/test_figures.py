"""The papers say what the database says, to the yen, and nothing else: two hundred random cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.packets.contents import live_content
from subsidies.packets.printing import calculation_html, part_html, print_packet
from tests.subsidies.packet_cases import PREPARED_ON, text_of
from tests.subsidies.packets.figures import amounts_in, cells_in, explained, printed_rows, rows_of_forms, unprinted
from tests.subsidies.packets.random_cases import PAIRS, editions_of, pair_of, random_application
from vapup.accounts.models import Member

CASES = 200
FEW = 8


def check(consultant: Member, folder: Path, seed: int) -> None:
    application = random_application(consultant, seed)
    content = live_content(application, today=PREPARED_ON)
    printed = print_packet(content, is_draft=False)
    text = text_of(printed.pdf.content, folder)
    rows, known = printed_rows(application), explained(application)
    told = f"seed {seed}: {application.kind}, {application.case.frame}, {application.case.key_date}"
    assert unprinted(rows, text) == [], told
    wanted = rows_of_forms(application)
    texts = [text_of(part.content, folder) for part in printed.parts]
    for form, said in zip(content.forms, texts[1:], strict=False):
        assert unprinted(wanted.get(form.code, []), said) == [], f"{told}, {form.code}"
    # The plan has charts with scales of their own; its tables are compared line by line above.
    plans = {place for place, form in enumerate(content.forms, 1) if form.code == "plan"}
    for place, said in enumerate(texts):
        assert place in plans or amounts_in(said) - known == set(), told
    html = [part_html(content, form, is_draft=False) for form in content.forms]
    if content.calculation is not None:
        html.append(calculation_html(content, is_draft=False))
    assert cells_in("".join(html)) - known == set(), told
    assert rows or application.kind == ApplicationKind.CHANGE, told


@pytest.mark.parametrize("seed", range(FEW))
def test_the_papers_of_one_case_of_each_kind_say_what_the_database_says(
    consultant: Member, tmp_path: Path, seed: int
) -> None:
    check(consultant, tmp_path, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(FEW, CASES))
def test_the_papers_of_two_hundred_cases_say_what_the_database_says(
    consultant: Member, tmp_path: Path, seed: int
) -> None:
    check(consultant, tmp_path, seed)


def test_the_seeds_reach_every_kind_frame_and_edition() -> None:
    few = [pair_of(seed) for seed in range(FEW)]
    assert {kind for kind, _, _ in few} == set(ApplicationKind)
    assert {frame for _, frame, _ in few} == set(SchemeFrame)
    all_of_them = {(kind, frame, len(editions_of(kind, frame))) for kind, frame in PAIRS}
    reached = {pair_of(seed) for seed in range(CASES)}
    assert len(PAIRS) == len(all_of_them) == 21
    assert len(reached) == sum(count for _, _, count in all_of_them)


def test_a_row_is_only_found_in_its_order_and_in_one_line() -> None:
    text = "計画策定  1,234,567   823,044   411,523\n差  △1,000  999\n(1,500円)"
    assert unprinted([(1_234_567, 823_044, 411_523), (-1_000, 999), (1_500,)], text) == []
    assert unprinted([(823_044, 1_234_567), (1_234_567, 999), (234_567,), (1_000,)], text) == [
        (823_044, 1_234_567),
        (1_234_567, 999),
        (234_567,),
        (1_000,),
    ]
    assert amounts_in(text) == {1_234_567, 823_044, 411_523, -1_000, 1_500}
    row = '<td class="yen small">7 円/時間</td><td class="number">8</td><td class="sum yen">△9</td>'
    assert cells_in(row + '<td class="yen">令和8年12月31日</td>') == {7, -9}
