"""The trace (計算根拠): one entry for every step that led to a figure, with its rule and source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Protocol

from subsidies.enums import CostCategory


class RuleSource(Protocol):
    """Where a rule is written; see `loading.Source`."""

    @property
    def url(self) -> str:
        """The address of the public text."""

    @property
    def citation(self) -> str:
        """Title, clause and address in one line."""


class Rule(Protocol):
    """What a step applies: a dated parameter, or a rule version as a whole."""

    @property
    def id(self) -> str:
        """The name of the row in the rule data."""

    @property
    def source(self) -> RuleSource:
        """The public text that the row rests on."""

    @property
    def confirmed(self) -> bool:
        """Whether an official source says so; otherwise it is this product's reading."""

    def __hash__(self) -> int:
        """Rules are told apart by identity."""


@dataclass(frozen=True, eq=False)
class StepKind:
    """One kind of step under one rule version: everything about it but its figures.

    `inputs` names the figures that go in, in the order in which a step holds them; the result comes last. Figures
    are whole yen or counts; names in `texts` hold days (YYYY-MM-DD) or codes instead.
    """

    step: str
    label: str
    formula: str
    inputs: tuple[str, ...]
    rules: Sequence[Rule]
    category: CostCategory | None = None
    texts: frozenset[str] = frozenset()

    @cached_property
    def rule(self) -> str:
        """The names of the rows in the rule data that the step applies."""
        return " ".join(rule.id for rule in self.rules)

    @cached_property
    def source(self) -> str:
        """The addresses of the public texts that the step rests on."""
        return " ".join(dict.fromkeys(rule.source.url for rule in self.rules))

    @property
    def confirmed(self) -> bool:
        """Whether official sources say all that the step applies."""
        return not self.unconfirmed

    @cached_property
    def unconfirmed(self) -> tuple[Rule, ...]:
        """The rows that no official source confirms."""
        return tuple(rule for rule in self.rules if not rule.confirmed)

    @cached_property
    def template(self) -> str:
        """The JSON of a step, with a place for each figure."""
        inputs = [f"{json.dumps(name)}:{self._place(name)}" for name in self.inputs]
        parts = {
            "step": _fixed(self.step),
            "category": _fixed(self.category and self.category.value),
            "inputs": f"{{{','.join(inputs)}}}",
            "result": self._place("result"),
            "rule": _fixed(self.rule),
            "source": _fixed(self.source),
            "confirmed": "true" if self.confirmed else "false",
        }
        return "{" + ",".join(f'"{name}":{value}' for name, value in parts.items()) + "}"

    def _place(self, name: str) -> str:
        return '"%s"' if name in self.texts else "%d"


def _fixed(value: str | None) -> str:
    return json.dumps(value).replace("%", "%%")


Figure = int | str


@lru_cache(maxsize=8192)
def iso(day: date) -> str:
    """Return the day as YYYY-MM-DD."""
    return day.isoformat()


Figures = tuple[Figure, ...]
"""The inputs of a step in the order of its kind, and its result last."""

TraceRow = tuple[StepKind, Figures]
"""A step as the arithmetic leaves it behind; `Step` is the same for readers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the arithmetic, as a page shows it."""

    kind: StepKind
    figures: Figures

    @property
    def step(self) -> str:
        """The name of the step."""
        return self.kind.step

    @property
    def category(self) -> CostCategory | None:
        """The cost category that the step is about, or none."""
        return self.kind.category

    @property
    def label(self) -> str:
        """What the step works out, in Japanese."""
        return self.kind.label

    @property
    def formula(self) -> str:
        """How it is worked out, in Japanese words."""
        return self.kind.formula

    @property
    def inputs(self) -> dict[str, Figure]:
        """The figures that went in, by name."""
        return dict(zip(self.kind.inputs, self.figures, strict=False))

    @property
    def result(self) -> Figure:
        """What came out."""
        return self.figures[-1]

    @property
    def rule(self) -> str:
        """The names of the rows in the rule data that the step applies."""
        return self.kind.rule

    @property
    def confirmed(self) -> bool:
        """Whether official sources say all that the step applies."""
        return self.kind.confirmed

    @property
    def citations(self) -> tuple[str, ...]:
        """The public texts that the step rests on, each in one line."""
        return tuple(dict.fromkeys(rule.source.citation for rule in self.kind.rules))
