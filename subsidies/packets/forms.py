"""Which forms an application consists of: the rows of its list of documents that the product lays out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.models import Application
from subsidies.packets.agencies import OF_THE_WORK
from subsidies.packets.payload import Form
from subsidies.packets.words import addressed_to
from subsidies.rules.editions import OFFICE, FormEdition, FormMaker, NoEdition, edition_of, form_layouts
from subsidies.selectors.filing.requirements import PLAN, CaseRows, PaperSlot, requirements_of
from vapup.shared.dates import format_wareki
from vapup.shared.errors import DomainError


class FormsMissing(DomainError):
    """The product has no forms for the key date."""


SCHEME_TITLES: Final[Mapping[SchemeFrame, str]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: "経営改善計画策定支援事業(通常枠)",
        SchemeFrame.SME_GL: "経営改善計画策定支援事業(中小版GL枠)",
        SchemeFrame.VUP: "早期経営改善計画策定支援",
        SchemeFrame.VUP_BANK: "早期経営改善計画策定支援(民間金融機関による支援)",
    }
)


def forms_of(application: Application) -> tuple[Form, ...]:
    """Return the forms of an application in the order of its list, in the edition that the key date picks.

    Raises:
        FormsMissing: no edition of the forms was in use on the key date.
    """
    case = application.case
    edition = edition_for(case)
    rows = CaseRows(case)
    places = {None: 0} | {one.pk: place for place, one in enumerate(rows.co_agencies, 1)}
    slots = requirements_of(application, case_rows=rows)
    apart = frozenset(line.co_agency_id for line in rows.cost_lines)
    printed = (one for one in _printed(slots, apart) if one.requirement.id != PLAN or rows.approved_plan is not None)
    return tuple(_form(one, edition, places[one.co_agency.pk if one.co_agency else None]) for one in printed)


def edition_for(case: Case) -> FormEdition:
    """Return the edition of the forms that the key date of a case picks.

    Raises:
        FormsMissing: none was in use on that day.
    """
    try:
        return edition_of(case.key_date, SchemeFrame(case.frame))
    except NoEdition as missing:
        raise FormsMissing(
            f"適用基準日 {format_wareki(case.key_date)} に使う「{SchemeFrame(case.frame).label}」の様式がありません。"
            "受理日(受理予定日)を確かめてください。"
        ) from missing


def _printed(slots: tuple[PaperSlot, ...], apart: frozenset[int | None]) -> Iterator[PaperSlot]:
    """Yield what the product prints: forms that are needed, or chosen, and whose data it has.

    `apart` are the agencies that the estimate gives work to.
    """
    for slot in slots:
        layouts = form_layouts().get(slot.requirement.id)
        if layouts is None or not slot.is_listed or not (slot.is_needed or slot.paper is not None):
            continue
        its_work = slot.requirement.id in OF_THE_WORK and slot.co_agency is not None and slot.co_agency.pk in apart
        if slot.co_agency is None or layouts.maker is FormMaker.EACH or its_work:
            yield slot


def _form(slot: PaperSlot, edition: FormEdition, agency: int) -> Form:
    requirement = slot.requirement
    return Form(
        code=requirement.id,
        edition=edition.edition,
        number=requirement.form,
        title=addressed_to(edition.office, requirement.title) if edition.office != OFFICE else requirement.title,
        source=requirement.source.citation,
        layout=form_layouts()[requirement.id].layout_of(edition.edition),
        edition_label=edition.label,
        key=slot.key,
        agency=agency,
    )
