"""The subsidies of every frame once more, as a small tax-benefit system for openfisca-core.

Run by `tests.bench.rules` in an environment of its own. A line of standard input holds a list of requests; the line
that answers it holds the seconds each took, from the request to its subsidies, and the subsidies with their total.
Own burden, payments, deadlines, findings and a trace are left out. OpenFisca keeps whole numbers in 32 bits, so that
no amount may exceed 1,000,000,000 yen.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

CATEGORIES = ("due_diligence", "planning", "monitoring", "monitoring_interim", "monitoring_closing", "negotiation")
NO_LIMIT = 2**30
OPENING = "2013-03-08"
REFORM = "2022-04-01"
SIZE_TOTALS = {
    "small": (1_000_000, 1_500_000),
    "medium": (2_000_000, 3_000_000),
    "medium_large": (3_000_000, 4_500_000),
}
# By frame and category: the cap from each day on; none of it is a cap of 0.
CAPS: dict[str, dict[str, dict[str, int]]] = {
    "normal": {
        "planning": {REFORM: 2_000_000},
        "monitoring": {REFORM: 1_000_000},
        "negotiation": {REFORM: 100_000},
    },
    "sme_gl": {
        "due_diligence": {"2022-04-15": 3_000_000},
        "planning": {"2022-04-15": 3_000_000},
        "monitoring": {"2022-04-15": 1_000_000},
    },
    "vup": {
        "planning": {"2017-05-29": 150_000},
        "monitoring_interim": {REFORM: 50_000},
        "monitoring_closing": {"2017-05-29": 50_000},
        "negotiation": {REFORM: 100_000},
    },
    "vup_bank": {"planning": {"2024-02-01": 150_000}},
}
APPLICATION = build_entity("application", "applications", "A usage application", is_person=True)


class Frame(Enum):
    """The frames, as OpenFisca wants them."""

    normal = "normal"
    sme_gl = "sme_gl"
    vup = "vup"
    vup_bank = "vup_bank"


def _values(by_day: dict[str, int]) -> dict[str, Any]:
    return {"values": {day: {"value": value} for day, value in by_day.items()}}


def _parameters() -> ParameterNode:
    data: dict[str, Any] = {
        "cap": {
            one: {frame: _values({"2000-01-01": 0, **CAPS[frame].get(one, {})}) for frame in CAPS} for one in CATEGORIES
        },
        "joint_cap": _values({OPENING: 2_000_000}),
        "size_total": {size: _values({OPENING: old, REFORM: new}) for size, (old, new) in SIZE_TOTALS.items()},
        "small_below": _values({OPENING: 100_000_000}),
        "large_from": _values({OPENING: 1_000_000_000}),
    }
    return ParameterNode("", data=data)


def _variable(name: str, **members: Any) -> type:
    common = {"value_type": int, "entity": APPLICATION, "definition_period": DateUnit.DAY, "label": name}
    return type(name, (Variable,), {**common, **members})


def _two_thirds(case: Any, day: Any, category: str) -> Any:
    return np.minimum(case(f"cost_{category}", day), case(f"estimate_{category}", day)) * 2 // 3


def _past(case: Any, day: Any) -> Any:
    return case("past_planning", day) + case("past_monitoring", day)


def _own_limit(category: str) -> Any:
    def formula(case: Any, day: Any, parameters: Any) -> Any:
        cap = parameters(day).cap[category][case("frame", day)]
        return np.minimum(_two_thirds(case, day, category), np.maximum(0, cap - case(f"past_{category}", day)))

    return formula


def _shared_limit(category: str) -> Any:
    def formula(case: Any, day: Any, _parameters: Any) -> Any:
        room = case("remainder", day)
        if category == "monitoring":
            room = room - case("subsidy_planning", day)
        return np.minimum(_two_thirds(case, day, category), room)

    return formula


def _until_2022(category: str) -> Any:
    own, shared = _own_limit(category), _shared_limit(category)

    def formula(case: Any, day: Any, parameters: Any) -> Any:
        is_normal = case("frame", day) == Frame.normal
        return np.where(is_normal, shared(case, day, parameters), own(case, day, parameters))

    return formula


def _since_2022(category: str) -> Any:
    own, shared = _own_limit(category), _shared_limit(category)

    def formula(case: Any, day: Any, parameters: Any) -> Any:
        is_reuse = (case("frame", day) == Frame.normal) & (_past(case, day) > 0)
        alone = own(case, day, parameters)
        return np.where(is_reuse, np.minimum(alone, shared(case, day, parameters)), alone)

    return formula


def _remainder_of_joint_cap(case: Any, day: Any, parameters: Any) -> Any:
    return np.maximum(0, parameters(day).joint_cap - _past(case, day))


def _remainder_of_size_total(case: Any, day: Any, _parameters: Any) -> Any:
    return np.maximum(0, case("size_total", day) * 2 // 3 - _past(case, day))


def _size_total(case: Any, day: Any, parameters: Any) -> Any:
    rules = parameters(day)
    larger = np.maximum(case("annual_sales", day), case("interest_bearing_debt", day))
    totals = rules.size_total
    above = np.where(larger >= rules.large_from, totals.medium_large, totals.medium)
    return np.where(larger < rules.small_below, totals.small, above)


def _total(case: Any, day: Any, _parameters: Any) -> Any:
    return sum(case(f"subsidy_{category}", day) for category in CATEGORIES)


def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([APPLICATION])
    system.parameters = _parameters()
    frame = {"value_type": Enum, "possible_values": Frame, "default_value": Frame.normal}
    variables = [_variable("frame", **frame), _variable("annual_sales"), _variable("interest_bearing_debt")]
    variables.append(_variable("size_total", formula=_size_total))
    remainders = {"formula": _remainder_of_joint_cap, "formula_2022_04_01": _remainder_of_size_total}
    variables.append(_variable("remainder", **remainders))
    for one in CATEGORIES:
        variables += [_variable(f"cost_{one}"), _variable(f"past_{one}")]
        variables.append(_variable(f"estimate_{one}", default_value=NO_LIMIT))
        formulas = {"formula": _own_limit(one)}
        if one in {"planning", "monitoring"}:
            formulas = {"formula": _until_2022(one), "formula_2022_04_01": _since_2022(one)}
        variables.append(_variable(f"subsidy_{one}", **formulas))
    variables.append(_variable("subsidy", formula=_total))
    system.add_variables(*variables)
    return system


def _subsidies(system: TaxBenefitSystem, request: dict[str, Any]) -> dict[str, int]:
    """Build the situation as OpenFisca's manual shows it; ask for the subsidy of each category named, and in all."""
    day: str = request["accepted_on"]
    costs: dict[str, int] = dict(request.get("costs", {}))
    for one in request.get("monitoring_periods", ()):
        costs[one["category"]] = costs.get(one["category"], 0) + one["cost"]
    given = {
        "frame": request["frame"],
        **{f"cost_{category}": yen for category, yen in costs.items()},
        **{f"estimate_{category}": yen for category, yen in request.get("estimates", {}).items()},
        **{f"past_{category}": yen for category, yen in request.get("past_subsidies", {}).items()},
        **request.get("enterprise", {}),
    }
    situation = {"applications": {"one": {name: {day: value} for name, value in given.items()}}}
    simulation = SimulationBuilder().build_from_entities(system, situation)
    by_category = {category: int(simulation.calculate(f"subsidy_{category}", day)[0]) for category in costs}
    return {**by_category, "total": int(simulation.calculate("subsidy", day)[0])}


def main() -> None:
    """Answer every line of standard input."""
    system = _system()
    for line in sys.stdin:
        seconds, answers = [], []
        for request in json.loads(line):
            start = time.perf_counter()
            answers.append(_subsidies(system, request))
            seconds.append(time.perf_counter() - start)
        sys.stdout.write(json.dumps({"seconds": seconds, "subsidies": answers}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
