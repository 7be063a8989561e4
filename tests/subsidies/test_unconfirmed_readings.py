"""Readings that no official source confirms: each is named exactly when it took part, and nothing else is."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from cases.enums import SchemeFrame
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.parameters import rule_versions
from subsidies.rules.request import parse_request
from subsidies.rules.version import Parameter

MONITORING = {"normal": "monitoring", "sme_gl": "monitoring", "vup": "monitoring_closing"}
NEW, GL, OLD = "2025-04-10", "2022-04-20", "2023-03-31"


def case(frame: str, day: str, plan: int = 0, period: int | None = None, **parts: Any) -> dict[str, Any]:
    """Return a request with a cost of planning and, if given, one period of monitoring."""
    request: dict[str, Any] = {"frame": frame, "accepted_on": day, **parts}
    if frame == "normal":
        request["enterprise"] = {"annual_sales": 100_000_000, "interest_bearing_debt": 0}
    if plan:
        request["costs"] = {"planning": plan}
    if period is not None:
        request["monitoring_periods"] = [{"category": MONITORING[frame], "ends_on": "2026-03-31", "cost": period}]
    return request


# id of the row: (a request in which it takes part, one like it in which it does not)
TAKES_PART: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "rounding.normal@2013-03-08": (case("normal", NEW, 1), case("normal", NEW)),
    "rounding.sme_gl@2022-04-15": (case("sme_gl", NEW, 1), case("sme_gl", NEW)),
    "rounding.vup@2017-05-29": (case("vup", NEW, 1), case("vup", NEW)),
    "rounding.vup_bank@2024-02-01": (case("vup_bank", NEW, 1), case("vup_bank", NEW)),
    # a subsidy of floor(2 × 2/3) = 1 yen is halved; one of 0 yen is not
    "holdback_share.sme_gl.due_diligence@2022-04-15": (
        case("sme_gl", NEW, costs={"due_diligence": 2}),
        case("sme_gl", NEW, costs={"due_diligence": 1}),
    ),
    "holdback_share.sme_gl.planning@2022-04-15": (case("sme_gl", NEW, 2), case("sme_gl", NEW, 1)),
    "holdback_share.vup.planning@2024-04-01": (case("vup", "2024-04-01", 2), case("vup", "2024-03-31", 2)),
    "half_rounding.normal@2022-04-01": (case("normal", "2022-04-01", 2), case("normal", "2022-03-31", 2)),
    "half_rounding.sme_gl@2022-04-15": (case("sme_gl", NEW, 2), case("sme_gl", NEW, 1)),
    "half_rounding.vup@2022-04-01": (case("vup", "2022-04-01", 2), case("vup", "2022-03-31", 2)),
    "holdback_lapse.normal@2022-04-01": (case("normal", NEW, 2, 0), case("normal", NEW, 1, 0)),
    "holdback_lapse.sme_gl@2022-04-15": (case("sme_gl", NEW, 2, 0), case("sme_gl", NEW, 2)),
    "holdback_lapse.vup@2022-04-01": (case("vup", NEW, 2, 0), case("vup", NEW, 1, 0)),
    "size_remainder.normal@2022-04-01": (
        case("normal", NEW, past_subsidies={"monitoring": 1}),
        case("normal", NEW, past_subsidies={"monitoring": 0, "negotiation": 1}),
    ),
    "plan_claim_months.normal@2013-03-08": (case("normal", OLD), case("normal", "2023-04-01")),
    "plan_claim_months.sme_gl@2022-04-15": (case("sme_gl", OLD), case("sme_gl", "2023-04-01")),
    "plan_claim_months.vup@2017-05-29": (case("vup", OLD), case("vup", "2023-04-01")),
    "monitoring_claim_months.vup@2022-04-01": (case("vup", "2022-04-01", 0, 0), case("vup", "2022-03-31", 0, 0)),
    "monitoring_window_basis.normal@2022-04-01": (case("normal", NEW, 0, 0), case("normal", NEW, 2)),
    "monitoring_window_basis.sme_gl@2022-04-15": (case("sme_gl", GL, 0, 0), case("sme_gl", GL, 2)),
    "monitoring_window_basis.vup@2022-04-01": (case("vup", NEW, 0, 0), case("vup", NEW, 2)),
}


def _rows() -> dict[str, Parameter]:
    """Return every row of the rule data that is not confirmed, by its id."""
    pieces = [piece for versions in rule_versions().values() for piece in versions]
    return {one.id: one for piece in pieces for one in piece.parameters.values() if not one.confirmed}


def _named(result: Assessment) -> list[str]:
    return [
        found.message.rpartition("(")[2].removesuffix(")")
        for found in result.findings
        if found.code == "unconfirmed_rule"
    ]


def test_the_table_has_every_row_that_is_not_confirmed_and_no_other() -> None:
    assert _rows().keys() == TAKES_PART.keys()
    written = [
        row
        for path in PARAMETERS_FOLDER.glob("*.toml")
        for row in tomllib.loads(path.read_text(encoding="utf-8")).get("parameter", [])
    ]
    assert sum(not row["confirmed"] for row in written) == len(TAKES_PART) == 21
    assert {row["frame"] for row in written} == set(SchemeFrame.values)


@pytest.mark.parametrize("row_id", TAKES_PART)
def test_a_reading_that_took_part_is_named_once_with_what_is_assumed(row_id: str) -> None:
    result, row = assess(parse_request(TAKES_PART[row_id][0])), _rows()[row_id]
    assert _named(result).count(row_id) == 1
    found = next(one for one in result.findings if row_id in one.message)
    assert (found.severity, found.category) == ("info", None)
    assert found.message == (
        f"「{row.label}」は公的資料で確認できていません。{row.note}。協議会に確かめてください。({row_id})"
    )
    assert found.source == row.source.citation
    assert row.source.url in found.source


@pytest.mark.parametrize("row_id", TAKES_PART)
def test_a_reading_that_took_part_marks_its_steps_and_no_other(row_id: str) -> None:
    trace = assess(parse_request(TAKES_PART[row_id][0])).trace
    applied = [step for step in trace if row_id in step.rule.split()]
    assert applied
    assert not any(step.confirmed for step in applied)
    unconfirmed = [step for step in trace if not step.confirmed]
    assert all(set(step.rule.split()) & TAKES_PART.keys() for step in unconfirmed)


@pytest.mark.parametrize("row_id", TAKES_PART)
def test_a_reading_that_took_no_part_is_not_named(row_id: str) -> None:
    result = assess(parse_request(TAKES_PART[row_id][1]))
    assert row_id not in _named(result)
    assert not any(row_id in step.rule.split() for step in result.trace)


def test_exactly_these_readings_took_part_in_a_full_case() -> None:
    full = case("vup", "2024-04-01", 225_000, 75_000)
    assert _named(assess(parse_request(full))) == [
        "rounding.vup@2017-05-29",
        "holdback_share.vup.planning@2024-04-01",
        "half_rounding.vup@2022-04-01",
        "monitoring_claim_months.vup@2022-04-01",
        "monitoring_window_basis.vup@2022-04-01",
        "holdback_lapse.vup@2022-04-01",
    ]
    # the last confirmed generation of vup: the halves are sourced until 2024-03-31
    earlier = _named(assess(parse_request({**full, "accepted_on": "2024-03-31"})))
    assert "holdback_share.vup.planning@2024-04-01" not in earlier
    assert len(earlier) == 5


@pytest.mark.parametrize(
    ("request_", "kind", "confirmed"),
    [
        (case("normal", "2023-03-31", 0, 0), "plan_claim", False),
        (case("normal", "2023-04-01", 0, 0), "plan_claim", True),
        (case("vup_bank", "2024-02-01"), "plan_claim", True),
        (case("normal", NEW, 0, 0), "monitoring_claim", False),  # the six months are sourced, the counting is not
        (case("vup", NEW, 0, 0), "monitoring_claim", False),
    ],
)
def test_a_deadline_says_whether_its_length_is_sourced(request_: dict[str, Any], kind: str, confirmed: bool) -> None:
    deadlines = [one for one in assess(parse_request(request_)).deadlines if one.kind == kind]
    assert [one.confirmed for one in deadlines] == [confirmed]
    assert [one.counted_from.isoformat() for one in deadlines] in ([request_["accepted_on"]], ["2026-03-31"])
