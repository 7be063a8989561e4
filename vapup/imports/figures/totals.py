"""The lines of a statement that are no accounts: totals and profits with what they add up, and names of groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from cases.enums import Section, Statement
from cases.rules.accounts import ASSETS, CLAIMS, COST, INCOME

S = Section


@dataclass(frozen=True, slots=True)
class Total:
    """A line that the file has worked out itself.

    Attributes:
        terms: the sections that it adds up, each with its sign.
        sign: -1 where the line states a loss as a positive amount.
    """

    label: str
    terms: tuple[tuple[Section, int], ...]
    sign: int = 1

    @property
    def statement(self) -> Statement:
        """The statement that it stands in."""
        return Statement.PROFIT if self.terms[0][0] in INCOME | COST else Statement.BALANCE

    @property
    def debit_side(self) -> int:
        """1 where debits raise it, -1 where credits do."""
        return side_of(self.terms[0][0])


def side_of(section: Section) -> int:
    """Return 1 for sections that debits raise (assets and costs), else -1."""
    return 1 if section in ASSETS | COST else -1


GROSS: Final = ((S.SALES, 1), (S.COST_OF_SALES, -1))
OPERATING: Final = (*GROSS, (S.SELLING_ADMIN, -1))
ORDINARY: Final = (*OPERATING, (S.NON_OPERATING_INCOME, 1), (S.NON_OPERATING_EXPENSE, -1))
BEFORE_TAX: Final = (*ORDINARY, (S.EXTRAORDINARY_INCOME, 1), (S.EXTRAORDINARY_LOSS, -1))
NET: Final = (*BEFORE_TAX, (S.INCOME_TAXES, -1))
# Profits: always totals. The ending says what a positive amount means.
PROFITS: Final = (
    (re.compile(r"(売上)?総(利益|損益|損失)|粗利益?"), "売上総利益", GROSS),
    (re.compile(r"営業(利益|損益|損失)"), "営業利益", OPERATING),
    (re.compile(r"経常(利益|損益|損失)"), "経常利益", ORDINARY),
    (re.compile(r"税(引|金等調整)前(当期)?(純)?(利益|損益|損失)"), "税引前当期純利益", BEFORE_TAX),
    (re.compile(r"(税引後)?当期(純)?(利益|損益|損失)|純(利益|損益|損失)"), "当期純利益", NET),
)
# Sections whose bare name is never an account.
BARE: Final[Mapping[str, tuple[tuple[Section, int], ...]]] = MappingProxyType(
    {
        "売上原価": ((S.COST_OF_SALES, 1),),
        "完成工事原価": ((S.COST_OF_SALES, 1),),
        "販売費一般管理費": ((S.SELLING_ADMIN, 1),),
        "販売管理費": ((S.SELLING_ADMIN, 1),),
        "販管費": ((S.SELLING_ADMIN, 1),),
        "一般管理費": ((S.SELLING_ADMIN, 1),),
        "経費": ((S.SELLING_ADMIN, 1),),
        "流動資産": ((S.CURRENT_ASSETS, 1),),
        "固定資産": ((S.FIXED_ASSETS, 1),),
        "資産": tuple((one, 1) for one in Section if one in ASSETS),
        "総資産": tuple((one, 1) for one in Section if one in ASSETS),
        "流動負債": ((S.CURRENT_LIABILITIES, 1),),
        "固定負債": ((S.FIXED_LIABILITIES, 1),),
        "負債": ((S.CURRENT_LIABILITIES, 1), (S.FIXED_LIABILITIES, 1)),
        "純資産": ((S.NET_ASSETS, 1),),
        "資本": ((S.NET_ASSETS, 1),),
        "負債純資産": tuple((one, 1) for one in Section if one in CLAIMS),
        "負債資本": tuple((one, 1) for one in Section if one in CLAIMS),
    }
)
# Names that are an account in one book and the total of a section in another.
SECTIONS: Final[Mapping[str, Section]] = MappingProxyType(
    {
        "売上高": S.SALES,
        "売上": S.SALES,
        "純売上高": S.SALES,
        "営業外収益": S.NON_OPERATING_INCOME,
        "営業外費用": S.NON_OPERATING_EXPENSE,
        "特別利益": S.EXTRAORDINARY_INCOME,
        "特別損失": S.EXTRAORDINARY_LOSS,
        "法人税等": S.INCOME_TAXES,
        "繰延資産": S.DEFERRED_ASSETS,
    }
)
# Names that are an account in one book and the total of accounts in another.
GROUPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **{name: frozenset({"cash"}) for name in ("現金及び預金", "現金預金", "現金・預金")},
        "売上債権": frozenset({"receivables"}),
        "棚卸資産": frozenset({"stock"}),
        "有形固定資産": frozenset({"tangible_assets", "accumulated_depreciation"}),
        "無形固定資産": frozenset({"intangible_assets"}),
        "投資その他の資産": frozenset({"investments"}),
        "その他流動資産": frozenset({"other_current_assets"}),
        "仕入債務": frozenset({"payables"}),
        "その他流動負債": frozenset({"other_current_liabilities"}),
        "その他固定負債": frozenset({"other_fixed_liabilities"}),
        "資本剰余金": frozenset({"capital"}),
        "利益剰余金": frozenset({"retained_earnings"}),
        "その他利益剰余金": frozenset({"retained_earnings"}),
        "材料費": frozenset({"purchases", "opening_stock", "closing_stock"}),
        "原材料費": frozenset({"purchases", "opening_stock", "closing_stock"}),
        "労務費": frozenset({"labour"}),
        "外注費": frozenset({"subcontracting"}),
        "製造経費": frozenset({"factory_costs", "factory_depreciation"}),
    }
)
# Names that lower the account that they belong to: books print them with either sign.
LOWERING: Final = re.compile(r".*(値引|戻し|戻り|割戻|累計額|引当金|期末.*棚卸高|自己株式|事業主貸|他勘定振替高).*")
RESERVES: Final = re.compile(r"(賞与|退職給付|役員賞与|退職|修繕|納税|特別修繕|製品保証)引当金")
MADE: Final = re.compile(r"当期(製品)?製造原価|製品製造原価|当期生産原価|当期製造費用合計")
OF_THE_MEMO: Final = re.compile(r"\(?(うち|内).*")
# Groups of groups, which no account of the chart is named after.
UNCHECKED: Final = re.compile(
    r"株主資本|当座資産|その他の?(資産|負債)|当期総製造費用|総製造費用|製造原価|当期.*費用計|評価換算差額等合計"
)
_ENDING: Final = re.compile(r"(合計額?|小計|総合計|計)$")
_OR: Final = re.compile(r"(又は|または).*")  # 当期純利益又は当期純損失
_NOISE: Final = re.compile(r"の部|及び|並びに|または|又は|[・、,()\[\]【】\-]|金額|総額")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the name of a line tells by itself.

    Attributes:
        total: what it adds up, where the sections of the chart explain it.
        is_sum: it ends like a total, or is one that nothing here can check.
        is_memo: it repeats a part of another line (うち …).
        is_made: it is the cost of manufacture, which the block of manufacturing costs adds up to.
        lowers: it lowers the account that it belongs to.
    """

    total: Total | None
    is_sum: bool
    is_memo: bool
    is_made: bool
    lowers: bool


@lru_cache(maxsize=8_192)
def facts_of(key: str) -> Facts:
    """Return what a folded name tells by itself."""
    bare, says_so = _bare(key)
    return Facts(
        total=_total(bare, is_sum=says_so),
        is_sum=says_so or UNCHECKED.fullmatch(bare) is not None,
        is_memo=OF_THE_MEMO.fullmatch(key) is not None,
        is_made=MADE.fullmatch(key) is not None,
        lowers=LOWERING.fullmatch(key) is not None and RESERVES.search(key) is None,
    )


def _total(bare: str, *, is_sum: bool) -> Total | None:
    for pattern, label, terms in PROFITS:
        if pattern.fullmatch(bare) or pattern.fullmatch(bare.removesuffix("損失")):
            return Total(label, terms, -1 if bare.endswith("損失") and not _has_profit(bare) else 1)
    terms_of_bare = BARE.get(bare)
    if terms_of_bare is not None:
        return Total(f"{bare}合計", terms_of_bare)
    if is_sum and bare in SECTIONS:
        return Total(f"{bare}合計", ((SECTIONS[bare], 1),))
    return Total("売上高合計", ((S.SALES, 1),)) if bare == "純売上高" else None


def _bare(key: str) -> tuple[str, bool]:
    """Return a name without what its writing adds, and whether it says that it is a sum."""
    plain = _NOISE.sub("", _OR.sub("", key))
    bare = _ENDING.sub("", plain)
    return (bare or plain), bare != plain


def _has_profit(bare: str) -> bool:
    return "利益" in bare or "損益" in bare
