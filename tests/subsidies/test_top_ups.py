"""Local top-ups: what lowers the enterprise's own share, and what known programmes would give."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.enums import PaidCategory, SchemeFrame
from cases.models import Case, Council, PastUse
from cases.services.locking import EditedMeanwhile
from subsidies.enums import CostCategory, TopUpState
from subsidies.models import LocalTopUp
from subsidies.rules.top_ups import FOLDER, load_programmes, programmes
from subsidies.selectors import assessment_of
from subsidies.selectors.estimate.top_ups import NetBurden, Suggestion, net_burden_of, suggestions_of
from subsidies.services.estimate import top_ups as services
from tests.builders import make_case, make_cost_line, make_ready_case, make_top_up
from tests.conftest import sign_in
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.shared.rule_data import ParameterError

TODAY = date(2026, 5, 1)


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case of 3,150,000 yen with 2,100,000 of subsidy: the own share is 1,050,000."""
    return make_ready_case(consultant)


def facts(**changed: Any) -> dict[str, Any]:
    values = {"provider": "石巻市", "programme": "", "amount_yen": 100_000, "state": TopUpState.PLANNED}
    return {**values, "decided_on": None, "source_url": "", "note": "", **changed}


def add(case: Case, actor: Member, **changed: Any) -> LocalTopUp:
    return services.add_top_up(actor=actor, case_id=case.pk, facts=facts(**changed), today=TODAY)


def burden(case: Case) -> NetBurden:
    return net_burden_of(case, assessment_of(case))


def url(name: str, case: Case, *ids: int) -> str:
    return reverse(f"subsidies:{name}", args=[case.number, *ids])


def test_the_net_burden_is_the_own_share_less_what_counts(case: Case) -> None:
    make_top_up(case, amount_yen=200_000, state=TopUpState.PAID, decided_on=TODAY)
    make_top_up(case, amount_yen=100_000, state=TopUpState.PLANNED)
    make_top_up(case, amount_yen=30_000, state=TopUpState.APPLIED)
    make_top_up(case, amount_yen=500_000, state=TopUpState.REFUSED)
    found = burden(case)
    # 3,150,000 − 2,100,000 = 1,050,000; less 200,000 decided and 130,000 expected: 720,000. Refused: not counted.
    assert (found.own_burden_yen, found.decided_yen, found.expected_yen) == (1_050_000, 200_000, 130_000)
    assert (found.net_yen, found.decided_net_yen, found.over_yen) == (720_000, 850_000, 0)


def test_the_scheme_never_sees_a_top_up(case: Case) -> None:
    before = assessment_of(case).as_dict()
    make_top_up(case, amount_yen=400_000)
    assert assessment_of(case).as_dict() == before


def test_top_ups_may_reach_the_own_share_and_not_pass_it(case: Case, consultant: Member) -> None:
    add(case, consultant, amount_yen=1_000_000)
    with pytest.raises(services.TopUpRefused) as refused:
        add(case, consultant, amount_yen=50_001)
    assert refused.value.message == (
        "上乗せ補助の合計 1,050,001円(この分 50,001円、ほか 1,000,000円) が、算定の自己負担 1,050,000円 を"
        "超えています。上乗せの額か、費用の明細を確かめてください。"
    )
    add(case, consultant, amount_yen=50_000)
    add(case, consultant, amount_yen=9_000_000, state=TopUpState.REFUSED)
    assert burden(case).net_yen == 0


def test_costs_that_shrink_later_are_said_and_the_rest_may_still_be_corrected(case: Case, consultant: Member) -> None:
    row = add(case, consultant, amount_yen=1_050_000)
    case.cost_lines.filter(category=CostCategory.NEGOTIATION).delete()
    found = burden(case)
    # without 150,000 − 100,000 of negotiation the own share is 1,000,000: 50,000 too much.
    assert (found.own_burden_yen, found.net_yen, found.over_yen) == (1_000_000, 0, 50_000)
    page = sign_in(consultant).get(url("assessment", case)).content.decode()
    assert "上乗せ補助が自己負担を超えています" in page
    edit: dict[str, Any] = {"actor": consultant, "case_id": case.pk, "top_up_id": row.pk, "today": TODAY}
    services.edit_top_up(**edit, version=1, facts=facts(amount_yen=1_050_000, note="確認中"))
    with pytest.raises(services.TopUpRefused, match="1,050,001円"):
        services.edit_top_up(**edit, version=2, facts=facts(amount_yen=1_050_001))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"state": TopUpState.DECIDED}, "「交付決定日」を入力してください"),
        ({"state": TopUpState.PLANNED, "decided_on": date(2026, 4, 1)}, "2026-04-01"),
        ({"state": TopUpState.PAID, "decided_on": date(2026, 5, 2)}, "今日 2026-05-01 より後"),
    ],
)
def test_the_day_fits_the_state(case: Case, consultant: Member, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(services.TopUpRefused, match=words):
        add(case, consultant, **changed)
    assert not LocalTopUp.objects.exists()


def test_the_trail_of_the_case_tells_everything(case: Case, consultant: Member) -> None:
    row = add(case, consultant)
    ids: dict[str, Any] = {"actor": consultant, "case_id": case.pk, "top_up_id": row.pk}
    services.edit_top_up(**ids, version=1, facts=facts(state=TopUpState.APPLIED), today=TODAY)
    services.edit_top_up(**ids, version=2, facts=facts(state=TopUpState.APPLIED), today=TODAY)  # nothing new
    services.remove_top_up(**ids, version=2)
    added, changed, removed = AuditEvent.objects.filter(object_type="case", object_id=case.pk).order_by("pk")
    name = "上乗せ補助 石巻市 100,000円"
    assert {event.verb for event in (added, changed, removed)} == {Verb.CHANGED}
    assert added.changes == {
        f"{name}: 実施機関": [None, "石巻市"],
        f"{name}: 上乗せの額": [None, 100_000],
        f"{name}: 状況": [None, "申請予定"],
    }
    assert changed.changes == {f"{name}: 状況": ["申請予定", "申請済"]}
    assert removed.changes[f"{name}: 上乗せの額"] == [100_000, None]


def test_nobody_writes_over_anothers_change(case: Case, consultant: Member, manager: Member) -> None:
    row = add(case, consultant)
    ids = {"case_id": case.pk, "top_up_id": row.pk}
    services.edit_top_up(actor=manager, **ids, version=1, facts=facts(amount_yen=120_000), today=TODAY)
    with pytest.raises(EditedMeanwhile):
        services.edit_top_up(actor=consultant, **ids, version=1, facts=facts(amount_yen=90_000), today=TODAY)
    with pytest.raises(EditedMeanwhile):
        services.remove_top_up(actor=consultant, **ids, version=1)
    typed = {"provider": "石巻市", "amount_yen": "90,000", "state": "planned", "version": "1"}
    answer = sign_in(consultant).post(url("top_up_edit", case, row.pk), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="90,000"' in page
    assert "120,000" in page
    assert manager.user.display_name in page
    assert 'name="version" value="2"' in page


def test_only_who_may_change_the_case_may_write(case: Case, viewer: Member, outsider: Member) -> None:
    with pytest.raises(NotAllowed):
        add(case, viewer)
    with pytest.raises(Case.DoesNotExist):
        add(case, outsider)
    assert sign_in(outsider).get(url("top_up_new", case)).status_code == 404
    assert url("top_up_new", case) not in sign_in(viewer).get(url("assessment", case)).content.decode()


def test_a_top_up_of_another_case_is_not_found(case: Case, consultant: Member) -> None:
    row = make_top_up(make_case(consultant))
    browser = sign_in(consultant)
    assert browser.get(url("top_up_edit", case, row.pk)).status_code == 404
    assert browser.get(url("top_up_remove", case, row.pk)).status_code == 404


def test_bad_input_comes_back_as_it_was_typed(case: Case, consultant: Member) -> None:
    typed = {"provider": "石巻市", "amount_yen": "十万", "state": "decided", "decided_on": "令和99年", "note": "覚え"}
    answer = sign_in(consultant).post(url("top_up_new", case), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(f'value="{text}"' in page for text in ("石巻市", "十万", "令和99年", "覚え"))
    too_much = {**typed, "amount_yen": "1,050,001", "decided_on": "2025-04-01"}
    answer = sign_in(consultant).post(url("top_up_new", case), too_much)
    assert answer.status_code == 422
    assert "自己負担 1,050,000円" in answer.content.decode()


def test_the_pages_add_change_and_remove(case: Case, consultant: Member) -> None:
    browser = sign_in(consultant)
    assert "上乗せ補助は登録されていません" in browser.get(url("assessment", case)).content.decode()
    typed = {"provider": "石巻市", "amount_yen": "10万", "state": "decided", "decided_on": "R8.4.1"}
    assert browser.post(url("top_up_new", case), typed).status_code == 422  # 万 is not read
    typed["amount_yen"] = "100,000円"
    assert browser.post(url("top_up_new", case), typed).status_code == 302
    row = LocalTopUp.objects.get()
    assert (row.amount_yen, row.decided_on, row.state) == (100_000, date(2026, 4, 1), "decided")
    assert (
        browser.post(url("top_up_edit", case, row.pk), {**typed, "note": "通知あり", "version": 1}).status_code == 302
    )
    page = browser.get(url("assessment", case)).content.decode()
    assert "通知あり" in page
    assert "950,000" in page  # 1,050,000 − 100,000
    assert browser.post(url("top_up_remove", case, row.pk), {"version": 2}).status_code == 302
    assert not LocalTopUp.objects.exists()


# --- known programmes -------------------------------------------------------------------------------------------------


def suggested(case: Case, code: str) -> tuple[Suggestion, ...]:
    case.council = Council.objects.get(code=code)
    case.save(update_fields=["council"])
    return suggestions_of(case)


@pytest.mark.parametrize(
    ("code", "plan_cost_yen", "amount_yen"),
    [
        # Kyoto: 1/6 of the plan cost, whole thousands, at most 200,000.
        ("26", 1_000_000, 166_000),  # 166,666
        ("26", 1_200_000, 200_000),
        ("26", 3_300_000, 200_000),  # 550,000
        ("26", 5_999, 0),  # 999
        # Nagano: half of the enterprise's own share of the plan, whole yen, at most 200,000.
        ("20", 1_000_000, 166_667),  # 1,000,000 − 666,666 = 333,334; half of it
        ("20", 1_200_001, 200_000),  # 1,200,001 − 800,000 = 400,001; half of it is 200,000.5
        ("20", 100, 17),  # 100 − 66 = 34
    ],
)
def test_what_a_programme_would_give(consultant: Member, code: str, plan_cost_yen: int, amount_yen: int) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=plan_cost_yen)
    make_cost_line(case, category=CostCategory.MONITORING, gross_yen=900_000)  # never counts
    (one,) = suggested(case, code)
    assert one.amount_yen == amount_yen


def test_kyoto_counts_what_it_gave_before(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=3_000_000)
    earlier = make_case(consultant, enterprise=case.enterprise)
    make_top_up(earlier, provider="京都信用保証協会", amount_yen=150_000)
    make_top_up(earlier, provider="京都信用保証協会", amount_yen=10_000, state=TopUpState.REFUSED)
    (one,) = suggested(case, "26")
    assert one.amount_yen == 50_000  # 3,000,000 / 6 = 500,000, at most 200,000 − 150,000


def test_nothing_is_suggested_above_what_is_left_of_the_own_share(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=900_000)
    make_top_up(case, provider="ある市", amount_yen=250_000)
    (one,) = suggested(case, "20")
    # the own share is 300,000 and half of it 150,000, but only 300,000 − 250,000 = 50,000 are left.
    assert one.amount_yen == 50_000


def test_a_programme_is_for_its_place_its_frame_and_its_days(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=900_000)
    assert suggested(case, "04") == ()
    assert suggested(case, "35") == ()  # the city's programme is for addresses in the city
    case.enterprise.address = "山口県山口市亀山町2-1"
    assert [one.programme.id for one in suggested(case, "35")] == ["yamaguchi-city"]
    (fukushima,) = suggested(case, "07")
    assert (fukushima.amount_yen, fukushima.programme.confirmed) == (None, False)
    case.planned_accepted_on = date(2022, 3, 31)
    assert suggested(case, "26") == ()
    case.planned_accepted_on, case.frame = date(2025, 5, 12), SchemeFrame.VUP
    assert suggested(case, "20") == ()  # Nagano says that there is none for the early plan


def test_the_form_offers_a_programme_and_takes_it_over(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=1_000_000)
    suggested(case, "26")
    browser = sign_in(consultant)
    page = browser.get(url("top_up_new", case)).content.decode()
    assert "166,000" in page
    assert "https://kyosinpo.or.jp/?p=1894" in page
    page = browser.get(url("top_up_new", case) + "?programme=kyoto-cgc").content.decode()
    assert 'value="166,000"' in page
    assert 'value="京都信用保証協会"' in page
    make_top_up(case, provider="京都信用保証協会")
    assert suggestions_of(case) == ()


def test_past_payments_of_the_council_lower_the_subsidy_not_the_programme(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=900_000)
    used = {"frame": SchemeFrame.NORMAL, "category": PaidCategory.PLANNING, "paid_yen": 1_900_000}
    PastUse.objects.create(agency_id=case.agency_id, enterprise=case.enterprise, **used)
    (one,) = suggested(case, "26")
    assert one.amount_yen == 150_000  # 900,000 / 6, though the subsidy is only 100,000


def test_every_programme_names_its_source() -> None:
    assert {one.id for one in programmes()} >= {"kyoto-cgc", "nagano-cgc", "fukushima-cgc"}
    assert all(one.confirmed or one.note for one in programmes())
    assert all(one.source.url.startswith("https://") for one in programmes())


@pytest.mark.parametrize(
    ("old", "new"),
    [('share = "1/6"', 'share = "2"'), ("confirmed = false", "confirmed = 0"), ('basis = "plan_cost"', 'basis = "x"')],
)
def test_rows_that_cannot_be_trusted_are_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (FOLDER / "programmes.toml").read_text(encoding="utf-8")
    (tmp_path / "programmes.toml").write_text(text.replace(old, new), encoding="utf-8")
    assert old in text
    with pytest.raises(ParameterError):
        load_programmes(tmp_path)
