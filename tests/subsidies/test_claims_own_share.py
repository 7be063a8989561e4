"""How the own share must be paid, and what may be withheld from it: dated rows with their sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cases.enums import Scheme
from subsidies.rules.own_share import FOLDER, load_payment_rules, load_rates, payment_rules_for, rates, withholding_on
from vapup.shared.rule_data import ParameterError


@pytest.mark.parametrize(
    ("gross_yen", "fee_yen", "tax_yen"),
    [
        # 75,000 × 10/110 = 6,818 of consumption tax; 68,182 × 10.21 % = 6,961.38
        (75_000, 68_182, 6_961),
        # 1,100,000: exactly 1,000,000 × 10.21 %
        (1_100_000, 1_000_000, 102_100),
        # 2,000,000: 102,100 + 1,000,000 × 20.42 %
        (2_200_000, 2_000_000, 306_300),
        (0, 0, 0),
    ],
)
def test_the_suggestion_is_taken_of_the_fee_without_tax(gross_yen: int, fee_yen: int, tax_yen: int) -> None:
    found = withholding_on(gross_yen, date(2026, 5, 1))
    assert found is not None
    assert (found.fee_yen, found.tax_yen, found.transfer_yen) == (fee_yen, tax_yen, gross_yen - tax_yen)


def test_the_suggestion_is_unconfirmed_and_ends_with_its_rows() -> None:
    assert not any(rate.confirmed for rate in rates())
    assert all(rate.note for rate in rates())
    assert withholding_on(75_000, date(2019, 9, 30)) is None
    assert withholding_on(75_000, date(2019, 10, 1)) is not None
    assert withholding_on(75_000, date(2038, 1, 1)) is None


def test_a_rate_is_named_by_its_first_day() -> None:
    assert [one.id for one in rates()] == ["withholding@2019-10-01"]


@pytest.mark.parametrize("scheme", Scheme)
def test_every_rule_of_the_payment_holds_for_both_schemes_with_a_source(scheme: Scheme) -> None:
    rules = payment_rules_for(scheme, date(2025, 5, 12))
    assert [rule.id for rule in rules] == [
        "transfer_only",
        "single_purpose",
        "no_netting",
        "fee_excluded",
        "each_agency",
        "gross_invoice",
        "keep_slip",
    ]
    assert all(rule.sources[scheme].url.startswith("http") for rule in rules)
    assert payment_rules_for(scheme, date(2018, 7, 31)) == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("withholding.toml", 'share = "1021/10000"', 'share = "10.21%"', "share is no share"),
        ("withholding.toml", 'share = "1021/10000"', 'share = "3/2"', "share is no share"),
        ("withholding.toml", "up_to_yen = 1_000_000", "up_to_yen = 1.5", "float"),
        ("withholding.toml", "confirmed = false\n", "", "confirmed is missing"),
        ("payment.toml", "[rule.sources]\n405 =", "[rule.sources]\n406 =", "by scheme"),
        ("payment.toml", 'id = "transfer_only"', 'id = "transfer_only"\nweight = 1', "unknown field weight"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused(tmp_path: Path, name: str, old: str, new: str, words: str) -> None:
    for path in FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace(old, new, 1) if path.name == name else text, encoding="utf-8")
    load = load_rates if name == "withholding.toml" else load_payment_rules
    with pytest.raises(ParameterError, match=words):
        load(tmp_path)
