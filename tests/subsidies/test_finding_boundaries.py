"""Every finding just below, at and just above its limit, and what its message tells: figure, limit and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.findings import Finding
from subsidies.rules.request import parse_request

SMALL, MIDDLE, LARGE = 99_999_999, 100_000_000, 1_000_000_000
SAPPORO = "https://www.sapporo-cci.or.jp/keieikaizen/improvement-plan/"
COMPARISON = "https://www.sapporo-cci.or.jp/keieikaizen/comparison/"
NAGASAKI = "http://nagasaki-kaizen.com/"


def payload(frame: str, day: str, sales: int | None = None, **parts: Any) -> dict[str, Any]:
    """Return a request; `sales` stands for the size of an enterprise of the normal frame."""
    enterprise = {} if sales is None else {"enterprise": {"annual_sales": sales, "interest_bearing_debt": 0}}
    return {"frame": frame, "accepted_on": day, **enterprise, **parts}


def normal(planning: int, monitoring: int, sales: int, day: str = "2025-04-10") -> dict[str, Any]:
    return payload("normal", day, sales, costs={"planning": planning, "monitoring": monitoring})


def findings(request: dict[str, Any], code: str) -> list[Finding]:
    return [found for found in assess(parse_request(request)).findings if found.code == code]


@dataclass
class Limit:
    """A limit with requests below, at and above it, and what the finding of the last one tells."""

    code: str
    below: dict[str, Any]
    at: dict[str, Any]
    above: dict[str, Any]
    words: tuple[str, ...]
    url: str
    severity: str = "error"
    category: str | None = None


HALF = Limit(
    "monitoring_exceeds_half",
    normal(750_000, 749_999, MIDDLE),
    normal(750_000, 750_000, MIDDLE),
    normal(750_000, 750_001, MIDDLE),  # half of 1,500,001 is 750,000.5
    ("750,001円", "1,500,001円", "1/2", "750,000円", "超えています"),
    SAPPORO,
)
CEILING = Limit(
    "monitoring_exceeds_ceiling",
    normal(2_000_000, 1_499_999, LARGE),
    normal(2_000_000, 1_500_000, LARGE),
    normal(2_000_000, 1_500_001, LARGE),
    ("中堅規模", "1,500,001円", "1,500,000円", "超えています"),
    SAPPORO,
)


def total(name: str, yen: int, sales: int, day: str, url: str) -> Limit:
    """Return the limit of a size class: planning takes what a monitoring of 300,000 leaves."""
    requests = [normal(yen - 300_000 + more, 300_000, sales, day) for more in (-1, 0, 1)]
    words = (name, f"{yen + 1:,}円", f"{yen:,}円", "超えています")
    return Limit("total_exceeds_size_class", requests[0], requests[1], requests[2], words, url)


TOTALS = [
    total("小規模", 1_000_000, SMALL, "2022-03-31", NAGASAKI),
    total("中規模", 2_000_000, MIDDLE, "2022-03-31", NAGASAKI),
    total("中堅規模", 3_000_000, LARGE, "2022-03-31", NAGASAKI),
    total("小規模", 1_500_000, SMALL, "2022-04-01", SAPPORO),
    total("中規模", 3_000_000, MIDDLE, "2022-04-01", SAPPORO),
    total("中堅規模", 4_500_000, LARGE, "2024-04-01", SAPPORO),
]


def cap(frame: str, day: str, category: str, at: int, words: tuple[str, ...], **parts: Any) -> Limit:
    """Return the limit at which the subsidy reaches its cap: three yen more of cost are two more of subsidy."""
    costs = [payload(frame, day, costs={category: at + more}, **parts) for more in (-3, 0, 3)]
    if frame == "normal":
        costs = [request | {"enterprise": {"annual_sales": LARGE, "interest_bearing_debt": 0}} for request in costs]
    return Limit("cap_binds", costs[0], costs[1], costs[2], words, "http", "info", category)


CAPS = [
    # cost 3,000,003 × 2/3 = 2,000,002
    cap("normal", "2025-04-10", "planning", 3_000_000, ("2,000,002円", "残り 2,000,000円", "補助上限額 2,000,000円")),
    cap("normal", "2025-04-10", "monitoring", 1_500_000, ("1,000,002円", "残り 1,000,000円", "補助上限額")),
    cap("normal", "2025-04-10", "negotiation", 150_000, ("100,002円", "残り 100,000円", "補助上限額")),
    cap("normal", "2020-04-10", "planning", 3_000_000, ("2,000,002円", "合わせた上限の残り 2,000,000円")),
    cap("sme_gl", "2025-04-10", "due_diligence", 4_500_000, ("3,000,002円", "補助上限額 3,000,000円")),
    cap("sme_gl", "2025-04-10", "planning", 4_500_000, ("3,000,002円", "補助上限額 3,000,000円")),
    cap("sme_gl", "2025-04-10", "monitoring", 1_500_000, ("1,000,002円", "補助上限額 1,000,000円")),
    cap("vup", "2019-04-10", "planning", 225_000, ("150,002円", "補助上限額 150,000円")),
    cap("vup", "2019-04-10", "monitoring_closing", 75_000, ("50,002円", "補助上限額 50,000円")),
    cap("vup", "2025-04-10", "monitoring_interim", 75_000, ("50,002円", "補助上限額 50,000円")),
    cap("vup", "2025-04-10", "negotiation", 150_000, ("100,002円", "補助上限額 100,000円")),
    cap("vup_bank", "2025-04-10", "planning", 225_000, ("150,002円", "補助上限額 150,000円")),
    # 90,000 of 150,000 is left: 135,000 × 2/3 = 90,000
    cap("vup", "2023-04-10", "planning", 135_000, ("90,002円", "残り 90,000円"), past_subsidies={"planning": 60_000}),
    # large: 4,500,000 × 2/3 − 1,000,000 − 1,900,000 = 100,000, less than the 1,000,000 left of the cap
    cap(
        *("normal", "2025-04-10", "planning", 150_000, ("100,002円", "総額の目安(中堅規模)による残り 100,000円")),
        past_subsidies={"planning": 1_000_000, "monitoring": 1_900_000},
    ),
]
ESTIMATE = Limit(
    "cost_exceeds_estimate",
    payload("vup", "2025-04-10", costs={"planning": 164_999}, estimates={"planning": 165_000}),
    payload("vup", "2025-04-10", costs={"planning": 165_000}, estimates={"planning": 165_000}),
    payload("vup", "2025-04-10", costs={"planning": 165_001}, estimates={"planning": 165_000}),
    ("計画策定支援費用 165,001円", "165,000円", "超えた 1円"),
    "https://www.fukunet.or.jp/keieikaizen/",
    "warning",
    "planning",
)


def at_zero(code: str, severity: str, url: str, words: tuple[str, ...], requests: list[dict[str, Any]]) -> Limit:
    return Limit(code, requests[0], requests[1], requests[2], words, url, severity)


HOLD = at_zero(
    *("holdback_without_monitoring", "warning", SAPPORO, ("補助額 1円の1/2", "0件")),
    # floor(1 × 2/3) = 0: nothing is held; floor(2 × 2/3) = 1 is
    [payload("sme_gl", "2025-04-10", costs={"due_diligence": yen}) for yen in (0, 1, 2)],
)
NEGOTIATION = at_zero(
    *("negotiation_without_monitoring", "warning", SAPPORO, ("補助額 1円は最後の伴走支援", "0件")),
    [payload("vup", "2025-04-10", costs={"negotiation": yen}) for yen in (0, 1, 2)],
)
LIMITS = [HALF, CEILING, *TOTALS, *CAPS, ESTIMATE, HOLD, NEGOTIATION]


@pytest.mark.parametrize("limit", [pytest.param(one, id=f"{one.code}-{n}") for n, one in enumerate(LIMITS)])
def test_a_limit_may_be_reached_and_not_passed(limit: Limit) -> None:
    assert findings(limit.below, limit.code) == []
    assert findings(limit.at, limit.code) == []
    found = findings(limit.above, limit.code)
    assert [(one.severity, one.category) for one in found] == [(limit.severity, limit.category)]
    for word in limit.words:
        assert word in found[0].message, found[0].message
    assert limit.url in found[0].source
    title = found[0].message.rpartition("(根拠: ")[2].removesuffix(")")
    assert title
    assert found[0].source.startswith(title)


@pytest.mark.parametrize(
    ("request_", "category", "label"),
    [
        (payload("normal", "2022-03-31", SMALL, costs={"negotiation": 1}), "negotiation", "金融機関交渉費用"),
        (payload("normal", "2025-04-10", SMALL, costs={"due_diligence": 1}), "due_diligence", "DD費用等"),
        (payload("sme_gl", "2025-04-10", costs={"negotiation": 1}), "negotiation", "金融機関交渉費用"),
        (payload("vup", "2022-03-31", costs={"monitoring_interim": 1}), "monitoring_interim", "伴走支援費用(期中)"),
        (payload("vup_bank", "2025-04-10", costs={"monitoring": 1}), "monitoring", "伴走支援費用"),
    ],
)
def test_one_yen_in_a_category_that_the_frame_lacks_is_an_error(
    request_: dict[str, Any], category: str, label: str
) -> None:
    found = findings(request_, "category_not_in_frame")
    assert [(one.severity, one.category) for one in found] == [("error", category)]
    assert f"{label}はなく、1円は補助の対象になりません" in found[0].message
    nothing = {**request_, "costs": {category: 0}}
    assert findings(nothing, "category_not_in_frame") == []
    assert [line.category for line in assess(parse_request(nothing)).lines] == [category]  # named, though of 0 yen


PROOFS = {
    "reuse_needs_council": [
        ("normal", "2013-03-08", "業況悪化", "meti.go.jp"),
        ("normal", "2022-04-01", "ウクライナ情勢", SAPPORO),
        ("normal", "2024-03-31", "原油価格高騰", SAPPORO),
        ("normal", "2024-04-01", "協議会の承認", "nahacci"),
        ("sme_gl", "2022-04-15", "新型コロナウイルス感染症", SAPPORO),
        ("sme_gl", "2024-04-01", "別紙1の備考", "nahacci"),
        ("vup", "2022-04-01", "証憑が必要", "isico"),
    ],
    "reuse_not_allowed": [
        ("vup", "2022-03-31", "認められていません", "nahacci"),
        ("vup", "2024-04-01", "上限は0円", "nahacci"),
        ("vup_bank", "2024-02-01", "認められていません", "/financial/"),
        ("vup_bank", "2028-01-31", "認められていません", "/financial/"),
    ],
}


@pytest.mark.parametrize(
    ("code", "frame", "day", "word", "url"), [(code, *row) for code, rows in PROOFS.items() for row in rows]
)
def test_reuse_begins_with_the_first_yen(code: str, frame: str, day: str, word: str, url: str) -> None:
    sales = MIDDLE if frame == "normal" else None
    for nothing in ({}, {"planning": 0, "negotiation": 0}):
        assert findings(payload(frame, day, sales, past_subsidies=nothing), code) == []
    # a category that the frame lacks counts as well, and the amounts are added up
    found = findings(payload(frame, day, sales, past_subsidies={"due_diligence": 1, "planning": 1_233}), code)
    assert len(found) == 1
    assert "1,234円" in found[0].message
    assert word in found[0].message
    assert url in found[0].source
    other = "reuse_not_allowed" if code == "reuse_needs_council" else "reuse_needs_council"
    assert findings(payload(frame, day, sales, past_subsidies={"planning": 1}), other) == []


@pytest.mark.parametrize("day", ["2013-03-08", "2022-03-31"])
def test_the_ceiling_began_in_2022_and_for_the_largest_class_only(day: str) -> None:
    assert findings(normal(2_000_000, 1_900_000, LARGE, day), "monitoring_exceeds_ceiling") == []
    assert findings(normal(2_000_000, 1_900_000, LARGE - 1, "2022-04-01"), "monitoring_exceeds_ceiling") == []
    assert len(findings(normal(2_000_000, 1_900_000, LARGE, "2022-04-01"), "monitoring_exceeds_ceiling")) == 1


def test_the_size_rules_look_at_the_cost_and_not_at_the_estimate() -> None:
    over = normal(1_000_000, 500_001, SMALL) | {"estimates": {"planning": 1, "monitoring": 1}}
    assert len(findings(over, "total_exceeds_size_class")) == 1
    inside = normal(1_000_000, 500_000, SMALL) | {"estimates": {"planning": 10**9, "monitoring": 10**9}}
    assert findings(inside, "total_exceeds_size_class") == []
    assert findings(normal(0, 1, SMALL) | {"estimates": {"monitoring": 0}}, "monitoring_exceeds_half") != []


def test_one_period_is_enough_for_held_halves_and_negotiation() -> None:
    costs = {"planning": 300_000, "negotiation": 30_000}
    period = {"category": "monitoring", "ends_on": date(2026, 3, 31).isoformat(), "cost": 0}
    without = payload("normal", "2025-04-10", MIDDLE, costs=costs)
    for code in ("holdback_without_monitoring", "negotiation_without_monitoring"):
        assert len(findings(without, code)) == 1
        assert findings(without | {"monitoring_periods": [period]}, code) == []
    # monitoring with a cost but no period is still no period
    assert len(findings(normal(300_000, 300_000, MIDDLE), "holdback_without_monitoring")) == 1
