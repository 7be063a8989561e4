"""The rows of a move-in laid together: enterprises with what belongs to them, and cases as wholes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cases.enums import CaseStage, SchemeFrame
from cases.models import Enterprise, Lender
from subsidies.enums import CostCategory
from vapup.accounts.models import Member
from vapup.imports.columns import Draft, SheetForm
from vapup.imports.move_in import forms
from vapup.imports.move_in.office import Office

PARTS_OF_PARTIES: Final = ((forms.LENDERS, "lenders"), (forms.PAST_USES, "past_uses"))
PARTS_OF_BUNDLES: Final = (
    (forms.COSTS, "costs"),
    (forms.PERIODS, "periods"),
    (forms.CLAIM_SHEET, "claims"),
    (forms.EXTENSIONS, "extensions"),
)


@dataclass
class Party:
    """An enterprise: of a row of the file, or registered; then `stored` is the one, and a row adds nothing to it."""

    draft: Draft | None
    stored: Enterprise | None = None
    lenders: list[Draft] = field(default_factory=list)
    past_uses: list[Draft] = field(default_factory=list)
    made: Enterprise | None = None

    @property
    def name(self) -> str:
        """Return the enterprise's name."""
        return str(self.stored.name if self.stored else self.fact("name"))

    @property
    def key(self) -> str:
        """Return what sentences call it."""
        return f"「{self.name}」"

    def fact(self, name: str) -> Any:
        """Return a fact of the enterprise, as it is registered or as the row says."""
        if self.stored is not None:
            return getattr(self.stored, name)
        return self.draft.values.get(name) if self.draft else None

    @property
    def is_sound(self) -> bool:
        """Tell whether its own row can be taken, or is not needed."""
        return self.stored is not None or (self.draft is not None and self.draft.is_taken)


@dataclass
class Bundle:
    """A case with everything that its figures rest on; it is taken as a whole or not at all."""

    draft: Draft
    party: Party | None = None
    consultant: Member | None = None
    council: str = ""
    costs: list[Draft] = field(default_factory=list)
    periods: list[Draft] = field(default_factory=list)
    claims: list[Draft] = field(default_factory=list)
    extensions: list[Draft] = field(default_factory=list)
    # Of letters: the lender by the row that names it, a row of the file or one that is registered.
    lenders: dict[int, Draft | Lender] = field(default_factory=dict)

    @property
    def frame(self) -> SchemeFrame | None:
        """Return the frame, if it could be read."""
        value = self.draft.values.get("frame")
        return SchemeFrame(value) if value else None

    @property
    def stage(self) -> CaseStage | None:
        """Return the stage, if it could be read."""
        value = self.draft.values.get("stage")
        return CaseStage(value) if value else None

    @property
    def key_date(self) -> date | None:
        """Return the day that picks the rules: the acceptance, or the planned one before it."""
        found: date | None = self.draft.values.get(self.key_column)
        return found

    @property
    def key_column(self) -> str:
        """Return the column of that day."""
        return "usage_accepted_on" if self.draft.values.get("usage_accepted_on") else "planned_accepted_on"

    @property
    def parts(self) -> list[Draft]:
        """Return the rows that stand or fall with the case."""
        return [*self.costs, *self.periods, *self.claims, *self.extensions]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing of the case itself is wrong, so that figures can be worked out."""
        return not self.draft.is_faulty and not any(one.is_faulty for one in self.parts)


@dataclass
class Book:
    """All rows of a move-in."""

    office: Office
    drafts: Sequence[Draft]
    parties: dict[str, Party] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)

    def of(self, form: SheetForm) -> list[Draft]:
        """Return the rows of a sheet."""
        return [draft for draft in self.drafts if draft.form is form]

    def past_of(self, party: Party, frame: SchemeFrame) -> dict[CostCategory, int]:
        """Return what councils paid an enterprise before in a frame, in yen by category, rows of the file included."""
        paid: dict[CostCategory, int] = defaultdict(int)
        if party.stored is not None:
            paid |= self.office.past.get((party.stored.pk, frame), {})
        for use in party.past_uses:
            if use.values.get("frame") == frame and not use.is_faulty:
                paid[CostCategory(use.values["category"])] += use.values["paid_yen"]
        return dict(paid)


def book_of(drafts: Sequence[Draft], office: Office) -> Book:
    """Lay the rows together; what has no home is told in its row."""
    book = Book(office, drafts)
    for draft in book.of(forms.ENTERPRISES):
        _add_party(book, draft)
    for draft in book.of(forms.CASES):
        _add_bundle(book, draft)
    for find, parts in ((_party, PARTS_OF_PARTIES), (_bundle, PARTS_OF_BUNDLES)):
        for form, name in parts:
            for draft in book.of(form):
                if (whole := find(book, draft)) is not None:
                    getattr(whole, name).append(draft)
    return book


def _add_party(book: Book, draft: Draft) -> None:
    code, number = draft.values.get("code"), draft.values.get("corporate_number")
    stored = book.office.numbers.get(number) if number else None
    if code in book.parties:
        first = book.parties[code].draft
        draft.fault(
            "code",
            f"事業者コード「{code}」は、{first.address('code') if first else ''}にもあります。別の番号にしてください。",
        )
    elif code:
        book.parties[code] = Party(draft, stored)


def _add_bundle(book: Book, draft: Draft) -> None:
    code = draft.values.get("code")
    if code in book.bundles:
        first = book.bundles[code].draft
        draft.fault("code", f"案件コード「{code}」は、{first.address('code')}にもあります。別の番号にしてください。")
    elif code:
        book.bundles[code] = Bundle(draft, _party(book, draft))


def _party(book: Book, draft: Draft) -> Party | None:
    """Return the enterprise that a row names by its code, or by the corporate number of a registered one."""
    code = draft.values.get("enterprise")
    if not code:
        return None
    if code not in book.parties and (stored := book.office.numbers.get(code)) is not None:
        book.parties[code] = Party(None, stored)
    party = book.parties.get(code)
    if party is None:
        draft.fault("enterprise", f"事業者コード「{code}」の行が「事業者」シートにありません。番号を確かめてください。")
    return party


def _bundle(book: Book, draft: Draft) -> Bundle | None:
    code = draft.values.get("case")
    if not code:
        return None
    bundle = book.bundles.get(code)
    if bundle is None:
        draft.fault("case", f"案件コード「{code}」の行が「案件」シートにありません。番号を確かめてください。")
    return bundle


def let_fall(book: Book) -> None:
    """Skip what cannot be taken because of another row: a case falls with any of its parts and with its enterprise."""
    for party in book.parties.values():
        if not party.is_sound and party.draft is not None:
            for row in (*party.lenders, *party.past_uses):
                _skip(row, f"事業者{party.key}の行({party.draft.address()})に誤りがあるため、取り込めません。")
    for bundle in book.bundles.values():
        reason = next(_reasons(bundle), "")
        for row in (bundle.draft, *bundle.parts) if reason else ():
            _skip(row, reason)


def _reasons(bundle: Bundle) -> Iterator[str]:
    """Yield why a case cannot be taken."""
    party, code = bundle.party, bundle.draft.values.get("code")
    if party is None or bundle.draft.is_faulty:
        yield f"案件「{code}」の行({bundle.draft.address()})に誤りがあるため、取り込めません。"
    elif not party.is_sound and party.draft is not None:
        yield f"事業者{party.key}の行({party.draft.address()})に誤りがあるため、取り込めません。"
    for row in bundle.parts:
        if row.is_faulty:
            yield (
                f"案件「{code}」の{row.address()}に誤りがあるため、案件全体を取り込めません。"
                "金額と期限が変わるためです。"
            )
    for row in party.past_uses if party else ():
        if row.is_faulty and row.values.get("frame") in {None, bundle.draft.values.get("frame")}:
            yield f"過去の利用({row.address()})に誤りがあり、上限の残りが決まらないため、取り込めません。"


def _skip(row: Draft, reason: str) -> None:
    if not row.is_faulty:
        row.skip(reason)


def doubles(drafts: Iterable[Draft], names: Sequence[str]) -> Iterator[tuple[Draft, Draft]]:
    """Yield each row that says the same as an earlier one in these columns, with that one; empty ones say nothing."""
    first: dict[tuple[Any, ...], Draft] = {}
    for draft in drafts:
        key = tuple(draft.values.get(name) for name in names)
        if any(part not in (None, "") for part in key):
            if key in first:
                yield draft, first[key]
            else:
                first[key] = draft
