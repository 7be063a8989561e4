"""Search sees through glyphs, widths, kana and legal forms; what it finds is stored as it was typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import jaconv
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case, CaseWords, Enterprise, EnterpriseWords
from cases.selectors.cases import listed_cases, newest_found, search
from cases.selectors.enterprises import enterprises_found, newest_enterprises
from tests.builders import make_case, make_enterprise
from tests.conftest import sign_in
from vapup.accounts.models import Member
from vapup.accounts.tenancy import sweep_scope, tenant_scope
from vapup.shared import spelling

NUMBER = "7999901000001"
# The lot numbers of addresses are folded by Python alone; a search never sees one.
LETTERS = (
    "".join(map("".join, spelling._VARIANTS))
    + "あがぱっゃゝアガパッャヽｱｶﾞﾊﾟｰー‐−－㈱㈲㍿（）()株有同式会社限合 \u3000ＡａAz1９①"
)


def names(consultant: Member, asked: str) -> list[str]:
    """Return the names that are found, by reading every row and by the index alike."""
    return _both_ways(consultant, enterprises_found(consultant.agency_id, asked).values_list("name", flat=True))


def numbers(consultant: Member, asked: str) -> list[str]:
    """Return the numbers of the cases that are found, by reading every row and by the index alike."""
    return _both_ways(consultant, search(listed_cases(consultant.agency_id), asked).values_list("number", flat=True))


def _both_ways(consultant: Member, rows: QuerySet[Any, str]) -> list[str]:
    found = []
    for is_allowed in ("on", "off"):
        with tenant_scope(consultant.agency_id), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL enable_seqscan = {is_allowed}")
            cursor.execute("SET LOCAL enable_indexscan = off")  # which would read every row as well
            found.append([*rows.all()])
            cursor.execute("SET LOCAL enable_seqscan = on")
            cursor.execute("SET LOCAL enable_indexscan = on")
    assert found[0] == found[1]
    return found[0]


def folded(*texts: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_fold(said) FROM unnest(%s::text[]) WITH ORDINALITY AS t(said, n) ORDER BY n", [[*texts]]
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("髙橋商店", "高橋"),
        ("高橋商店", "髙橋"),
        ("山﨑建設", "山崎"),
        ("𠮷田 一郎", "吉田一"),
        ("アイウ工業", "ｱｲｳ"),
        ("ｶﾞｰﾃﾞﾝ", "ガーデン"),
        ("アイウ工業", "あいう"),
        ("みどり園", "ミドリ"),
        ("ＡＢＣ商事", "abc"),
        ("株式会社青葉", "㈱青葉"),
        ("(株)青葉", "㈱青葉"),
        ("㈱青葉", "（株）青葉"),
        ("青葉㍿", "株式会社"),
        ("有限會社青葉", "㈲青葉"),
        ("株式会社 青葉 製作所", "青葉製作"),
        ("株式会社 青葉 製作所", "製作\u3000㈱"),
        ("葛\U000e0100城商店", "葛城"),
        ("第12会計", "12"),
        ("エリア51-7", "５１－７"),
        ("100%果汁_園", "%果汁_"),
        ("港", "港"),
    ],
)
def test_the_same_words_are_found_however_they_are_written(consultant: Member, stored: str, asked: str) -> None:
    make_enterprise(consultant.agency, name=stored)
    assert names(consultant, asked) == [stored]  # and as it was typed


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("高山橋本", "高橋"),
        ("ABCAB", "bcb"),  # has each of the pairs, but not the word
        ("高橋商店", "高橋 建設"),
        ("ビール園", "ビル"),
        ("100円果汁", "%果汁"),
        ("有限会社青葉", "㈱青葉"),
        ("港", "浜"),
    ],
)
def test_only_what_holds_every_word_is_found(consultant: Member, stored: str, asked: str) -> None:
    make_enterprise(consultant.agency, name=stored)
    assert names(consultant, asked) == []


@pytest.mark.parametrize(
    "asked", [NUMBER, "79", "7-9999-0100-0001", "７９９９９０１", "T7999901000001", "Ｔ7-9999", "t79999"]
)
def test_a_corporate_number_is_found_by_its_beginning(consultant: Member, asked: str) -> None:
    make_enterprise(consultant.agency, name="青葉", corporate_number=NUMBER)
    assert names(consultant, asked) == ["青葉"]
    assert names(consultant, f"{asked}8") == []
    assert names(consultant, "9999") == []  # not from the middle, where two digits would find everybody


@pytest.mark.parametrize(
    "asked", ["C-2026-0012", "c-2026-0012", "Ｃ－２０２６－００１２", "26-0012", "c20260012", "0012"]
)
def test_a_case_is_found_by_any_part_of_its_number(consultant: Member, asked: str) -> None:
    enterprise = make_enterprise(consultant.agency, name="髙橋商店", corporate_number=NUMBER)
    for number in ("C-2026-0012", "C-2026-0013"):
        make_case(consultant, enterprise=enterprise, number=number)
    assert numbers(consultant, asked) == ["C-2026-0012"]
    assert numbers(consultant, f"高橋 {asked}") == ["C-2026-0012"]
    assert numbers(consultant, f"鈴木 {asked}") == []
    assert len(numbers(consultant, "T7999")) == 2


def test_words_follow_every_write(consultant: Member) -> None:
    first, other = make_enterprise(consultant.agency, name="青葉"), make_enterprise(consultant.agency, name="若葉")
    case = make_case(consultant, enterprise=first, number="C-2026-0012")
    Enterprise.objects.filter(pk=first.pk).update(name="髙橋")  # no model's save() sees this
    assert (names(consultant, "青葉"), names(consultant, "高橋")) == ([], ["髙橋"])
    assert (numbers(consultant, "青葉"), numbers(consultant, "高橋")) == ([], ["C-2026-0012"])
    Case.objects.filter(pk=case.pk).update(enterprise=other)  # as a merge does
    assert (numbers(consultant, "高橋"), numbers(consultant, "若葉")) == ([], ["C-2026-0012"])
    Case.objects.filter(pk=case.pk).update(number="C-2026-0099")
    assert (numbers(consultant, "0012"), numbers(consultant, "0099")) == ([], ["C-2026-0099"])
    Case.objects.filter(pk=case.pk).delete()
    Enterprise.objects.all().delete()
    assert (EnterpriseWords.objects.count(), CaseWords.objects.count()) == (0, 0)


def test_a_merged_enterprise_is_not_found(consultant: Member) -> None:
    kept, gone = make_enterprise(consultant.agency, name="青葉"), make_enterprise(consultant.agency, name="青葉 (旧)")
    Enterprise.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert names(consultant, "青葉") == ["青葉"]


# --- the first of many ---------------------------------------------------------------------------------------------


def test_the_newest_found_are_the_newest_of_all_that_are_found_however_many_there_are(consultant: Member) -> None:
    """2,300, of which the newest 2,000 are looked through: 青葉 is among them, 末広 comes before, 号 is in all."""
    agency = consultant.agency
    Enterprise.objects.bulk_create(Enterprise(**row) for row in _many(consultant, 2_300, oldest=200))
    last, other = Enterprise.objects.order_by("-pk")[:2]
    Enterprise.objects.filter(pk=last.pk).update(merged_into=other)
    with tenant_scope(agency.pk):
        for text in ("青葉", "青葉7", "末広", "末広199", "1 葉 青", "青葉2299", "青葉 末広", "号", "8", "80", "無い名"):
            found = [*enterprises_found(agency.pk, text).order_by("-pk")[:21]]
            for most in (1, 5, 21):
                assert [*newest_enterprises(agency.pk, text, most=most)] == found[:most], (text, most)
        names = [one.name for one in newest_enterprises(agency.pk, "末広", most=2)]
        assert names == ["末広199号", "末広198号"]
        assert next(iter(newest_enterprises(agency.pk, "青葉", most=1))).name == "青葉2298号"  # one is merged away


def test_the_newest_cases_found_are_the_newest_of_all(consultant: Member) -> None:
    first, other = make_enterprise(consultant.agency, name="青葉"), make_enterprise(consultant.agency, name="若葉")
    for serial in range(6):
        make_case(consultant, enterprise=other if serial % 3 else first, number=f"C-2026-000{serial}")
    with tenant_scope(consultant.agency_id):
        newest = [one.number for one in newest_found(consultant.agency_id, "葉", most=2)]
        assert newest == ["C-2026-0005", "C-2026-0004"]
        assert [one.number for one in newest_found(consultant.agency_id, "青葉", most=2)] == [
            "C-2026-0003",
            "C-2026-0000",
        ]
        assert [one.number for one in newest_found(consultant.agency_id, "26-0003", most=2)] == ["C-2026-0003"]


# --- walls ---------------------------------------------------------------------------------------------------------


def ids(function: str, word: str, *most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s::text[]{', %s' * len(most)})", [[word], *most])
        return [row[0] for row in cursor.fetchall()]


def test_the_functions_keep_to_the_agency_of_their_caller(consultant: Member, outsider: Member) -> None:
    own = make_case(consultant, enterprise=make_enterprise(consultant.agency, name="青葉"), number="C-2026-0001")
    make_case(outsider, enterprise=make_enterprise(outsider.agency, name="青葉"), number="C-2026-0001")
    for word in ("青葉", "青", "2026"):
        with tenant_scope(consultant.agency_id):
            assert ids("search_cases", word) == [own.pk]
            assert ids("newest_cases", word, 9) == [own.pk]
            for function, *most in (("search_enterprises",), ("newest_enterprises", 9)):
                assert ids(function, word, *most) == ([] if word == "2026" else [own.enterprise_id])
        for function, *most in (
            ("search_cases",),
            ("search_enterprises",),
            ("newest_cases", 9),
            ("newest_enterprises", 9),
        ):
            assert ids(function, word, *most) == []  # no agency, nothing to see


def test_the_role_of_the_search_reads_words_and_nothing_else(consultant: Member) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(privilege_type, ' ') FROM information_schema.table_privileges"
            " WHERE grantee = 'vapup_searcher' GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [("cases_casewords", "SELECT"), ("cases_enterprisewords", "SELECT")]
        cursor.execute(
            "SELECT p.proname, p.prosecdef, p.proowner::regrole::text,"
            " has_function_privilege('vapup_app', p.oid, 'EXECUTE'),"
            " has_function_privilege('vapup_sweeper', p.oid, 'EXECUTE'), p.proconfig[1]"
            " FROM pg_proc p WHERE p.proowner::regrole::text = 'vapup_searcher' ORDER BY 1"
        )
        rest = (True, "vapup_searcher", True, False, "search_path=pg_catalog, public, pg_temp")
        names = ("newest_cases", "newest_enterprises", "search_cases", "search_enterprises")
        assert cursor.fetchall() == [(name, *rest) for name in names]
    with pytest.raises(ProgrammingError, match="permission denied"), sweep_scope():
        ids("search_enterprises", "青葉")


def test_the_index_is_used_as_the_role_of_a_request(consultant: Member) -> None:
    """Behind row-level security alone it is not: `@>` might leak, so the policy would look at each row first."""
    Enterprise.objects.bulk_create(Enterprise(**row) for row in _many(consultant, 300))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_enterprisewords")
    with tenant_scope(consultant.agency_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        before = _index_scans()
        assert len(ids("search_enterprises", "青葉7")) == 11  # 7 and 70 to 79
        assert _index_scans() == before + 1


def test_the_index_is_asked_once_for_all_rows(consultant: Member) -> None:
    """Without statistics of the enterprises, as after an import, a semi-join would ask again for each of them."""
    Enterprise.objects.bulk_create(Enterprise(**row) for row in _many(consultant, 300))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_enterprisewords")
    with tenant_scope(consultant.agency_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        before = _index_scans()
        assert enterprises_found(consultant.agency_id, "青葉77号").count() == 1
        assert _index_scans() == before + 1


def _index_scans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_numscans('enterprise_by_grams'::regclass)")
        return int(cursor.fetchone()[0])


def _many(consultant: Member, count: int, *, oldest: int = 0) -> Iterator[dict[str, object]]:
    pattern = make_enterprise(consultant.agency)
    facts = Enterprise.objects.filter(pk=pattern.pk).values()[0]
    for serial in range(count):
        yield {**facts, "id": None, "name": f"{'末広' if serial < oldest else '青葉'}{serial}号"}


# --- one table of variants, written twice --------------------------------------------------------------------------

CHANGED = (
    "vapup/shared/spelling.py and search_fold of the database differ. After a change of the variants add a migration"
    " that replaces search_fold, writes all words anew and builds the indexes again: see cases/migrations/0012."
)


def test_every_variant_of_the_table_is_known_to_the_database(db: None) -> None:
    for row in spelling._VARIANTS:
        assert folded(*row) == [row[0]] * len(row), CHANGED


@pytest.mark.django_db
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(LETTERS, max_size=20))
def test_the_database_folds_as_python_does(text: str) -> None:
    katakana = jaconv.hira2kata(unicodedata.normalize("NFKC", text))
    assert [f"{one}甲" for one in folded(text)] == [spelling.fold(f"{katakana}甲")], CHANGED


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/enterprises/", "/cases/", "/cases/new/"])
def test_the_pages_find_it(consultant: Member, outsider: Member, address: str) -> None:
    make_case(consultant, enterprise=make_enterprise(consultant.agency, name="㈱髙橋アイウ"))
    make_case(outsider, enterprise=make_enterprise(outsider.agency, name="㈱髙橋外の客"))
    browser = sign_in(consultant)
    for asked in ("高橋", "(株)高橋", "ｱｲｳ", "あいう　株式会社"):
        page = browser.get(address, {"q": asked}).content.decode()
        assert "㈱髙橋アイウ" in page, asked
        assert "外の客" not in page
    assert "㈱髙橋アイウ" not in browser.get(address, {"q": "鈴木"}).content.decode()
