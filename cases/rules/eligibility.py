"""Who may use a scheme (中小企業者の範囲): excluded legal forms, then capital or employees by industry.

The figures are data with a date and a source in `cases/parameters/sme.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from cases.enums import Industry, LegalForm, Scheme

PARAMETERS: Final = Path(__file__).resolve().parent.parent / "parameters" / "sme.toml"
TABLES: Final = frozenset({"threshold", "medical", "individual", "excluded"})


class Answer(StrEnum):
    """What the test says."""

    ELIGIBLE = "eligible"
    TOO_LARGE = "too_large"
    EXCLUDED_FORM = "excluded_form"

    @property
    def label(self) -> str:
        """The word shown on pages."""
        return _ANSWERS[self]


_ANSWERS: Final = {
    Answer.ELIGIBLE: "対象",
    Answer.TOO_LARGE: "規模の要件を超過",
    Answer.EXCLUDED_FORM: "対象外の法人形態",
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """The facts that the test looks at. `capital_yen` is None where it is unknown or does not exist."""

    legal_form: LegalForm
    industry: Industry
    capital_yen: int | None
    employee_count: int


@dataclass(frozen=True, slots=True)
class SmeVerdict:
    """The answer for one scheme, with the sentences that lead to it.

    Attributes:
        source: the public text applied, in one line.
        is_confirmed: whether that text says so itself; otherwise it is the usual reading.
    """

    scheme: Scheme
    answer: Answer
    reasons: tuple[str, ...]
    source: str
    is_confirmed: bool

    @property
    def is_eligible(self) -> bool:
        """Tell whether the enterprise may use the scheme as far as form and size go."""
        return self.answer is Answer.ELIGIBLE


def sme_verdict(applicant: Applicant, scheme: Scheme, *, on: date) -> SmeVerdict:
    """Tell whether `applicant` may use `scheme` by the rules of the day `on` (受理日 or the planned one).

    Days before a scheme began are judged by its first rules.
    """
    excluded = _in_force("excluded", on, scheme=scheme.value)
    if applicant.legal_form.value in excluded["legal_forms"]:
        reason = f"{applicant.legal_form.label}は、{scheme.label}の対象ではありません。"
        return _verdict(scheme, Answer.EXCLUDED_FORM, (reason,), excluded, excluded["confirmed"])
    if applicant.legal_form is LegalForm.MEDICAL_CORPORATION:
        medical = _in_force("medical", on, scheme=scheme.value)
        return _by_head(applicant, scheme, medical, row=medical)
    threshold = _in_force("threshold", on, industry=applicant.industry.value)
    if applicant.legal_form is LegalForm.SOLE_PROPRIETOR:
        return _by_head(applicant, scheme, threshold, row=_in_force("individual", on))
    return _by_capital_or_head(applicant, scheme, threshold)


def _by_head(applicant: Applicant, scheme: Scheme, limit: Mapping[str, Any], *, row: Mapping[str, Any]) -> SmeVerdict:
    is_small = applicant.employee_count <= limit["employees"]
    measured = _employees(applicant, limit["employees"], is_small=is_small)
    reason = f"{measured}{applicant.legal_form.label}は従業員数だけで判定しています。"
    return _verdict(scheme, Answer.ELIGIBLE if is_small else Answer.TOO_LARGE, (reason,), row, row["confirmed"])


def _by_capital_or_head(applicant: Applicant, scheme: Scheme, limit: Mapping[str, Any]) -> SmeVerdict:
    is_few = applicant.employee_count <= limit["employees"]
    capital = applicant.capital_yen
    is_low = capital is not None and capital <= limit["capital_yen"]
    capital_reason = (
        "資本金が未入力のため、従業員数だけで判定しています。"
        if capital is None
        else f"資本金 {capital:,}円は、{applicant.industry.label}の基準 {limit['capital_yen']:,}円"
        f"{'以下です' if is_low else 'を超えています'}。"
    )
    reasons = (capital_reason, _employees(applicant, limit["employees"], is_small=is_few))
    is_known = applicant.legal_form is LegalForm.COMPANY and (is_low or is_few or capital is not None)
    answer = Answer.ELIGIBLE if is_low or is_few else Answer.TOO_LARGE
    return _verdict(scheme, answer, reasons, limit, limit["confirmed"] and is_known)


def _employees(applicant: Applicant, limit: int, *, is_small: bool) -> str:
    name = "" if applicant.legal_form is LegalForm.MEDICAL_CORPORATION else f"{applicant.industry.label}の"
    outcome = "以下です" if is_small else "を超えています"
    return f"常時使用する従業員 {applicant.employee_count:,}人は、{name}基準 {limit:,}人{outcome}。"


def _verdict(
    scheme: Scheme,
    answer: Answer,
    reasons: tuple[str, ...],
    row: Mapping[str, Any],
    is_confirmed: bool,  # noqa: FBT001
) -> SmeVerdict:
    source = row["source"]
    citation = f"{source['title']} {source['clause']} {source['url']}"
    return SmeVerdict(scheme, answer, reasons, citation, is_confirmed=is_confirmed)


def _in_force(table: str, day: date, **keys: str) -> Mapping[str, Any]:
    """Return the row of `table` in force on `day`, or the first one for earlier days."""
    rows = [row for row in parameters()[table] if all(row.get(key) == value for key, value in keys.items())]
    started = [row for row in rows if row["effective_from"] <= day]
    return started[-1] if started else rows[0]


@cache
def parameters() -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """Return the rows of every table, oldest first; read and checked once.

    Raises:
        ValueError: a table is unknown, or a row lacks its date, its source or its confirmation.
    """
    content = tomllib.loads(PARAMETERS.read_text(encoding="utf-8"))
    if content.keys() != TABLES:
        raise ValueError(f"sme.toml has the tables {sorted(content)}, not {sorted(TABLES)}")
    for table, rows in content.items():
        for row in rows:
            _check(table, row)
    return {table: tuple(sorted(rows, key=lambda row: row["effective_from"])) for table, rows in content.items()}


def _check(table: str, row: Mapping[str, Any]) -> None:
    if type(row.get("effective_from")) is not date or type(row.get("confirmed")) is not bool:
        raise ValueError(f"sme.toml: a row of {table} lacks effective_from or confirmed")
    if set(row.get("source", ())) != {"title", "clause", "url", "checked_on"}:
        raise ValueError(f"sme.toml: a row of {table} lacks its source")
