"""The words of the field: each is short, sourced and found, however it is typed; pages mark only words that exist."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.template import Context, Template

from tests.conftest import sign_in
from vapup.accounts.models import Member
from vapup.help.glossary import find, groups, terms
from vapup.settings import BASE_DIR

# Words of this product, and words that no source of the scheme explains.
OUR_OWN = {"safe-by", "claim-by", "lapses-on", "at-risk", "returned", "top-up", "packet", "gate", "match"}
MARKED = re.compile(r'{% term "([\w-]+)"')


def names(words: str) -> set[str]:
    return {term.name for group in find(words) for term in group.terms}


def test_every_word_is_told_in_two_sentences_with_its_public_sources() -> None:
    assert sum(len(group.terms) for group in groups()) == len(terms())  # no slug twice
    for slug, term in terms().items():
        assert re.fullmatch(r"[a-z0-9-]+", slug)
        assert re.fullmatch(r"[ァ-ヶー・]+", term.kana), slug
        assert 15 <= len(term.text) <= 90, slug
        assert term.text.endswith("。"), slug
        assert bool(term.sources) != (slug in OUR_OWN), slug
        assert all(urlsplit(source.url).netloc for source in term.sources)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("じゅりび", "受理日", id="hiragana reads like katakana"),
        pytest.param("ジュウジジカン", "従事時間管理表", id="half width katakana"),
        pytest.param("vアップ", "Vアップ事業", id="small letters, half width"),
        pytest.param("Vアップ", "Vアップ事業", id="full width letters"),
        pytest.param("バリューアップ", "Vアップ事業", id="another name of it"),
        pytest.param("うけとりしょ", "受取書", id="a kana that search makes equal to a small one"),
        pytest.param(" 枠 ", "枠", id="spaces around"),
    ],
)
def test_a_word_is_found_as_it_is_typed(typed: str, found: str) -> None:
    assert found in names(typed)


def test_nothing_is_found_for_what_nobody_says() -> None:
    assert names("株主総会決議取消") == set()
    assert len(names("")) == len(terms())


def test_a_mark_is_a_link_that_carries_the_meaning() -> None:
    drawn = Template('{% load vapup_help %}{% term "cap" "上限" %}').render(Context())
    assert 'href="/help/glossary/#cap"' in drawn
    assert f'data-says="{terms()["cap"].text}"' in drawn
    assert drawn.endswith(">上限</a>")


def test_pages_mark_no_unknown_word_and_none_twice() -> None:
    marks = {path: MARKED.findall(path.read_text()) for path in (BASE_DIR / "templates").rglob("*.html")}
    used = [slug for found in marks.values() for slug in found]
    assert set(used) <= set(terms())
    assert len(set(used)) >= 12
    assert all(len(found) == len(set(found)) for found in marks.values())


def test_the_page_says_where_each_word_is_and_searches(consultant: Member) -> None:
    browser = sign_in(consultant)
    page = browser.get("/help/glossary/").content.decode()
    assert all(f'id="{slug}"' in page for slug in terms())
    found = browser.get("/help/glossary/", {"q": "うけとりしょ"}).content.decode()
    assert 'id="receipt"' in found
    assert 'id="consent"' not in found
    assert "見つかりませんでした" in browser.get("/help/glossary/", {"q": "<script>"}).content.decode()
