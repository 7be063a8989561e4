"""The values of the rules as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from subsidies.rules.version import Parameter
from vapup.shared.money import format_yen

# What a rule says that is no figure; every word of `SPECS` has its sentence here.
RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "floor_to_yen": "1円未満を切り捨てる",
        "eligible_up_to_estimate": "利用申請の額までを対象とする",
        "tax_included": "消費税込みの額で数える",
        "size_total_times_rate": "総額の目安に補助率を掛けた額から、過去に支払われた額を引く",
        "floor_then_rest": "先に支払う分は1円未満を切り捨て、残りを後に支払う",
        "with_first_period": "初回の伴走支援の支払申請期間が過ぎると失効する",
        "last_monitoring_claim": "最後の伴走支援の支払申請とあわせて支払われる",
        "each_period": "対象期間ごとに数える",
        "not_allowed": "認められない",
        "decline_proof": "業況が悪化したことを示す資料があれば認められる",
        "council_approval": "協議会が適当と認めるときに限る",
    }
)
NONE: Final = "定めなし"


def value_in_words(parameter: Parameter | None) -> str:
    """Write the value of a parameter with its unit; a version without it has no such rule."""
    if parameter is None:
        return NONE
    value = parameter.value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, int):
        return f"{format_yen(value)}円" if parameter.unit == "yen" else f"{value}か月"
    return RULES.get(value, value)
