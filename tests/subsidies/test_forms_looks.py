"""What a council officer looks at first: nothing broken off, nothing of the office's own, and figures that agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationKind
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.printing import calculation_html, part_html, print_packet
from subsidies.packets.tables import tables_of
from tests.casework import application_at
from tests.subsidies.form_cases import (
    CLAIMED_ON,
    FOLLOWED_ON,
    FRAMES,
    PLAN_CLAIM,
    WORKED,
    accepted_case,
    begin,
    content,
    enter,
    form_of,
    monitored_case,
    monitoring_claim,
    printed,
)
from tests.subsidies.packet_cases import text_of
from vapup.accounts.models import Member
from vapup.documents.rendering import print_html
from vapup.shared.money import format_yen

F, K = SchemeFrame, ApplicationKind
EARLIER = date(2021, 6, 1)


def old(case: Case) -> Case:
    """Return a case as if it had been accepted in the years of the first editions."""
    days = dict.fromkeys(
        ("consulted_on", "usage_applied_on", "usage_accepted_on", "usage_decided_on", "accepted_on"), EARLIER
    )
    Case.objects.filter(pk=case.pk).update(**days, planned_accepted_on=EARLIER)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_short_change_and_a_short_withdrawal_take_one_page(
    consultant: Member, manager: Member, frame: SchemeFrame
) -> None:
    case = accepted_case(consultant, manager, frame)
    for kind in (K.CHANGE, K.WITHDRAWAL):
        payload = content(begin(case, consultant, kind, subject="担当者の変更", explanation="担当者を改める。"))
        html = part_html(payload, payload.forms[0], is_draft=False)
        assert print_html(html, identifier="a", is_part=True).page_count == 1


def test_a_withdrawal_tells_the_claims_that_the_council_knows_and_no_others(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = monitored_case(consultant, manager, F.VUP)
    begin(case, consultant, K.MONITORING_CLAIM, period_id=case.monitoring_periods.order_by("ends_on")[0].pk)
    payload = content(begin(case, consultant, K.WITHDRAWAL, subject="取下げ", explanation="事業を止める。"))
    assert [(one.name, one.state) for one in payload.claims] == [("支払申請(計画策定)", "入金済")]
    text = printed(payload, payload.forms[0], tmp_path)
    assert "準備中" not in text
    assert format_yen(application_at(case, PLAN_CLAIM).paid_yen or 0) in text
    html = part_html(payload, payload.forms[0], is_draft=False)
    assert print_html(html, identifier="a", is_part=True).page_count == 1


def test_the_annex_of_a_claim_names_the_size_and_every_category(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = accepted_case(consultant, manager, F.SME_GL)
    payload = content(enter(begin(case, consultant, K.PLAN_CLAIM), consultant, CLAIMED_ON, WORKED))
    html = calculation_html(payload, is_draft=False)
    text = text_of(print_html(html, identifier="a", is_part=True).content, tmp_path)
    results = text[text.index("2 結果") : text.index("3 支払の予定")]
    assert all(row.category in results and format_yen(row.cost_yen) in results for row in payload.rows)
    assert sum(one.cost_yen for one in payload.amounts) == payload.total.cost_yen == 2_345_679 + 1_999_999
    assert sum(one.subsidy_yen for one in payload.amounts) == payload.total.subsidy_yen
    assert "判定なし" in text  # this frame has no classes
    normal = content(begin(accepted_case(consultant, manager, F.NORMAL), consultant, K.PLAN_CLAIM))
    assert normal.size is not None
    assert normal.size.label in calculation_html(normal, is_draft=False)
    assert "判定なし" not in calculation_html(normal, is_draft=False)


def test_what_is_not_entered_stays_blank_in_the_statement(consultant: Member, manager: Member, tmp_path: Path) -> None:
    case = accepted_case(consultant, manager, F.NORMAL)
    before = content(begin(case, consultant, K.PLAN_CLAIM))
    after = content(enter(application_at(case, PLAN_CLAIM), consultant, CLAIMED_ON, WORKED, less_yen=2))
    assert (before.is_entered, after.is_entered) == (False, True)
    sums = {}
    for name, payload in (("before", before), ("after", after)):
        lines = printed(payload, form_of(payload, "claim_statement"), tmp_path).splitlines()
        sums[name] = next(line.split() for line in lines if line.strip().startswith("合計"))
    hours = f"{before.part_of(0).filed_minutes / 60:.2f}"
    assert sums["before"] == ["合計", hours, format_yen(before.filed_yen)]
    assert sums["after"] == ["合計", hours, format_yen(after.filed_yen), format_yen(after.cost_yen), format_yen(-2)]
    assert [table.rows[-1][6:] for table in (tables_of(before)[0], tables_of(after)[0])] == [
        (before.filed_yen, None, None),
        (after.filed_yen, after.cost_yen, -2),
    ]


def test_days_are_not_broken_and_the_invoice_names_the_claim_once(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = monitored_case(consultant, manager, F.VUP)
    claim = monitoring_claim(case, consultant)
    payload = content(claim, day=FOLLOWED_ON)
    later = replace(
        payload, settlements=tuple(replace(one, transferred_on=date(2026, 12, 28)) for one in payload.settlements)
    )
    assert "令和8年12月28日" in printed(later, form_of(later, "monitoring_claim_form"), tmp_path)
    assert "支払申請(伴走支援 第1回)について" in printed(payload, form_of(payload, "council_invoice"), tmp_path)


def test_the_earlier_editions_call_the_monitoring_what_they_called_it(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = old(monitored_case(consultant, manager, F.NORMAL))
    claim = begin(case, consultant, K.MONITORING_CLAIM, period_id=case.monitoring_periods.order_by("ends_on")[0].pk)
    payload: ClaimPayload = content(claim, day=FOLLOWED_ON)
    assert payload.follow_up == "モニタリング"
    for form in payload.forms:
        text = printed(payload, form, tmp_path)
        assert "伴走支援" not in text, form.label
    assert "モニタリング費用" in printed(payload, form_of(payload, "claim_statement"), tmp_path)
    assert payload.kind_label == "支払申請(モニタリング 第1回)"
    cover = text_of(print_packet(payload, is_draft=False).pdf.content, tmp_path, last=1)
    assert "支払申請(モニタリング)第1回 書類一式" in cover


def test_a_cover_has_no_empty_words(consultant: Member, manager: Member, tmp_path: Path) -> None:
    case = accepted_case(consultant, manager, F.VUP_BANK)
    payload = content(begin(case, consultant, K.WITHDRAWAL, subject="取下げ", explanation="止める。"))
    silent = replace(payload, lead_agency=replace(payload.lead_agency, phone=""))
    called = replace(payload, lead_agency=replace(payload.lead_agency, phone="022-000-0100"))
    for one, words in ((silent, "(担当 佐藤 花子)"), (called, "(担当 佐藤 花子、電話 022-000-0100)")):
        text = text_of(print_packet(one, is_draft=False).pdf.content, tmp_path, last=1)
        assert words in text
