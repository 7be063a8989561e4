"""Search over 200,000 enterprises of one agency, as the role of a request, against a sequential LIKE of the same run.

The enterprises have a database of their own, made for the run by SQL and dropped after it.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection
from django.db.models import Model, Q, QuerySet

from cases.models import Enterprise
from cases.selectors.enterprises import enterprises_found, newest_enterprises
from tests.bench.databases import copied
from tests.bench.report import report
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope

ENTERPRISES: Final = 200_000
FIRST: Final = 21  # the page of the quick search, and one more
PAGE: Final = 50  # of the list
ROUNDS: Final = 21
# What is asked, and the same as it is stored in most names, for the LIKE.
QUESTIONS: Final = {
    "高橋": "高橋",
    "髙橋": "髙橋",
    "ｱｲｳ": "アイウ",
    "渡辺水産": "渡辺水産",
    "㈱佐藤 食品": "株式会社佐藤食品",
    "7-0100-01": "7010001",
    "株式会社": "株式会社",
}
SURNAMES: Final = [
    *("佐藤", "鈴木", "高橋", "髙橋", "田中", "伊藤", "渡辺", "渡邊", "山本", "中村", "小林", "加藤", "吉田", "𠮷田"),
    *("山田", "佐々木", "山口", "松本", "井上", "木村", "林", "斎藤", "齋藤", "清水", "山崎", "山﨑", "森", "池田"),
    *("橋本", "阿部", "石川", "前田", "藤田", "小川", "岡田", "後藤", "長谷川", "村上", "近藤", "石井", "遠藤", "青木"),
    *("坂本", "藤井", "西村", "福田", "太田", "三浦", "岡本", "松田", "中野", "原田", "小野", "浜田", "濵田", "竹内"),
    *("金子", "和田", "中山", "石田", "上田", "森田", "桜井", "櫻井", "アイウエオ", "アイリス", "サンライズ", "みどり"),
]
TRADES: Final = [
    *("水産", "製作所", "商店", "建設", "運輸", "食品", "印刷", "木工", "旅館", "農園", "電機", "薬局", "硝子", "繊維"),
    *("酒造", "工業", "塗装", "造園", "物産", "商事", "ホールディングス", "サービス"),
]
# The reading of each surname, in its place: who is called the same stands together in the order of a list.
KANA: Final = [
    *("サトウ", "スズキ", "タカハシ", "タカハシ", "タナカ", "イトウ", "ワタナベ", "ワタナベ", "ヤマモト", "ナカムラ"),
    *("コバヤシ", "カトウ", "ヨシダ", "ヨシダ", "ヤマダ", "ササキ", "ヤマグチ", "マツモト", "イノウエ", "キムラ"),
    *("ハヤシ", "サイトウ", "サイトウ", "シミズ", "ヤマザキ", "ヤマザキ", "モリ", "イケダ", "ハシモト", "アベ"),
    *("イシカワ", "マエダ", "フジタ", "オガワ", "オカダ", "ゴトウ", "ハセガワ", "ムラカミ", "コンドウ", "イシイ"),
    *("エンドウ", "アオキ", "サカモト", "フジイ", "ニシムラ", "フクダ", "オオタ", "ミウラ", "オカモト", "マツダ"),
    *("ナカノ", "ハラダ", "オノ", "ハマダ", "ハマダ", "タケウチ", "カネコ", "ワダ", "ナカヤマ", "イシダ", "ウエダ"),
    *("モリタ", "サクライ", "サクライ", "アイウエオ", "アイリス", "サンライズ", "ミドリ"),
]
READINGS: Final = [
    *("スイサン", "セイサクショ", "ショウテン", "ケンセツ", "ウンユ", "ショクヒン", "インサツ", "モッコウ", "リョカン"),
    *("ノウエン", "デンキ", "ヤッキョク", "ガラス", "センイ", "シュゾウ", "コウギョウ", "トソウ", "ゾウエン"),
    *("ブッサン", "ショウジ", "ホールディングス", "サービス"),
]
# The office that registered them and what they are, in a corporate number behind its check digit.
OFFICES: Final = ["010001", "010401", "011101", "012701", "013301", "120001", "122001", "140001", "180001", "290001"]
FILL: Final = """
    INSERT INTO cases_enterprise (agency_id, name, name_kana, legal_form, corporate_number, representative_title,
        representative, postal_code, address, phone, industry, business, employee_count, fiscal_year_end_month,
        annual_sales_yen, interest_bearing_debt_yen, version)
    SELECT %(agency)s, CASE n %% 10 WHEN 0 THEN '㈱' || said WHEN 1 THEN said || '有限会社' WHEN 2 THEN '(有)' || said
            WHEN 3 THEN '合同会社' || said WHEN 4 THEN said || ' 株式会社' ELSE '株式会社' || said END,
        kana[1 + chance %% cardinality(kana)] || readings[1 + chance / 100 %% cardinality(readings)], 'company',
        1 + chance %% 9 || offices[1 + chance / 9 %% cardinality(offices)] || lpad(n::text, 6, '0'),
        '', '見本 太郎', '', '東京都千代田区霞が関9-9-9', '', 'retail', '小売', 9, 3, 1, 1, 1
    FROM (SELECT %(kana)s::text[] AS kana, %(readings)s::text[] AS readings, %(offices)s::text[] AS offices, n,
            chance,
            names[1 + chance %% cardinality(names)]
            || trades[1 + chance / 100 %% cardinality(trades)] || CASE n %% 3 WHEN 0 THEN n::text ELSE '' END AS said
        FROM (SELECT n, hashint4(n) & 2147483647 AS chance, %(names)s::text[] AS names, %(trades)s::text[] AS trades
            FROM generate_series(1, %(count)s) AS n) AS drawn) AS made
"""
# One row after another the triggers need minutes for so many; what they would write is written at once.
QUIETLY: Final = "SET session_replication_role = replica; SET statement_timeout = 0; DROP INDEX enterprise_by_grams"
FILL_WORDS: Final = """
    INSERT INTO cases_enterprisewords (id, agency_id, folded, is_listed)
    SELECT id, agency_id, search_words_of_enterprise(name, name_kana, corporate_number), true
    FROM cases_enterprise WHERE agency_id = %(agency)s;
    CREATE INDEX enterprise_by_grams ON cases_enterprisewords USING gin (search_grams(folded)) WITH (fastupdate = off)
"""


def search() -> None:
    """Report the milliseconds of the database for each question: the quick search, and a page of the list."""
    original = str(connection.settings_dict["NAME"])
    with database(original, f"{original}_search") as agency_id, tenant_scope(agency_id):
        for asked, stored in QUESTIONS.items():
            _ask(agency_id, asked, stored)
        whole = Enterprise.objects.for_agency(agency_id).order_by("pk")[ENTERPRISES // 2].corporate_number
        _ask(agency_id, whole, whole)


def _ask(agency_id: int, asked: str, stored: str) -> None:
    all_found = enterprises_found(agency_id, asked).order_by()
    like = Q(name__contains=stored) | Q(name_kana__contains=stored) | Q(corporate_number__contains=stored)
    plainly = Enterprise.objects.for_agency(agency_id).filter(like).values("pk")
    first, page = newest_enterprises(agency_id, asked, most=FIRST), enterprises_found(agency_id, asked)[:PAGE]
    lookups, likes, firsts, pages, counts = [], [], [], [], []
    for _ in range(ROUNDS):
        lookups.append(_milliseconds(asked))
        likes.append(_of(plainly))
        firsts.append(_of(first))
        pages.append(_of(page))
        counts.append(_of(all_found.values("pk")))
    ratio = statistics.median(one / other for one, other in zip(firsts, likes, strict=True))
    found = f"search_{asked}_of_{ENTERPRISES}"
    report(found, statistics.median(firsts), "ms", ratio=ratio, against="sequential LIKE")
    report(f"{found}_p95", statistics.quantiles(firsts, n=20)[-1], "ms")
    report(f"{found}_all_ids", statistics.median(lookups), "ms")
    report(f"{found}_hits", all_found.count(), "enterprises")
    report(f"{found}_page_and_count", statistics.median(map(sum, zip(pages, counts, strict=True))), "ms")


def _milliseconds(asked: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) SELECT search_enterprises(%s::text[])", [asked.split()])
        return _time_in(cursor.fetchone()[0])


def _of(rows: QuerySet[Model, object]) -> float:
    return _time_in(json.loads(rows.explain(format="json", analyze=True)))


def _time_in(plans: list[dict[str, float]]) -> float:
    return plans[0]["Planning Time"] + plans[0]["Execution Time"]


@contextmanager
def database(original: str, name: str) -> Iterator[int]:
    """Make a database with an agency of `ENTERPRISES`, give the agency, and drop the database afterwards."""
    start = time.perf_counter()
    with copied(original, name):
        agency = Agency.objects.create(name="検索会計事務所", slug="bench-search")
        lists = {"names": SURNAMES, "trades": TRADES, "kana": KANA, "readings": READINGS, "offices": OFFICES}
        with connection.cursor() as cursor:
            cursor.execute(QUIETLY)
            cursor.execute(FILL, {"agency": agency.pk, "count": ENTERPRISES, **lists})
            cursor.execute(FILL_WORDS, {"agency": agency.pk})
            cursor.execute("VACUUM ANALYZE")
        report("search_preparation", time.perf_counter() - start, "s")
        yield agency.pk
