"""What goes with the forms of a packet: uploaded papers, and what the check before submission said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from subsidies.models import Application
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of
from subsidies.selectors.gate.verdict import gate_of
from vapup.documents.payload import from_json, to_json

PDF: Final = "application/pdf"
IMAGES: Final = frozenset({"image/png", "image/jpeg"})


@dataclass(frozen=True, slots=True)
class Attached:
    """An uploaded paper: the newest version, named by its hash. `key` is that of the paper in the list."""

    key: str
    number: str
    title: str
    document_id: int
    filename: str
    content_type: str
    sha256: str

    @property
    def label(self) -> str:
        """Return the title behind the official number."""
        return f"{self.number} {self.title}".strip()

    @property
    def is_merged(self) -> bool:
        """Tell whether it can stand among the pages; other files lie beside them."""
        return self.content_type == PDF or self.content_type in IMAGES


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check before submission said on a day; all zero in a draft of what has no check yet."""

    checked_on: date
    is_open: bool
    closing_count: int
    unticked_count: int
    overridden_count: int
    is_known: bool = True

    @property
    def words(self) -> str:
        """Return the verdict in one line."""
        if not self.is_known:
            return "提出前の確認の対象外"
        if self.is_open:
            overridden = f"(例外の承認 {self.overridden_count}件)" if self.overridden_count else ""
            return f"提出できます{overridden}"
        return f"提出できません(残り {self.closing_count + self.unticked_count}件)"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Everything of a packet beside its content, frozen when the packet is asked for."""

    attached: tuple[Attached, ...]
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values, for storing."""
        return to_json(self)

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Return what `as_json` wrote.

        Raises:
            PayloadUnreadable: a field is missing, unknown, or of another type.
        """
        return from_json(cls, stored)


def enclosure_of(application: Application, *, today: date) -> Enclosure:
    """Return what goes with an application today, in the order of its list of documents."""
    if application._state.adding:
        return Enclosure((), Verdict(today, is_open=False, closing_count=0, unticked_count=0, overridden_count=0))
    slots = requirements_of(application)
    report = gate_of(application, today=today)
    verdict = Verdict(
        checked_on=today,
        is_open=report.is_open,
        closing_count=len(report.closing),
        unticked_count=len(report.unticked),
        overridden_count=len(report.overrides),
    )
    return Enclosure(tuple(_attached(slot) for slot in slots if slot.paper and slot.paper.versions.all()), verdict)


def _attached(slot: PaperSlot) -> Attached:
    if slot.paper is None:
        raise ValueError(f"{slot.key} has no paper")
    document = slot.paper.versions.all()[0].document
    return Attached(
        key=slot.key,
        number=slot.requirement.form,
        title=slot.label.removeprefix(slot.requirement.form).strip(),
        document_id=document.pk,
        filename=document.filename,
        content_type=document.content_type,
        sha256=document.sha256,
    )
