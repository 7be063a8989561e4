"""Which frame suits an enterprise (どの制度が使えるか): from plain answers to a verdict for each frame, with sources.

Three bodies of dated rules meet here: form and size (`cases/parameters/sme.toml`), another use of the same frame
(`subsidies/parameters/reuse.toml`), and everything else (`subsidies/eligibility/conditions.toml`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cases.enums import Industry, LegalForm, Scheme, SchemeFrame
from cases.rules.eligibility import Answer, Applicant, sme_verdict
from subsidies.enums import CostCategory
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.version import RuleVersion
from vapup.shared.rule_data import Row, Source, read_named

FOLDER: Final = PARAMETERS_FOLDER.parent / "eligibility"
TABLES: Final = frozenset({"condition"})
VUP_FRAMES: Final = frozenset({SchemeFrame.VUP, SchemeFrame.VUP_BANK})
IMPROVEMENT_FRAMES: Final = frozenset({SchemeFrame.NORMAL, SchemeFrame.SME_GL})


class Banks(StrEnum):
    """Who lends to the enterprise."""

    ONE = "one"
    ONE_GUARANTEED = "one_guaranteed"
    SEVERAL = "several"


class Effect(StrEnum):
    """What a condition does to a frame, the mildest first."""

    MET = "met"
    NOTE = "note"
    CONSENT = "consent"
    NOT_USABLE = "not_usable"


class Usability(StrEnum):
    """The verdict on a frame, the best first."""

    USABLE = "usable"
    WITH_CONSENT = "with_consent"
    NOT_USABLE = "not_usable"

    @property
    def label(self) -> str:
        """The word shown on pages."""
        return _USABILITIES[self]


_USABILITIES: Final[Mapping[Usability, str]] = MappingProxyType(
    {
        Usability.USABLE: "使えます",
        Usability.WITH_CONSENT: "協議会の承認があれば使えます",
        Usability.NOT_USABLE: "使えません",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is known of the enterprise and its plan; `employee_count` may be unknown, capital may not exist (yen)."""

    needs_support: bool
    follows_guideline: bool
    past_frame: SchemeFrame | None
    past_accepted_on: date | None
    legal_form: LegalForm
    industry: Industry
    capital_yen: int | None
    employee_count: int | None
    banks: Banks
    has_bank_supporter: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One dated row: what an answer does to a frame, why, and where that is written."""

    id: str
    frame: SchemeFrame
    when: str
    effective_from: date
    effective_to: date | None
    effect: Effect
    reason: str
    source: Source
    confirmed: bool
    note: str

    def holds(self, on: date) -> bool:
        """Tell whether the row is in force on the day of acceptance."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason of a verdict: the sentence, the public text, and whether that text says so itself."""

    effect: Effect
    reason: str
    title: str
    clause: str
    url: str
    confirmed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of one frame, and its caps in yen where it takes applications on that day."""

    frame: SchemeFrame
    usability: Usability
    grounds: tuple[Ground, ...]
    caps: tuple[tuple[CostCategory, int], ...]
    is_recommended: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Tell whether every reason is what a source says itself."""
        return all(ground.confirmed for ground in self.grounds)


def choose(answers: Answers, *, on: date) -> tuple[Verdict, ...]:
    """Return the verdict on Vアップ and both frames of 405 by the rules of the day `on` (受理日), the best first.

    A private bank as the only supporter makes Vアップ its variant of that name. The first verdict is recommended
    unless no frame can be used.
    """
    vup = SchemeFrame.VUP_BANK if answers.has_bank_supporter else SchemeFrame.VUP
    preferred = _preference(answers, vup)
    order = {usability: place for place, usability in enumerate(Usability)}
    verdicts = [_verdict(frame, answers, on) for frame in preferred]
    verdicts.sort(key=lambda one: order[one.usability])
    first = verdicts[0]
    is_recommended = first.usability is not Usability.NOT_USABLE
    best = Verdict(first.frame, first.usability, first.grounds, first.caps, is_recommended=is_recommended)
    return (best, *verdicts[1:])


def _preference(answers: Answers, vup: SchemeFrame) -> tuple[SchemeFrame, ...]:
    """Return the frames by how well they fit the plan, whatever the rules say of them."""
    if not answers.needs_support:
        return (vup, SchemeFrame.NORMAL, SchemeFrame.SME_GL)
    if answers.follows_guideline:
        return (SchemeFrame.SME_GL, SchemeFrame.NORMAL, vup)
    return (SchemeFrame.NORMAL, SchemeFrame.SME_GL, vup)


def _verdict(frame: SchemeFrame, answers: Answers, on: date) -> Verdict:
    try:
        version = rule_version_on(frame, on)
    except FrameNotOpen as closed:
        ground = Ground(Effect.NOT_USABLE, closed.message, "", "", "", confirmed=True)
        return Verdict(frame, Usability.NOT_USABLE, (ground,), ())
    grounds = (*_by_size(frame, answers, on), *_by_reuse(frame, answers, version), *_by_conditions(frame, answers, on))
    effects = {ground.effect for ground in grounds}
    usability = (
        Usability.NOT_USABLE
        if Effect.NOT_USABLE in effects
        else Usability.WITH_CONSENT
        if Effect.CONSENT in effects
        else Usability.USABLE
    )
    severest = {effect: place for place, effect in enumerate(reversed(Effect))}
    return Verdict(frame, usability, tuple(sorted(grounds, key=lambda one: severest[one.effect])), _caps(version))


def _caps(version: RuleVersion) -> tuple[tuple[CostCategory, int], ...]:
    return tuple(
        (category, version.whole("cap_yen", category))
        for category in version.categories
        if version.find("cap_yen", category)
    )


def _by_size(frame: SchemeFrame, answers: Answers, on: date) -> Iterator[Ground]:
    """Yield what the SME test says; without the number of employees it can speak of the legal form only."""
    employees = answers.employee_count
    applicant = Applicant(answers.legal_form, answers.industry, answers.capital_yen, employees or 0)
    verdict = sme_verdict(applicant, Scheme.of(frame), on=on)
    text, _, url = verdict.source.rpartition(" ")
    is_form_fine = verdict.answer is not Answer.EXCLUDED_FORM
    if employees is None and is_form_fine:
        reason = "規模の要件(資本金・従業員数)は、従業員数を入力すると判定します。"
        yield Ground(Effect.NOTE, reason, text, "", url, verdict.is_confirmed)
        return
    effect = Effect.MET if verdict.is_eligible else Effect.NOT_USABLE
    yield Ground(effect, "".join(verdict.reasons), text, "", url, verdict.is_confirmed)


def _by_reuse(frame: SchemeFrame, answers: Answers, version: RuleVersion) -> Iterator[Ground]:
    """Yield what the rules say of another use of the frame; the bank's variant counts a use of either scheme."""
    past = answers.past_frame
    counted = set(SchemeFrame) if frame is SchemeFrame.VUP_BANK else VUP_FRAMES if frame in VUP_FRAMES else {frame}
    if past is None or past not in counted:
        return
    effect, words = _REUSE[str(version.get("reuse").value)]
    source, when = version.get("reuse").source, answers.past_accepted_on
    used = f"{past.label}を{f'{when}の受理で' if when else ''}使っています。"
    confirmed = version.get("reuse").confirmed
    yield Ground(effect, used + words, source.title, source.clause, source.url, confirmed)


_REUSE: Final[Mapping[str, tuple[Effect, str]]] = MappingProxyType(
    {
        "not_allowed": (Effect.NOT_USABLE, "再度の利用は認められません。"),
        "council_approval": (
            Effect.CONSENT,
            "再度の利用は原則として認められず、前回と悪化の要因が異なるなど協議会が適当と認めるときに限ります。"
            "過去に支払われた額は上限から差し引かれます。",
        ),
        "decline_proof": (
            Effect.CONSENT,
            "再度の利用には、業況が悪化したことを示す資料が要ります。過去に支払われた額は上限から差し引かれます。",
        ),
    }
)


def _by_conditions(frame: SchemeFrame, answers: Answers, on: date) -> Iterator[Ground]:
    for one in conditions():
        if one.frame is frame and one.holds(on) and _applies(one.when, answers):
            source = one.source
            yield Ground(one.effect, one.reason, source.title, source.clause, source.url, one.confirmed, one.note)


def _applies(when: str, answers: Answers) -> bool:
    past = answers.past_frame
    facts = {
        "always": True,
        "needs_support": answers.needs_support,
        "no_support": not answers.needs_support,
        "no_guideline": not answers.follows_guideline,
        "used_405": past in IMPROVEMENT_FRAMES,
        "used_normal": past is SchemeFrame.NORMAL,
        "used_gl": past is SchemeFrame.SME_GL,
        "used_vup": past in VUP_FRAMES,
        "one_bank": answers.banks is Banks.ONE,
        "one_bank_guaranteed": answers.banks is Banks.ONE_GUARANTEED,
        "bank_supporter": answers.has_bank_supporter,
    }
    return facts[when]


WHEN: Final = frozenset(
    {
        *("always", "needs_support", "no_support", "no_guideline", "used_405", "used_normal", "used_gl", "used_vup"),
        *("one_bank", "one_bank_guaranteed", "bank_supporter"),
    }
)


@lru_cache(maxsize=1)
def conditions() -> tuple[Condition, ...]:
    """Return the rows of this product; read and checked once."""
    return load_conditions(FOLDER)


def load_conditions(folder: Path) -> tuple[Condition, ...]:
    """Read and check the rows of a folder.

    Raises:
        ParameterError: a row lacks a field, names what nobody knows, or is unconfirmed without saying what is assumed.
    """
    return read_named("condition", folder, known=TABLES, build=_condition)


def _condition(row: Row) -> Condition:
    frame, when, effect = row.text("frame"), row.text("when"), row.text("effect")
    if frame not in SchemeFrame.values or when not in WHEN or effect not in set(Effect):
        row.refuse(f"unknown frame, answer or effect: {frame}, {when}, {effect}")
    found = Condition(
        id=row.text("id"),
        frame=SchemeFrame(frame),
        when=when,
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        effect=Effect(effect),
        reason=row.text("reason"),
        source=row.source(),
        confirmed=row.truth("confirmed"),
        note=row.optional_text("note") or "",
    )
    if not found.confirmed and not found.note:
        row.refuse("a row that is not confirmed says in note what is assumed")
    row.finish()
    return found
