"""Found by the random walks: an agency's stated cost may lie below the subsidy while the claim is being mended."""

from __future__ import annotations

import pytest

from subsidies.enums import CostCategory
from tests.conftest import sign_in
from tests.subsidies.claims_cases import accepted_case, make_claim, make_line, make_settlement
from vapup.accounts.models import Member


@pytest.mark.parametrize("page", ["claim/", "claim/settlements/0/", "claim/transfer-note/"])
def test_a_cost_below_the_subsidy_can_still_be_seen_and_mended(consultant: Member, page: str) -> None:
    # 1,100,000 of planning are subsidised with 733,333; of a stated 100,000 the own share would be -633,333.
    case = accepted_case(consultant, {CostCategory.PLANNING: 1_100_000})
    claim = make_claim(case)
    make_line(claim, 1_100_000)
    make_settlement(claim, cost_yen=100_000)
    response = sign_in(consultant).get(f"/cases/{case.number}/applications/{claim.pk}/{page}")
    assert response.status_code == 200
