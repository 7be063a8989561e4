from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from monitoring.services.periods import PeriodRefused, add_period, edit_period, remove_period
from subsidies.enums import CostCategory
from tests.builders import make_case, make_cost_line, make_member, make_period
from tests.conftest import sign_in
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)


def add(case: Case, *, kind: PeriodKind = PeriodKind.REGULAR, starts_on: date = FIRST, ends_on: date = LAST) -> int:
    period = add_period(actor=case.consultant, case_id=case.pk, kind=kind, starts_on=starts_on, ends_on=ends_on)
    return period.pk


ALLOWED = {
    SchemeFrame.NORMAL: {PeriodKind.REGULAR},
    SchemeFrame.SME_GL: {PeriodKind.REGULAR},
    SchemeFrame.VUP: {PeriodKind.INTERIM, PeriodKind.CLOSING},
    SchemeFrame.VUP_BANK: set[PeriodKind](),
}


@pytest.mark.parametrize("frame", SchemeFrame)
@pytest.mark.parametrize("kind", PeriodKind)
def test_the_frame_decides_the_kinds(consultant: Member, frame: SchemeFrame, kind: PeriodKind) -> None:
    case = make_case(consultant, frame=frame)
    if kind in ALLOWED[frame]:
        add(case, kind=kind)
    else:
        with pytest.raises(PeriodRefused, match=r"。$"):
            add(case, kind=kind)


def test_a_period_ends_on_or_after_its_first_day_and_the_key_date(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=date(2025, 5, 12))
    add(case, starts_on=date(2025, 5, 12), ends_on=date(2025, 5, 12))
    with pytest.raises(PeriodRefused, match="2025-05-11 は 受理予定日 2025-05-12 より前"):
        add(case, starts_on=date(2025, 5, 1), ends_on=date(2025, 5, 11))
    with pytest.raises(PeriodRefused, match="2026-03-31 は 初日 2026-04-01 より前"):
        add(case, ends_on=date(2026, 3, 31))


def test_a_change_is_recorded_in_the_history_of_the_case(consultant: Member) -> None:
    case = make_case(consultant)
    period_id = add(case)
    edit_period(
        actor=consultant,
        case_id=case.pk,
        period_id=period_id,
        kind=PeriodKind.REGULAR,
        starts_on=FIRST,
        ends_on=date(2026, 10, 31),
    )
    event = AuditEvent.objects.filter(object_type="case", object_id=case.pk).latest("pk")
    assert list(event.changes.values()) == [["2026-09-30", "2026-10-31"]]
    remove_period(actor=consultant, case_id=case.pk, period_id=period_id)
    assert not MonitoringPeriod.objects.exists()


def test_a_period_with_costs_stays_until_they_are_gone(consultant: Member) -> None:
    case = make_case(consultant)
    period = make_period(case)
    line = make_cost_line(case, category=CostCategory.MONITORING, period=period)
    with pytest.raises(PeriodRefused, match="費用明細 1件"):
        remove_period(actor=consultant, case_id=case.pk, period_id=period.pk)
    assert not AuditEvent.objects.filter(object_type="case", object_id=case.pk).exists()
    line.delete()
    remove_period(actor=consultant, case_id=case.pk, period_id=period.pk)


def test_a_period_with_costs_keeps_its_kind(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    period = make_period(case, kind=PeriodKind.INTERIM)
    make_cost_line(case, category=CostCategory.MONITORING_INTERIM, period=period, gross_yen=60_000)
    days = {"starts_on": period.starts_on, "ends_on": LAST}
    with pytest.raises(PeriodRefused, match="費用明細が1件"):
        # Its 60,000 yen would be listed as interim and count against the cap of the closing category.
        edit_period(actor=consultant, case_id=case.pk, period_id=period.pk, kind=PeriodKind.CLOSING, **days)
    edit_period(actor=consultant, case_id=case.pk, period_id=period.pk, kind=PeriodKind.INTERIM, **days)


@pytest.mark.parametrize("stage", [CaseStage.WITHDRAWN, CaseStage.LAPSED])
def test_a_closed_case_keeps_its_periods(consultant: Member, stage: CaseStage) -> None:
    case = make_case(consultant, stage=stage)
    with pytest.raises(PeriodRefused, match="終わっている"):
        add(case)


def test_fixed_costs_fix_the_periods(consultant: Member) -> None:
    case = make_case(consultant)
    period = make_period(case)
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    with pytest.raises(PeriodRefused, match="承認"):
        add(case)
    with pytest.raises(PeriodRefused, match="承認"):
        remove_period(actor=consultant, case_id=case.pk, period_id=period.pk)


def test_a_colleague_does_not_plan_periods(consultant: Member) -> None:
    case = make_case(make_member(consultant.agency))
    with pytest.raises(NotAllowed):
        add_period(actor=consultant, case_id=case.pk, kind=PeriodKind.REGULAR, starts_on=FIRST, ends_on=LAST)


def test_the_pages_lead_back_to_the_costs(consultant: Member) -> None:
    case = make_case(consultant)
    client = sign_in(consultant)
    costs = reverse("subsidies:costs", args=[case.number])
    values = {"starts_on": "R8.4.1", "ends_on": "令和8年9月30日"}
    assert client.post(reverse("monitoring:period_new", args=[case.number]), values)["Location"] == costs
    period = MonitoringPeriod.objects.get(case=case)
    assert (period.starts_on, period.ends_on, period.kind) == (FIRST, LAST, PeriodKind.REGULAR)
    edit = reverse("monitoring:period_edit", args=[case.number, period.pk])
    assert 'value="2026-09-30"' in client.get(edit).content.decode()
    assert client.post(edit, {**values, "ends_on": "2026-10-31"})["Location"] == costs
    remove = reverse("monitoring:period_remove", args=[case.number, period.pk])
    assert client.get(remove).status_code == 200
    assert client.post(remove, {})["Location"] == costs


def test_the_kind_is_asked_only_where_there_are_two(consultant: Member) -> None:
    client = sign_in(consultant)
    vup = make_case(consultant, frame=SchemeFrame.VUP)
    url = reverse("monitoring:period_new", args=[vup.number])
    assert "決算期" in client.get(url).content.decode()
    without = client.post(url, {"starts_on": "2026-04-01", "ends_on": "2026-09-30"})
    assert without.status_code == 422
    assert "「区分」を選んでください。" in without.content.decode()


def test_a_refused_period_keeps_the_input(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    url = reverse("monitoring:period_new", args=[case.number])
    answer = sign_in(consultant).post(url, {"starts_on": "R8.4.1", "ends_on": "R8.9.30"})
    assert answer.status_code == 422
    assert 'value="R8.9.30"' in answer.content.decode()
    assert "伴走支援がない" in answer.content.decode()
