"""What forms say in other words than screens: dates, the office that is written to, papers, hours in a column."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from cases.models import Case, GuidelineProcedure
from monitoring.enums import PeriodKind
from subsidies.enums import ApplicationKind
from subsidies.packets.calculation import Exemption
from subsidies.packets.claim_checks import papers_of
from subsidies.packets.claim_parts import ClaimPart
from subsidies.packets.forms import forms_of
from subsidies.packets.printing import calculation_html
from subsidies.packets.words import addressed_to, copy_words, in_wareki, kind_of_period
from subsidies.rules.requirements_rows import Copy
from subsidies.selectors.filing.requirements import requirements_of
from tests.subsidies.form_cases import accepted_case, content, form_of, plan_claim, printed
from vapup.accounts.models import Member

F, K = SchemeFrame, ApplicationKind
EARLIER = date(2021, 6, 1)


@pytest.mark.parametrize(
    ("said", "printed_as"),
    [
        ("2025年6月20日に一時停止を要請したため必要", "令和7年6月20日に一時停止を要請したため必要"),
        ("対象期間に決算日(2026年3月31日)がある", "対象期間に決算日(令和8年3月31日)がある"),
        ("2019年4月30日から2019年5月1日まで", "平成31年4月30日から令和元年5月1日まで"),
        ("費用の総額 2025年度", "費用の総額 2025年度"),
        ("", ""),
    ],
)
def test_forms_write_dates_in_the_japanese_calendar(said: str, printed_as: str) -> None:
    assert in_wareki(said) == printed_as


def test_words_of_the_screens_are_those_of_forms() -> None:
    assert addressed_to("経営改善支援センター", "協議会あての請求書") == "経営改善支援センターあての請求書"
    assert addressed_to("経営改善支援センター", "協議会の負担額") == "協議会の負担額"
    assert [copy_words(one) for one in (Copy.ORIGINAL, Copy.COPY, Copy.UNKNOWN)] == ["原本", "写し", "―"]
    assert kind_of_period(PeriodKind.REGULAR) == "伴走支援"
    assert "(405事業)" not in "".join(kind_of_period(kind) for kind in PeriodKind.values)


def test_no_screen_date_reaches_the_list_of_papers(consultant: Member, manager: Member) -> None:
    case = accepted_case(consultant, manager, F.SME_GL)
    GuidelineProcedure.objects.update_or_create(
        case=case, defaults={"agency_id": case.agency_id, "standstill_requested_on": date(2025, 7, 1)}
    )
    claim = plan_claim(case, consultant)
    slots = [slot for slot in requirements_of(claim) if "2025年7月1日" in slot.why]
    notes = [paper.note for paper in papers_of(claim)]
    assert slots  # the screen says 西暦
    assert "令和7年7月1日に一時停止を要請したため必要" in notes
    assert not [note for note in notes if "2025年" in note]


def test_the_statement_adds_its_hours_and_writes_them_with_two_decimals(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = accepted_case(consultant, manager, F.NORMAL)
    claim = content(plan_claim(case, consultant))
    form = form_of(claim, "claim_statement")
    text = printed(claim, form, tmp_path)
    part = claim.part_of(0)
    assert isinstance(part, ClaimPart)
    minutes = [row.minutes for group in part.work_groups for row in group.filed.rows]
    assert part.filed_minutes == sum(minutes) > 0
    total = next(line for line in text.splitlines() if line.strip().startswith("合計"))
    assert f"{part.filed_minutes / 60:.2f}" in total.split()
    for one in minutes:
        assert f"{one / 60:.2f}" in text.split()


def test_a_center_is_named_in_the_title_of_what_is_addressed_to_it(consultant: Member, manager: Member) -> None:
    case = accepted_case(consultant, manager, F.NORMAL)
    claim = plan_claim(case, consultant)
    titles = {form.code: form.title for form in forms_of(claim)}
    assert titles["council_invoice"] == "協議会あての請求書"
    names = ("consulted_on", "usage_applied_on", "usage_accepted_on", "usage_decided_on", "accepted_on")
    Case.objects.filter(pk=case.pk).update(**dict.fromkeys(names, EARLIER), planned_accepted_on=EARLIER)
    claim.case.refresh_from_db()
    old = {form.code: form.title for form in forms_of(claim)}
    assert old["council_invoice"] == "経営改善支援センターあての請求書"


def test_no_form_is_printed_for_a_paper_of_another_list(consultant: Member, manager: Member) -> None:
    """A case that was planned for April has 別添1; accepted in March, it has no such form, whatever is stored."""
    case = accepted_case(consultant, manager, F.NORMAL)
    usage = case.applications.get(kind=K.USAGE)
    slot = next(one for one in requirements_of(usage) if one.requirement.id == "owner_self_check")
    usage.papers.create(agency_id=case.agency_id, requirement="owner_self_check")
    assert slot.is_listed
    assert "owner_self_check" in {form.code for form in forms_of(usage)}
    names = ("consulted_on", "usage_applied_on", "usage_accepted_on", "usage_decided_on", "accepted_on")
    Case.objects.filter(pk=case.pk).update(**dict.fromkeys(names, EARLIER), planned_accepted_on=EARLIER)
    usage.case.refresh_from_db()
    stray = next(one for one in requirements_of(usage) if one.requirement.id == "owner_self_check")
    assert (stray.is_listed, stray.paper is not None) == (False, True)
    assert "owner_self_check" not in {form.code for form in forms_of(usage)}
    assert slot.label not in {paper.title for paper in papers_of(usage)}


def test_a_paper_that_is_added_is_not_called_needless(consultant: Member, manager: Member) -> None:
    case = accepted_case(consultant, manager, F.NORMAL)
    claim = plan_claim(case, consultant)
    slot = next(one for one in requirements_of(claim) if not one.is_needed and one.why.endswith("不要"))
    claim.papers.create(agency_id=case.agency_id, requirement=slot.requirement.id)
    paper = next(one for one in papers_of(claim) if one.title == slot.label)
    assert (paper.is_needed, paper.note) == (True, "")


def test_headings_of_the_annex_are_numbered_once(consultant: Member, manager: Member) -> None:
    claim = content(plan_claim(accepted_case(consultant, manager, F.NORMAL), consultant))
    let_pass = Exemption("見積書がない", "後日届く", "青葉 隆一", date(2026, 4, 1))
    annex = replace(claim.calculation, exemptions=(let_pass,))
    html = calculation_html(replace(claim, calculation=annex), is_draft=False)
    heads = [part.split("</h2>")[0].split(" ")[0] for part in html.split("<h2>")[1:]]
    assert heads == ["1", "2", "3", "4", "5", "5-2", "6", "7", "8"]
    assert "後日届く" in html
