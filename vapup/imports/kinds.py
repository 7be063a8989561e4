"""The importers by their kind. A new kind of import is a new row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from cases.services.locking import lock_agency
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.imports.columns import Draft
from vapup.imports.enums import ImportKind
from vapup.imports.figures.examine import examine as examine_figures
from vapup.imports.figures.form import FORMS as FIGURES_FORMS
from vapup.imports.figures.form import drafts_of_file
from vapup.imports.figures.undo import objections as figures_objections
from vapup.imports.figures.undo import restore as restore_figures
from vapup.imports.figures.write import write as write_figures
from vapup.imports.hours.examine import examine as examine_hours
from vapup.imports.hours.forms import FORMS as HOURS_FORMS
from vapup.imports.hours.undo import objections
from vapup.imports.hours.write import hold as hold_hours
from vapup.imports.hours.write import write as write_hours
from vapup.imports.importers import Asked, Importer
from vapup.imports.move_in.book import Book
from vapup.imports.move_in.examine import examine
from vapup.imports.move_in.forms import FORMS
from vapup.imports.move_in.write import write


def _examine_move_in(drafts: Sequence[Draft], asked: Asked) -> Book:
    return examine(drafts, asked.actor.agency_id, asked.today)


def _hold_office(actor: Member, _examined: Callable[[], Any]) -> None:
    """Lock the office: lenders, past uses and enterprises without a number have no key that tells them apart."""
    lock_agency(actor)


IMPORTERS: Final[Mapping[ImportKind, Importer]] = MappingProxyType(
    {
        ImportKind.MOVE_IN: Importer(FORMS, _examine_move_in, write, hold=_hold_office),
        ImportKind.HOURS: Importer(
            HOURS_FORMS, examine_hours, write_hours, Action.LOG_HOURS, objections, hold=hold_hours
        ),
        ImportKind.FIGURES: Importer(
            FIGURES_FORMS,
            examine_figures,
            write_figures,
            Action.EDIT_ENTERPRISE,
            figures_objections,
            drafts_of_file,
            restore_figures,
        ),
    }
)
