"""Agencies and people of the rate card on the lines of an estimate: who may be chosen, and what choosing fills in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, CoAgency
from subsidies.enums import CostCategory
from subsidies.models import CostLine, Worker, WorkerRate
from subsidies.rules.rate_card import CardRate, rate_on
from subsidies.selectors.diary.crew import crew_of, off_card
from subsidies.services.estimate.costs import LineInput, LineRefused, add_cost_line, change_cost_line
from tests.builders import make_agency, make_case, make_member
from tests.conftest import sign_in
from vapup.accounts.models import Agency, AuditEvent, Member

LINE = LineInput(
    category=CostCategory.PLANNING,
    period_id=None,
    work="財務DD",
    person="佐藤 花子(税理士)",
    hourly_rate_yen=10_000,
    minutes=90,
    tax_percent=10,
    is_subcontracted=False,
)
TYPED = {"group": "planning", "work": "財務DD", "minutes": "1.5", "tax_percent": "10", "version": "1"}


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case whose key date is 2025-05-12."""
    return make_case(consultant)


@pytest.fixture
def other(case: Case) -> CoAgency:
    return CoAgency.objects.create(agency=case.agency, case=case, name="仙台経営診断事務所")


@pytest.fixture
def worker(agency: Agency) -> Worker:
    """A person at 11,000 yen an hour on the key date, 12,000 from the day after."""
    made = Worker.objects.create(agency=agency, name="阿部 健", qualification="中小企業診断士")
    for day, yen in ((date(2025, 4, 1), 11_000), (date(2025, 5, 13), 12_000)):
        WorkerRate.objects.create(agency=agency, worker=made, valid_from=day, hourly_rate_yen=yen)
    return made


@pytest.fixture
def browser(consultant: Member) -> Client:
    return sign_in(consultant)


def url(case: Case, name: str = "costs", *more: int) -> str:
    return reverse(f"subsidies:{name}", args=[case.number, *more])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 3, 31), None),
        (date(2025, 4, 1), 11_000),
        (date(2025, 5, 12), 11_000),
        (date(2025, 5, 13), 12_000),
        (date(2030, 1, 1), 12_000),
    ],
)
def test_the_rate_of_a_day_is_that_of_the_last_row_that_began(day: date, expected: int | None) -> None:
    card = (CardRate(date(2025, 5, 13), 12_000), CardRate(date(2025, 4, 1), 11_000))
    assert rate_on(card, day) == expected
    assert rate_on((), day) is None


def test_choosing_a_person_fills_the_name_and_the_rate_of_the_key_date(
    case: Case, worker: Worker, browser: Client
) -> None:
    answer = browser.post(url(case, "cost_line_new"), {**TYPED, "worker": str(worker.pk)}, follow=True)
    line = CostLine.objects.get(case=case)
    assert (line.worker, line.person, line.hourly_rate_yen) == (worker, "阿部 健(中小企業診断士)", 11_000)
    assert line.gross_yen == 18_150  # 11,000 × 1.5 = 16,500, and 1,650 of tax
    assert "単価表" not in answer.content.decode()


def test_another_rate_is_kept_and_the_pages_say_so(case: Case, worker: Worker, browser: Client) -> None:
    typed = {**TYPED, "worker": str(worker.pk), "hourly_rate_yen": "9,000", "person": "阿部"}
    shown = browser.post(url(case, "cost_line_new"), typed, follow=True).content.decode()
    line = CostLine.objects.get(case=case)
    assert (line.hourly_rate_yen, line.person) == (9_000, "阿部")
    assert "単価 9,000円 は、単価表の 11,000円 と異なります" in shown
    assert "単価が単価表と違う明細" in shown
    assert [(one.line, one.card_yen) for one in off_card(case, [line])] == [(line, 11_000)]


def test_person_and_rate_may_still_be_typed_and_are_asked_for(case: Case, worker: Worker, browser: Client) -> None:
    free = {**TYPED, "person": "外部の専門家", "hourly_rate_yen": "15000"}
    assert browser.post(url(case, "cost_line_new"), free).status_code == 302
    line = CostLine.objects.get(case=case)
    assert (line.worker, line.person, line.hourly_rate_yen) == (None, "外部の専門家", 15_000)
    refused = browser.post(url(case, "cost_line_new"), {**TYPED, "version": "2"})
    assert refused.status_code == 422
    assert "「担当者・資格」を入力してください" in refused.content.decode()
    assert "「単価」を入力してください" in refused.content.decode()


def test_a_person_without_a_rate_on_the_key_date_needs_one_typed(case: Case, agency: Agency, browser: Client) -> None:
    late = Worker.objects.create(agency=agency, name="後藤")
    WorkerRate.objects.create(agency=agency, worker=late, valid_from=date(2025, 6, 1), hourly_rate_yen=9_000)
    refused = browser.post(url(case, "cost_line_new"), {**TYPED, "worker": str(late.pk)})
    assert refused.status_code == 422
    assert "「後藤」の単価表に、適用基準日の単価がありません" in refused.content.decode()


def test_agencies_are_asked_for_only_where_there_are_several(case: Case, browser: Client) -> None:
    assert "担当する支援機関" not in browser.get(url(case, "cost_line_new")).content.decode()
    CoAgency.objects.create(agency=case.agency, case=case, name="仙台経営診断事務所")
    shown = browser.get(url(case, "cost_line_new")).content.decode()
    assert "担当する支援機関" in shown
    assert "仙台経営診断事務所" in shown


def test_the_sheet_names_the_agency_of_each_line(case: Case, other: CoAgency, browser: Client) -> None:
    typed = {**TYPED, "person": "外部の専門家", "hourly_rate_yen": "10000", "co_agency": str(other.pk)}
    browser.post(url(case, "cost_line_new"), typed)
    line = CostLine.objects.get(case=case)
    assert line.co_agency == other
    assert "仙台経営診断事務所" in browser.get(url(case)).content.decode()
    event = AuditEvent.objects.get(object_type="case", object_id=case.pk)
    assert event.changes["費用明細 計画策定支援費用 財務DD: 担当する支援機関"] == [None, "仙台経営診断事務所"]


def test_a_person_of_another_agency_than_the_line_is_refused(
    case: Case, other: CoAgency, worker: Worker, consultant: Member
) -> None:
    with pytest.raises(
        LineRefused, match=r"「阿部 健\(中小企業診断士\)」は「青葉会計事務所」の人で.*「仙台経営診断事務所」"
    ):
        add_cost_line(
            case_id=case.pk,
            actor=consultant,
            line=replace(LINE, worker_id=worker.pk, co_agency_id=other.pk),
            version=1,
        )
    assert not CostLine.objects.exists()


def test_people_and_agencies_of_elsewhere_are_refused(case: Case, consultant: Member) -> None:
    far = make_case(make_member(make_agency(name="別の事務所")))
    agency = CoAgency.objects.create(agency=far.agency, case=far, name="よそ")
    person = Worker.objects.create(agency=far.agency, name="よその人")
    refused = ((replace(LINE, co_agency_id=agency.pk), "支援機関"), (replace(LINE, worker_id=person.pk), "従事者"))
    for line, words in refused:
        with pytest.raises(LineRefused, match=words):
            add_cost_line(case_id=case.pk, actor=consultant, line=line, version=1)
    assert not CostLine.objects.filter(case=case).exists()


def test_somebody_switched_off_stays_on_a_line_but_is_offered_to_no_other(
    case: Case, worker: Worker, consultant: Member, browser: Client
) -> None:
    kept = add_cost_line(case_id=case.pk, actor=consultant, line=replace(LINE, worker_id=worker.pk), version=1)
    Worker.objects.filter(pk=worker.pk).update(is_active=False)
    assert crew_of(case).workers == ()
    assert "使用停止" in browser.get(url(case, "cost_line_edit", kept.pk)).content.decode()
    change_cost_line(
        case_id=case.pk,
        line_id=kept.pk,
        actor=consultant,
        line=replace(LINE, worker_id=worker.pk, minutes=60),
        version=2,
    )
    with pytest.raises(LineRefused, match="従事者"):
        add_cost_line(case_id=case.pk, actor=consultant, line=replace(LINE, worker_id=worker.pk), version=3)
    assert CostLine.objects.get(case=case).minutes == 60
