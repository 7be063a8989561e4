"""The words of the field in plain Japanese, as `glossary.toml` says them."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import jaconv

from vapup.shared.spelling import fold

FILE: Final = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """A public page that says what a word means."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word, how it is read, and what it means.

    Attributes:
        slug: its part of addresses, which never changes.
        text: what pages show beside the word; plain text.
        more: what only the glossary adds; "" for nothing.
    """

    slug: str
    name: str
    kana: str
    text: str
    more: str
    sources: tuple[Source, ...]

    @property
    def search_key(self) -> str:
        """Return what a search looks into."""
        return search_key(f"{self.name} {self.kana} {self.text} {self.more}")


@dataclass(frozen=True, slots=True)
class Group:
    """Words that belong together."""

    name: str
    terms: tuple[Term, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return all words in the order of the file."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    sources = {key: Source(**one) for key, one in content["sources"].items()}
    return tuple(Group(one["name"], tuple(_term(row, sources) for row in one["term"])) for one in content["group"])


@cache
def terms() -> Mapping[str, Term]:
    """Return all words by their slug."""
    return MappingProxyType({term.slug: term for group in groups() for term in group.terms})


def find(words: str) -> tuple[Group, ...]:
    """Return the words whose name, reading or meaning holds `words`, however they are spelled; all for ""."""
    wanted = search_key(words)
    found = (Group(one.name, tuple(term for term in one.terms if wanted in term.search_key)) for one in groups())
    return tuple(one for one in found if one.terms)


def search_key(words: str) -> str:
    """Return words as the search compares them: widths, spaces, variants of glyphs and kinds of kana made equal."""
    return fold(jaconv.hira2kata(unicodedata.normalize("NFKC", words)))


def _term(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Term:
    named = tuple(sources[key] for key in row.get("sources", ()))
    return Term(row["id"], row["term"], row["kana"], row["text"], row.get("more", ""), named)
