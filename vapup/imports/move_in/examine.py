"""Examine the rows of a move-in: first each by itself, then together, and at last what falls with what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vapup.imports.columns import Draft
from vapup.imports.move_in.book import Book, book_of, let_fall
from vapup.imports.move_in.check_cases import check_cases
from vapup.imports.move_in.check_deadlines import check_deadlines
from vapup.imports.move_in.check_money import check_money
from vapup.imports.move_in.check_parties import check_parties
from vapup.imports.move_in.office import office_of


def examine(drafts: Sequence[Draft], agency_id: int, today: date) -> Book:
    """Tell everything that is wrong with the rows in them, and return them laid together."""
    numbers, names = (
        [str(value) for draft in drafts for name in columns if (value := draft.values.get(name))]
        for columns in (("corporate_number", "enterprise"), ("name",))
    )
    book = book_of(drafts, office_of(agency_id, numbers=numbers, names=names))
    check_parties(book, today=today)
    check_cases(book, today=today)
    check_money(book, today=today)
    check_deadlines(book, today=today)
    let_fall(book)
    return book
