"""Where a case stands with its lenders: who gave which letter, who agrees, and what is still missing.

Sources of the rules, checked 2025-11-21:
- 405: a main or sub-main bank seals 別紙1 or gives its 確認書面, and every lender agrees to the plan:
  https://keieikaizen.fukuoka-kyogikai.go.jp/keieikaizen/request-4/ and
  https://keieikaizen.fukuoka-kyogikai.go.jp/faq-3/ ; the guarantee corporation too:
  https://www.fukushima-cgc.or.jp/support/project405/
- Vアップ: 事前相談書 (original) and 受取書 of the main or sub-main bank, no consent:
  https://keieikaizen.fukuoka-kyogikai.go.jp/souki_keieikaizen/souki_request/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from cases.enums import Consent, LenderRole, Scheme, SchemeFrame
from cases.models import Case, Lender, LenderStance
from cases.selectors.enterprises import lenders_of
from vapup.accounts.models import AuditEvent

TRAIL: Final = "金融機関の状況"
CLOSE: Final = frozenset({LenderRole.MAIN, LenderRole.SUBMAIN})
AGREEING: Final = frozenset({Consent.AGREED, Consent.CONDITIONAL})
UNREGISTERED_GUARANTOR: Final = "信用保証協会(未登録)"
CONSENT_TONES: Final[Mapping[Consent, str]] = MappingProxyType(
    {
        Consent.NOT_ASKED: "todo",
        Consent.ASKED: "info",
        Consent.AGREED: "success",
        Consent.CONDITIONAL: "warning",
        Consent.REFUSED: "error",
    }
)


@dataclass(frozen=True, slots=True)
class BankRow:
    """One lender of the enterprise and what it has said to the case.

    Attributes:
        stance: what is recorded; not stored yet where nothing is.
        share_permille: its part of all that is borrowed, in tenths of a percent; None where nothing is borrowed.
        is_asked_to_agree: whether the plan needs its consent: whoever lends, and the guarantee corporation.
    """

    lender: Lender
    stance: LenderStance
    share_permille: int | None
    is_asked_to_agree: bool

    @property
    def share(self) -> str:
        """Return the share as pages show it: 62.1%."""
        return _percent(self.share_permille)

    @property
    def is_close(self) -> bool:
        """Tell whether it is a main or sub-main bank, whose letters the council asks for."""
        return self.lender.role in CLOSE

    @property
    def has_agreed(self) -> bool:
        """Tell whether it agreed, with or without conditions."""
        return self.stance.consent in AGREEING

    @property
    def tone(self) -> str:
        """Return the tone of its consent's chip."""
        return CONSENT_TONES[Consent(self.stance.consent)]


@dataclass(frozen=True, slots=True)
class Board:
    """All lenders of a case's enterprise. The main bank comes first.

    Attributes:
        lacks_guarantor: a balance is guaranteed, and no guarantee corporation is among the lenders.
    """

    scheme: Scheme
    rows: tuple[BankRow, ...]
    lacks_guarantor: bool

    @property
    def needs_consent(self) -> bool:
        """Tell whether the scheme asks the lenders to agree; Vアップ only hands the plan over."""
        return self.scheme is Scheme.IMPROVEMENT

    @property
    def opening_letter(self) -> str:
        """Return the name of the letter that goes with the usage application."""
        return "主要金融機関の確認書面" if self.needs_consent else "事前相談書"

    @property
    def balance_yen(self) -> int:
        """Return all that is borrowed."""
        return sum(row.lender.balance_yen for row in self.rows)

    @property
    def guaranteed_yen(self) -> int:
        """Return the guaranteed part of what is borrowed."""
        return sum(row.lender.guaranteed_yen for row in self.rows)

    @property
    def close(self) -> tuple[BankRow, ...]:
        """Return the main and sub-main banks."""
        return tuple(row for row in self.rows if row.is_close)

    @property
    def asked(self) -> tuple[BankRow, ...]:
        """Return the lenders whose consent the plan needs; none in a scheme without consents."""
        return tuple(row for row in self.rows if row.is_asked_to_agree) if self.needs_consent else ()

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the names of those who said no."""
        return tuple(str(row.lender) for row in self.asked if row.stance.consent == Consent.REFUSED)

    @property
    def conditional(self) -> tuple[BankRow, ...]:
        """Return those who agreed on conditions; they count as agreed, and the conditions must be met."""
        return tuple(row for row in self.asked if row.stance.consent == Consent.CONDITIONAL)

    @property
    def missing_consents(self) -> tuple[str, ...]:
        """Return the names of those whose consent is still missing, refusals and an absent guarantor included."""
        names = tuple(str(row.lender) for row in self.asked if not row.has_agreed)
        absent = self.needs_consent and self.lacks_guarantor
        return (*names, UNREGISTERED_GUARANTOR) if absent else names

    @property
    def is_all_agreed(self) -> bool:
        """Tell whether every lender agreed; without any lender nobody has. Always False where nobody is asked."""
        return bool(self.asked) and not self.missing_consents

    @property
    def last_consent_on(self) -> date | None:
        """Return the day of the latest consent."""
        return max((row.stance.consented_on for row in self.asked if row.stance.consented_on), default=None)

    @property
    def agreed_yen(self) -> int:
        """Return how much of the balance belongs to lenders that agreed."""
        return sum(row.lender.balance_yen for row in self.asked if row.has_agreed)

    @property
    def agreed_share(self) -> str:
        """Return the share of the balance whose lenders agreed."""
        return _percent(_permille(self.agreed_yen, self.balance_yen))

    @property
    def opening_row(self) -> BankRow | None:
        """Return the main or sub-main bank that seals the usage application or gave its letter for it."""
        return next((row for row in self.close if row.stance.seals_application or self.opening_day(row)), None)

    @property
    def has_opening_letter(self) -> bool:
        """Tell whether the usage application has what it needs of a bank: a letter, or the bank's own seal."""
        return self.opening_row is not None

    @property
    def receipt_row(self) -> BankRow | None:
        """Return the main or sub-main bank that confirmed that it received the plan."""
        return next((row for row in self.close if row.stance.receipt_on), None)

    @property
    def has_receipt(self) -> bool:
        """Tell whether a main or sub-main bank gave its receipt of the plan (Vアップ)."""
        return self.receipt_row is not None

    def opening_day(self, row: BankRow) -> date | None:
        """Return the day of a lender's letter for the usage application."""
        return row.stance.confirmation_letter_on if self.needs_consent else row.stance.consultation_letter_on


def bank_board(case: Case) -> Board:
    """Return the board of a case as its rows stand now."""
    stances = LenderStance.objects.for_agency(case.agency_id).filter(case=case)
    return board_of(SchemeFrame(case.frame), lenders_of(case.enterprise), stances)


def board_of(frame: SchemeFrame, lenders: Iterable[Lender], stances: Iterable[LenderStance]) -> Board:
    """Return the board that lenders, in the order given, and their recorded stances make."""
    found, known = tuple(lenders), {stance.lender_id: stance for stance in stances}
    total_yen = sum(lender.balance_yen for lender in found)
    rows = tuple(_row(lender, known.get(lender.pk), total_yen) for lender in found)
    is_guaranteed = any(lender.guaranteed_yen for lender in found)
    has_guarantor = any(lender.role == LenderRole.GUARANTOR for lender in found)
    return Board(Scheme.of(frame), rows, lacks_guarantor=is_guaranteed and not has_guarantor)


def _row(lender: Lender, stance: LenderStance | None, total_yen: int) -> BankRow:
    return BankRow(
        lender,
        stance or LenderStance(lender=lender),
        _permille(lender.balance_yen, total_yen),
        is_asked_to_agree=lender.balance_yen > 0 or lender.role == LenderRole.GUARANTOR,
    )


def _permille(part_yen: int, whole_yen: int) -> int | None:
    """Return a share in tenths of a percent, rounded half up; none of nothing."""
    return (part_yen * 2000 + whole_yen) // (2 * whole_yen) if whole_yen else None


def _percent(permille: int | None) -> str:
    return "—" if permille is None else f"{permille // 10}.{permille % 10}%"


def stance_of(case: Case, lender: Lender) -> LenderStance:
    """Return what is recorded of a lender, or an empty, unstored record of it."""
    stored = LenderStance.objects.for_agency(case.agency_id).filter(case=case, lender=lender).first()
    return stored or LenderStance(agency_id=case.agency_id, case=case, lender=lender)


def guarantor_of(prefecture: str) -> str:
    """Return the usual name of the guarantee corporation of a prefecture; a few cities have their own."""
    return f"{prefecture.removesuffix('都').removesuffix('府')}信用保証協会"


def latest_change(case: Case, trail: str) -> AuditEvent | None:
    """Return the newest event of the case that tells of `trail`, if it is among the latest."""
    events = AuditEvent.objects.for_agency(case.agency_id).filter(object_type="case", object_id=case.pk)
    told = (event for event in events.order_by("-pk")[:20] if any(key.startswith(trail) for key in event.changes))
    return next(told, None)
