"""The accounting programs whose tables are known, by the words of their heads, titles and file names.

Columns are found by their heads whatever the program; a program is named so that people see what was recognised, and
for what its tables leave unsaid. Public descriptions: jobcan.biz/help/accao120 (試算表の書き出し),
support.freee.co.jp (試算表), support.biz.moneyforward.com (推移表), support.yayoi-kk.co.jp (エクスポート),
www.e-tax.nta.go.jp/hojin/gimuka/csv_jyoho4.htm (財務諸表CSV).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vapup.imports.figures.reading import Table

AUTO: Final = "auto"
OTHER: Final = "other"
PROBED_ROWS: Final = 40


@dataclass(frozen=True, slots=True)
class Product:
    """One program.

    Attributes:
        file: a pattern of its file names, "" for none.
        signs: patterns of which one in the first rows gives it away; each is looked for in the joined cells of a row.
        note: what a reader of the preview has to know.
    """

    id: str
    label: str
    file: str = ""
    signs: tuple[str, ...] = ()
    note: str = ""


PRODUCTS: Final = (
    Product(
        "etax",
        "e-Tax 財務諸表CSV",
        file=r"(?i)HOT010_[0-9.]+_(BS|PL|SC)",
        signs=(r"HOT010", r"事業年度\(?自\)?.*\|.*[0-9]"),
        note="e-Taxの勘定科目コードは使わず、科目名で対応させます。",
    ),
    Product(
        "jobcan", "ジョブカン会計・ツカエル会計", signs=(r"\|?出力帳票\|", r"表示単位.*税(抜|込)|税(抜|込).*表示単位")
    ),
    Product("yayoi", "弥生会計", file=r"弥生", signs=(r"\[(表題|区分|明細|合計|見出)行\]", r"弥生会計")),
    Product(
        "freee",
        "freee会計",
        file=r"(?i)freee|trial_(bs|pl|cr)",
        signs=(r"期首残高\|借方金額\|貸方金額\|期末残高", r"account_item_name", r"期間累計", r"(?i)freee"),
    ),
    Product(
        "moneyforward",
        "マネーフォワード クラウド会計",
        file=r"マネーフォワード|(?i:moneyforward)|推移表|残高試算表_",
        signs=(
            r"マネーフォワード",
            r"帳票\|分類\|",
            r"(勘定科目|科目)\|補助科目?\|.*月.*\|決算整理\|",
            r"補助科目\|(前期|前月)?繰越",
        ),
    ),
    Product(
        "bugyo",
        "勘定奉行",
        file=r"奉行|OBC",
        signs=(r"勘定奉行", r"科目コード\|(勘定)?科目名?\|.*(残高|月)", r"合計残高試算表"),
    ),
    Product(OTHER, "そのほかの会計ソフト"),
)
BY_ID: Final[Mapping[str, Product]] = MappingProxyType({one.id: one for one in PRODUCTS})
_FILES: Final = {one.id: re.compile(one.file) for one in PRODUCTS if one.file}
_SIGNS: Final = {one.id: [re.compile(sign) for sign in one.signs] for one in PRODUCTS}


def recognised(filename: str, tables: Sequence[Table]) -> Product:
    """Return the program that a file comes from: by its first rows, then by its name."""
    rows = ["|".join(row).replace(" ", "") for table in tables for row in table.rows[:PROBED_ROWS]]
    for product in PRODUCTS:
        if any(sign.search(row) for sign in _SIGNS[product.id] for row in rows):
            return product
    return next((one for one in PRODUCTS if one.id in _FILES and _FILES[one.id].search(filename)), BY_ID[OTHER])
