"""What was decided is worked out again with the same figures, or somebody is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from subsidies.models import Application, Estimate
from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from subsidies.selectors.estimate.kept import figures_sha256, recomputed
from tests.builders import make_case, make_ready_case
from tests.subsidies.test_frozen_figures import LINES, fingerprint
from tests.subsidies.test_usage_approval import approve, ask
from vapup.accounts.models import Member
from vapup.commands import InvalidInput

REQUEST: Mapping[str, Any] = {
    "frame": "normal",
    "accepted_on": "2025-05-12",
    "enterprise": {"annual_sales": 320_000_000, "interest_bearing_debt": 250_000_000},
    "costs": {"planning": 1_500_000, "negotiation": 150_000},
    "estimates": {"planning": 1_400_000},
    "past_subsidies": {"planning": 1_000},
    "monitoring_periods": [{"category": "monitoring", "ends_on": "2026-09-30", "cost": 500_000}],
}


def keep(case: Any, *, sha256: str = "", **changes: object) -> Estimate:
    assessment = assess(parse_request({**REQUEST, **changes}))
    return Estimate.objects.create(
        agency=case.agency,
        case=case,
        name="試算",
        assessed=assessment.request.as_dict(),
        assessment=assessment.as_dict(),
        figures_sha256=sha256 or figures_sha256(assessment),
        created_by=case.consultant,
    )


def ran(**options: Any) -> tuple[int, list[dict[str, Any]]]:
    out, status = StringIO(), 0
    try:
        call_command("recompute", stdout=out, **options)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("line", LINES[:: max(1, len(LINES) // 40)], ids=lambda line: line["name"])
def test_a_request_survives_being_stored(line: dict[str, Any]) -> None:
    request = parse_request(line["request"])
    stored = json.loads(json.dumps(request.as_dict()))
    assert parse_request(stored) == request
    # The hash that cases keep is that of the frozen answers: made elsewhere, of the same figures.
    assert fingerprint(assess(parse_request(stored)).as_dict()) == line["sha256"]


def test_the_hash_leaves_words_out_and_figures_in() -> None:
    one, same, other = (assess(parse_request({**REQUEST, "costs": {"planning": yen}})) for yen in (300, 300, 303))
    assert figures_sha256(one) == figures_sha256(same)
    assert figures_sha256(one) != figures_sha256(other)  # 300 × 2/3 = 200, 303 × 2/3 = 202


def test_an_approval_keeps_what_it_assessed(consultant: Member, manager: Member) -> None:
    case = make_ready_case(consultant)
    ask(case, consultant)
    approve(case, manager)
    application = Application.objects.get(case_id=case.pk)
    again = assess(parse_request(application.assessed))
    assert again.as_dict() == application.assessment
    assert figures_sha256(again) == application.figures_sha256
    assert list(recomputed(case.agency_id)) == [None]


def test_the_command_counts_what_agrees(consultant: Member) -> None:
    case = make_case(consultant)
    keep(case)
    keep(case, accepted_on="2022-05-12")
    assert ran() == (0, [{"checked": 2, "different": 0}])
    assert ran(agency=case.agency.slug) == (0, [{"checked": 2, "different": 0}])


def test_the_cases_of_earlier_days_are_worked_out_as_on_those_days(consultant: Member) -> None:
    """Every frozen request, kept as a case would keep it, with the hash that was written down when it was frozen."""
    case = make_case(consultant)
    kept = {"agency": case.agency, "case": case, "created_by": consultant}
    rows = [(line, assess(parse_request(line["request"]))) for line in LINES]
    Estimate.objects.bulk_create(
        Estimate(**kept, assessed=line["request"], assessment=answer.as_dict(), figures_sha256=line["sha256"])
        for line, answer in rows
    )
    assert ran() == (0, [{"checked": len(LINES), "different": 0}])
    assert len(LINES) > 40


def test_the_command_names_what_differs(consultant: Member) -> None:
    case = make_case(consultant)
    keep(case)
    estimate = keep(case, sha256="0" * 64)
    status, (difference, counts) = ran()
    assert (status, counts) == (3, {"checked": 2, "different": 1})
    assert (difference["kind"], difference["id"], difference["case_number"]) == ("estimate", estimate.pk, case.number)
    assert (difference["rule_version"], difference["kept_sha256"]) == ("normal-2024", "0" * 64)
    assert difference["now_sha256"] == figures_sha256(assess(parse_request(dict(REQUEST))))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accepted_on": "2012-01-01"}, "2012-01-01"),
        ({"costs": {"planning": -1}}, "costs.planning"),
    ],
)
def test_what_can_no_longer_be_assessed_is_a_difference(
    consultant: Member, changes: dict[str, object], said: str
) -> None:
    estimate = keep(make_case(consultant))
    Estimate.objects.filter(pk=estimate.pk).update(assessed={**REQUEST, **changes})
    status, (difference, _) = ran()
    assert (status, difference["now_sha256"]) == (3, "")
    assert said in difference["reason"]


def test_an_agency_that_is_not_there_is_refused(db: None) -> None:
    with pytest.raises((InvalidInput, CommandError), match="nobody"):
        ran(agency="nobody")
