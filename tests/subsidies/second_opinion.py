"""The whole assessment worked out a second time, from the notices and from plain JSON; no code of the product is used.

Amounts are exact fractions until they are floored; tables are typed in by hand, so a slip in the rule data shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

MAN = 10_000
ORDER = ["due_diligence", "planning", "monitoring", "monitoring_interim", "monitoring_closing", "negotiation"]
BEGINNING_OF_CONFIRMED_WINDOWS = date(2023, 4, 1)


@dataclass(frozen=True)
class Notice:
    """What the notices of one version say; amounts in 万円, months for the plan claim and the monitoring claims."""

    frame: str
    first: str
    last: str | None
    caps: dict[str, int]
    plan_months: int
    lapse_months: int | None
    reuse: str
    size_totals: tuple[int, int, int] | None = None
    joint: int | None = None


NORMAL_2022 = {"planning": 200, "monitoring": 100, "negotiation": 10}
GL_2022 = {"due_diligence": 300, "planning": 300, "monitoring": 100}
VUP_2022 = {"planning": 15, "monitoring_interim": 5, "monitoring_closing": 5, "negotiation": 10}
VUP_2017 = {"planning": 15, "monitoring_closing": 5}
BANK = {"planning": 15}
JOINT = {"planning": 200, "monitoring": 200}
NOTICES = {
    "normal-2013": Notice("normal", "2013-03-08", "2022-03-31", JOINT, 24, None, "warn", (100, 200, 300), 200),
    "normal-2022": Notice("normal", "2022-04-01", "2024-03-31", NORMAL_2022, 24, 6, "warn", (150, 300, 450)),
    "normal-2024": Notice("normal", "2024-04-01", None, NORMAL_2022, 24, 6, "warn", (150, 300, 450)),
    "sme_gl-2022": Notice("sme_gl", "2022-04-15", None, GL_2022, 24, 6, "warn"),
    "vup-2017": Notice("vup", "2017-05-29", "2022-03-31", VUP_2017, 12, None, "bar"),
    "vup-2022": Notice("vup", "2022-04-01", "2024-03-31", VUP_2022, 12, 6, "warn"),
    "vup-2024": Notice("vup", "2024-04-01", None, VUP_2022, 12, 6, "bar"),
    "vup_bank-2024": Notice("vup_bank", "2024-02-01", "2025-01-31", BANK, 12, None, "bar"),
    "vup_bank-2025": Notice("vup_bank", "2025-02-01", "2028-01-31", BANK, 12, None, "bar"),
}


class Opinion:
    """One request judged: every list as the answer's JSON has it, and the rows that no source confirms by their id."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        self.accepted = date.fromisoformat(payload["accepted_on"])
        self.version, self.notice = notice_of(payload["frame"], self.accepted)
        self.estimates: dict[str, int] = payload.get("estimates", {})
        self.past: dict[str, int] = payload.get("past_subsidies", {})
        self.periods: list[dict[str, Any]] = sorted(
            payload.get("monitoring_periods", []), key=lambda period: str(period["ends_on"])
        )
        self.costs: dict[str, int] = dict(payload.get("costs", {}))
        for period in self.periods:
            self.costs[period["category"]] = self.costs.get(period["category"], 0) + period["cost"]
        self.size = self._size()
        self.subsidies = self._subsidies()
        self.payments = list(self._payments())
        self.deadlines = list(self._deadlines())

    @property
    def has_halves(self) -> bool:
        """Tell whether half of the plan subsidy waits: every version that lapses monitoring claims has that too."""
        return self.notice.lapse_months is not None

    def _size(self) -> str | None:
        if self.notice.size_totals is None:
            return None
        larger = max(self.payload["enterprise"].values())
        return "small" if larger < 10_000 * MAN else "medium" if larger < 100_000 * MAN else "medium_large"

    def eligible(self, category: str) -> int:
        """Return the cost as far as the usage application filed it."""
        return min(self.costs[category], self.estimates.get(category, self.costs[category]))

    def two_thirds(self, category: str) -> int:
        """Return two thirds of the eligible cost, floored."""
        return floor(Fraction(2, 3) * self.eligible(category))

    def size_total(self) -> int:
        """Return what planning and monitoring may cost together by the size class, in yen."""
        totals = self.notice.size_totals or (0, 0, 0)
        return totals[["small", "medium", "medium_large"].index(self.size or "small")] * MAN

    def _subsidies(self) -> dict[str, int]:
        past_shared = self.past.get("planning", 0) + self.past.get("monitoring", 0)
        pool: int | None = None
        if self.notice.joint:
            pool = max(0, self.notice.joint * MAN - past_shared)
        elif self.size and past_shared:
            pool = max(0, floor(Fraction(2, 3) * self.size_total()) - past_shared)
        given: dict[str, int] = {}
        for category in ORDER:
            if category not in self.costs:
                continue
            if category not in self.notice.caps:
                given[category] = 0
                continue
            own_cap = max(0, self.notice.caps[category] * MAN - self.past.get(category, 0))
            limits = [self.two_thirds(category)] + ([] if self.notice.joint else [own_cap])
            if pool is not None and category in {"planning", "monitoring"}:
                limits.append(pool)
                pool -= min(limits)
            given[category] = min(limits)
        return given

    def lines(self) -> list[dict[str, Any]]:
        """Return category, cost, subsidy and own burden of every line."""
        return [
            {"category": one, "cost": self.costs[one], "subsidy": yen, "own_burden": self.costs[one] - yen}
            for one, yen in self.subsidies.items()
        ]

    def totals(self) -> dict[str, int]:
        """Return the sums of the lines."""
        cost, subsidy = sum(self.costs.values()), sum(self.subsidies.values())
        return {"cost": cost, "subsidy": subsidy, "own_burden": cost - subsidy}

    def _payments(self) -> Iterable[dict[str, Any]]:
        for category in ("due_diligence", "planning"):
            if subsidy := self.subsidies.get(category, 0):
                at_once = subsidy // 2 if self.has_halves else subsidy
                yield _payment(category, "plan_claim", None, at_once)
                if self.has_halves:
                    yield _payment(category, "first_monitoring_claim", None, subsidy - at_once)
        for number, period in enumerate(self.periods, 1):
            category = period["category"]
            until = [one["cost"] for one in self.periods[:number] if one["category"] == category]
            earned, before = self._earned(category, sum(until)), self._earned(category, sum(until[:-1]))
            yield _payment(category, "monitoring_claim", number, earned - before)
        if subsidy := self.subsidies.get("negotiation", 0):
            yield _payment("negotiation", "last_monitoring_claim", None, subsidy)

    def _earned(self, category: str, cost: int) -> int:
        filed = min(cost, self.estimates.get(category, cost))
        return min(floor(Fraction(2, 3) * filed), self.subsidies[category])

    def _deadlines(self) -> Iterable[dict[str, Any]]:
        everything = sum(payment["amount"] for payment in self.payments)
        yield _deadline("plan_claim", None, months_after(self.accepted, self.notice.plan_months), everything)
        if self.notice.lapse_months is None:
            return
        with_first = [one["amount"] for one in self.payments if one["trigger"] == "first_monitoring_claim"]
        with_last = [one["amount"] for one in self.payments if one["trigger"] == "last_monitoring_claim"]
        for number, period in enumerate(self.periods, 1):
            risked = [one["amount"] for one in self.payments if one["period"] == number]
            risked += with_first if number == 1 else []
            risked += with_last if number == len(self.periods) else []
            end = months_after(date.fromisoformat(period["ends_on"]), self.notice.lapse_months)
            yield _deadline("monitoring_claim", number, end, sum(risked))

    def findings(self) -> list[tuple[str, str, str | None]]:
        """Return code, severity and category of every finding but unconfirmed_rule, in their order."""
        inside = [category for category in self.subsidies if category in self.notice.caps]
        return [
            *(
                ("category_not_in_frame", "error", one)
                for one in self.subsidies
                if one not in inside and self.costs[one]
            ),
            *self._size_findings(),
            *self._reuse_findings(),
            *(("cost_exceeds_estimate", "warning", one) for one in inside if self.eligible(one) < self.costs[one]),
            *self._findings_without_periods(),
            *(("cap_binds", "info", one) for one in inside if self.subsidies[one] < self.two_thirds(one)),
        ]

    def _size_findings(self) -> Iterable[tuple[str, str, None]]:
        if self.size is None:
            return
        planning, monitoring = self.costs.get("planning", 0), self.costs.get("monitoring", 0)
        if Fraction(monitoring) > Fraction(planning + monitoring, 2):
            yield "monitoring_exceeds_half", "error", None
        if self.size == "medium_large" and self.version != "normal-2013" and monitoring > 150 * MAN:
            yield "monitoring_exceeds_ceiling", "error", None
        if planning + monitoring > self.size_total():
            yield "total_exceeds_size_class", "error", None

    def _reuse_findings(self) -> Iterable[tuple[str, str, None]]:
        if sum(self.past.values()):
            barred = self.notice.reuse == "bar"
            yield ("reuse_not_allowed", "error", None) if barred else ("reuse_needs_council", "warning", None)

    def _findings_without_periods(self) -> Iterable[tuple[str, str, None]]:
        plan = self.subsidies.get("due_diligence", 0) + self.subsidies.get("planning", 0)
        if self.has_halves and plan and not self.periods:
            yield "holdback_without_monitoring", "warning", None
        if self.subsidies.get("negotiation", 0) and not self.periods:
            yield "negotiation_without_monitoring", "warning", None

    def unconfirmed(self) -> set[str]:
        """Return the ids of the rows that took part and that no official source confirms."""
        frame, since = self.notice.frame, "2022-04-15" if self.notice.frame == "sme_gl" else "2022-04-01"
        opening = {"normal": "2013-03-08", "sme_gl": "2022-04-15", "vup": "2017-05-29", "vup_bank": "2024-02-01"}[frame]
        plan = [one for one in ("due_diligence", "planning") if self.subsidies.get(one)]
        held, lapses = bool(plan) and self.has_halves, self.has_halves and bool(self.periods)
        reused = self.past.get("planning", 0) + self.past.get("monitoring", 0) > 0
        shares = {"sme_gl-2022": (plan, "2022-04-15"), "vup-2024": (plan, "2024-04-01")}.get(self.version, ([], ""))
        rows = {
            f"rounding.{frame}@{opening}": any(category in self.notice.caps for category in self.costs),
            f"plan_claim_months.{frame}@{opening}": frame != "vup_bank"
            and self.accepted < BEGINNING_OF_CONFIRMED_WINDOWS,
            f"size_remainder.normal@{since}": self.version in {"normal-2022", "normal-2024"} and reused,
            f"half_rounding.{frame}@{since}": held,
            f"holdback_lapse.{frame}@{since}": held and lapses,
            f"monitoring_window_basis.{frame}@{since}": lapses,
            f"monitoring_claim_months.{frame}@{since}": frame == "vup" and lapses,
        }
        return {one for one, took_part in rows.items() if took_part} | {
            f"holdback_share.{frame}.{category}@{shares[1]}" for category in shares[0]
        }


def notice_of(frame: str, day: date) -> tuple[str, Notice]:
    """Return the version in force on a day, and its notice."""
    for version, notice in NOTICES.items():
        if notice.frame == frame and notice.first <= day.isoformat() <= (notice.last or "9999"):
            return version, notice
    raise LookupError(f"{frame} is closed on {day}")


def months_after(start: date, months: int) -> date:
    """Return the last of the months that begin on the day after `start` (民法140条・143条)."""
    begins = start + timedelta(days=1)
    month = begins.year * 12 + begins.month - 1 + months
    try:
        return date(month // 12, month % 12 + 1, begins.day) - timedelta(days=1)
    except ValueError:  # no corresponding day: the month's last day, the day before the next month begins
        return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def _payment(category: str, trigger: str, period: int | None, amount: int) -> dict[str, Any]:
    return {"category": category, "trigger": trigger, "period": period, "amount": amount}


def _deadline(kind: str, period: int | None, end: date, yen_at_risk: int) -> dict[str, Any]:
    lapses = end + timedelta(days=1)
    return {
        "kind": kind,
        "period": period,
        "claim_by": end.isoformat(),
        "lapses_on": lapses.isoformat(),
        "yen_at_risk": yen_at_risk,
    }
