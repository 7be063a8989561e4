"""The facts that an assessment starts from, and how they are read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.strict_json import REPEATED, NotJson, read_json
from vapup.shared.errors import DomainError

LARGEST_YEN: Final = 10**12
_ISO_LENGTH: Final = len("2000-01-01")
MONITORING_CATEGORIES: Final = frozenset(
    {CostCategory.MONITORING, CostCategory.MONITORING_INTERIM, CostCategory.MONITORING_CLOSING}
)
_NOTHING: Final[Mapping[CostCategory, int]] = MappingProxyType({})

_FRAMES: Final = {frame.value: frame for frame in SchemeFrame}
_CATEGORIES: Final = {category.value: category for category in CostCategory}
_ENTERPRISE_FIELDS: Final = ("annual_sales", "interest_bearing_debt")
_PERIOD_FIELDS: Final = frozenset({"category", "ends_on", "cost"})
_FIELDS: Final = frozenset(
    {"frame", "accepted_on", "enterprise", "costs", "estimates", "past_subsidies", "monitoring_periods"}
)


class InvalidRequest(DomainError):
    """A request that cannot be assessed; `field` is a path such as costs.planning, or none for the whole text."""

    def __init__(self, code: str, field: str | None, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class PeriodCost(NamedTuple):
    """One monitoring period (伴走支援対象期間): its last day, and its cost in yen, tax included."""

    category: CostCategory
    ends_on: date
    cost_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessRequest:
    """The facts of a case, every amount in whole yen with consumption tax.

    `accepted_on` (受理日) picks the rules. A category's cost stands in `costs` or in `monitoring_periods`, never in
    both. `estimates` is what the usage application filed, `past_subsidies` what the council paid for earlier cases of
    the frame. Sales and debt are needed for the normal frame only.
    """

    frame: SchemeFrame
    accepted_on: date
    annual_sales_yen: int | None = None
    interest_bearing_debt_yen: int | None = None
    costs: Mapping[CostCategory, int] = field(default_factory=dict)
    estimates: Mapping[CostCategory, int] = field(default_factory=dict)
    past_subsidies: Mapping[CostCategory, int] = field(default_factory=dict)
    monitoring_periods: tuple[PeriodCost, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the request as values that JSON can hold; `parse_request` reads them back."""
        values: dict[str, Any] = {
            "frame": self.frame.value,
            "accepted_on": self.accepted_on.isoformat(),
            **{name: _by_word(getattr(self, name)) for name in ("costs", "estimates", "past_subsidies")},
            "monitoring_periods": [
                {"category": one.category.value, "ends_on": one.ends_on.isoformat(), "cost": one.cost_yen}
                for one in self.monitoring_periods
            ],
        }
        if self.annual_sales_yen is not None and self.interest_bearing_debt_yen is not None:
            figures = (self.annual_sales_yen, self.interest_bearing_debt_yen)
            values["enterprise"] = dict(zip(("annual_sales", "interest_bearing_debt"), figures, strict=True))
        return values


def _by_word(amounts: Mapping[CostCategory, int]) -> dict[str, int]:
    return {category.value: yen for category, yen in amounts.items()}


def read_request(text: str) -> AssessRequest:
    """Read a request from JSON text.

    Raises:
        InvalidRequest: the text is no JSON object, or the object is no request.
    """
    try:
        return parse_request(read_json(text))
    except NotJson as error:
        raise InvalidRequest("invalid_request", None, "JSONとして読めません。") from error


def parse_request(payload: object) -> AssessRequest:
    """Check a request that was read from JSON; of several faults the first by the order of the fields is named.

    Raises:
        InvalidRequest: with the code invalid_request, or frame_not_open where only the rules of that day are missing.
    """
    if not isinstance(payload, dict):
        _refuse(None, "JSONのオブジェクトではありません。")
    frame = _frame(payload)
    accepted_on = _day(payload, "accepted_on", "accepted_on")
    sales, debt = _enterprise(payload, frame)
    costs = _amounts(payload, "costs")
    request = AssessRequest(
        frame=frame,
        accepted_on=accepted_on,
        annual_sales_yen=sales,
        interest_bearing_debt_yen=debt,
        costs=costs,
        estimates=_amounts(payload, "estimates"),
        past_subsidies=_amounts(payload, "past_subsidies"),
        monitoring_periods=_periods(payload, accepted_on, costs),
    )
    if not _FIELDS.issuperset(payload):
        _refuse_unknown(payload, _FIELDS, "")
    try:
        rule_version_on(frame, accepted_on)
    except FrameNotOpen as error:
        raise InvalidRequest("frame_not_open", "accepted_on", error.message) from error
    return request


def _frame(payload: Mapping[str, object]) -> SchemeFrame:
    value = payload.get("frame")
    frame = _FRAMES.get(value) if isinstance(value, str) else None
    if frame is None:
        _refuse_value(payload, "frame", "frame", f"は {'、'.join(_FRAMES)} のいずれかで指定してください。")
    return frame


def _enterprise(payload: Mapping[str, object], frame: SchemeFrame) -> tuple[int | None, int | None]:
    """Read sales and debt where the frame has size classes; elsewhere the figures are not looked at."""
    enterprise = payload.get("enterprise")
    if frame is not SchemeFrame.NORMAL:
        if enterprise is REPEATED:
            _refuse_value(payload, "enterprise", "enterprise", "")
        return None, None
    if not isinstance(enterprise, dict):
        _refuse_value(payload, "enterprise", "enterprise", "は売上高と有利子負債を持つオブジェクトにしてください。")
    figures = [_yen(enterprise, field, "enterprise") for field in _ENTERPRISE_FIELDS]
    _refuse_unknown(enterprise, frozenset(_ENTERPRISE_FIELDS), "enterprise.")
    return figures[0], figures[1]


def _amounts(payload: Mapping[str, object], name: str) -> Mapping[CostCategory, int]:
    """Read yen by category; a fault is named in the order of the categories, unknown ones last."""
    if name not in payload:
        return _NOTHING
    given = payload[name]
    if not isinstance(given, dict):
        _refuse_value(payload, name, name, "は費用区分ごとの金額を持つオブジェクトにしてください。")
    amounts = {}
    for key, value in given.items():
        category = _CATEGORIES.get(key)
        if category is None or type(value) is not int or not 0 <= value <= LARGEST_YEN:
            _refuse_amounts(given, name)
        amounts[category] = value
    return amounts


def _refuse_amounts(given: Mapping[str, object], name: str) -> NoReturn:
    for key in _CATEGORIES:
        if key in given:
            _yen(given, key, name)
    _refuse_name(f"{name}.{next(key for key in given if key not in _CATEGORIES)}")


def _periods(
    payload: Mapping[str, object], accepted_on: date, costs: Mapping[CostCategory, int]
) -> tuple[PeriodCost, ...]:
    name = "monitoring_periods"
    if name not in payload:
        return ()
    given = payload[name]
    if not isinstance(given, list):
        _refuse_value(payload, name, name, "は配列にしてください。")
    return tuple([_period(row, f"{name}[{index}]", accepted_on, costs) for index, row in enumerate(given)])


def _period(row: object, path: str, accepted_on: date, costs: Mapping[CostCategory, int]) -> PeriodCost:
    if not isinstance(row, dict):
        _refuse(path, f"{path} は category、ends_on、cost を持つオブジェクトにしてください。")
    value = row.get("category")
    category = _CATEGORIES.get(value) if isinstance(value, str) else None
    if category not in MONITORING_CATEGORIES:
        _refuse_value(row, "category", f"{path}.category", "は伴走支援の費用区分で指定してください。")
    if category in costs:
        _refuse(f"{path}.category", f"{category.label}は costs にもあります。どちらか一方で指定してください。")
    ends_on = _day(row, "ends_on", f"{path}.ends_on")
    if ends_on < accepted_on:
        _refuse(f"{path}.ends_on", f"対象期間の最終日 {ends_on} が受理日 {accepted_on} より前です。")
    cost = row.get("cost")
    if type(cost) is not int or not 0 <= cost <= LARGEST_YEN:
        cost = _yen(row, "cost", path)
    if len(row) != len(_PERIOD_FIELDS):
        _refuse_unknown(row, _PERIOD_FIELDS, f"{path}.")
    return PeriodCost(category, ends_on, cost)


def _day(values: Mapping[str, object], key: str, path: str) -> date:
    value = values.get(key)
    day = _iso_day(value) if isinstance(value, str) and len(value) == _ISO_LENGTH else None
    if day is None:
        _refuse_value(values, key, path, "は 2000年から2099年までの日付を YYYY-MM-DD で指定してください。")
    return day


@lru_cache(maxsize=8192)
def _iso_day(text: str) -> date | None:
    """Return the day of a text of ten characters, or none for anything but YYYY-MM-DD, 2000 to 2099."""
    if not text.startswith("20") or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _yen(values: Mapping[str, object], key: str, parent: str) -> int:
    value = values.get(key)
    if type(value) is not int or not 0 <= value <= LARGEST_YEN:
        _refuse_value(values, key, f"{parent}.{key}", "は 0 以上 1,000,000,000,000 以下の整数(円)で指定してください。")
    return value


def _refuse_value(values: Mapping[str, object], key: str, path: str, expected: str) -> NoReturn:
    if key not in values:
        _refuse(path, f"{path} がありません。")
    if values[key] is REPEATED:
        _refuse(path, f"{path} が重複しています。")
    _refuse(path, f"{path} {expected}")


def _refuse_unknown(values: Mapping[str, object], known: frozenset[str], prefix: str) -> None:
    for key in values:
        if key not in known:
            _refuse_name(f"{prefix}{key}")


def _refuse_name(path: str) -> NoReturn:
    _refuse(path, f"{path} という項目はありません。")


def _refuse(path: str | None, message: str) -> NoReturn:
    raise InvalidRequest("invalid_request", path, message)
