"""Which forms an application consists of, by frame, in the editions that the key date picks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from cases.enums import SchemeFrame
from subsidies.packets.payload import Form
from subsidies.rules.editions import NoEdition, edition_of
from vapup.shared.dates import format_wareki
from vapup.shared.errors import DomainError


class FormsMissing(DomainError):
    """The product has no forms for the frame, or none for the key date."""


class FormTitle(NamedTuple):
    """A form's official number and title."""

    code: str
    number: str
    title: str


SCHEME_TITLES: Final[Mapping[SchemeFrame, str]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: "経営改善計画策定支援事業(通常枠)",
        SchemeFrame.SME_GL: "経営改善計画策定支援事業(中小版GL枠)",
        SchemeFrame.VUP: "早期経営改善計画策定支援",
        SchemeFrame.VUP_BANK: "早期経営改善計画策定支援(民間金融機関による支援)",
    }
)
USAGE_FORMS: Final[Mapping[SchemeFrame, tuple[FormTitle, ...]]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: (
            FormTitle("annex_1", "別紙1", "経営改善計画策定支援事業利用申請書"),
            FormTitle("annex_1_1", "別紙1-1", "申請者の概要"),
            FormTitle("annex_1_2", "別紙1-2", "自己記入チェックリスト"),
            FormTitle("annex_1_3", "別紙1-3", "業務別見積明細書"),
        ),
    }
)


def has_usage_forms(frame: SchemeFrame) -> bool:
    """Tell whether the product can print the usage application of `frame`."""
    return frame in USAGE_FORMS


def usage_forms(frame: SchemeFrame, key_date: date) -> tuple[Form, ...]:
    """Return the forms of a usage application in their order; none where the product has none for the frame.

    Raises:
        FormsMissing: no edition of a form was in use on `key_date`.
    """
    return tuple(_form(title, frame, key_date) for title in USAGE_FORMS.get(frame, ()))


def require_usage_forms(frame: SchemeFrame) -> None:
    """Refuse to print an application that has no forms here; its approval and its figures do not need them.

    Raises:
        FormsMissing: the frame's forms are not in the product.
    """
    if not has_usage_forms(frame):
        raise FormsMissing(
            f"「{frame.label}」の利用申請書類は、まだ作成できません。作成できるのは"
            f"「{'」「'.join(known.label for known in USAGE_FORMS)}」です。協議会の様式に直接記入してください。"
        )


def _form(title: FormTitle, frame: SchemeFrame, key_date: date) -> Form:
    try:
        edition = edition_of(title.code, key_date, frame)
    except NoEdition as missing:
        raise FormsMissing(
            f"適用基準日 {format_wareki(key_date)} に使う{title.number}「{title.title}」の様式がありません。"
            "受理日(受理予定日)を確かめてください。"
        ) from missing
    return Form(title.code, edition.edition, title.number, title.title, edition.source.citation)
