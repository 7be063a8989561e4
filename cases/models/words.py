"""What searches look at: each enterprise's and case's names and numbers, folded.

Triggers of the database fill these tables and nothing else does, so that imports, merges and bulk writes never leave
them behind; names themselves stay as they were typed. The functions `search_...` come with the migrations. A row has
the id of what it tells of, and is no relation of Django's: to the application it is no row that uses another.
"""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from vapup.accounts.models import Agency, AgencyQuerySet

_EVERY: Final = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


def _by_grams(name: str) -> GinIndex:
    """Return an index of the pairs of characters, without the list of pending entries that searches had to read."""
    # Of the expression, not of a column: rows stay a third as wide, and a search reads that many pages less.
    return GinIndex(models.Func("folded", function="search_grams"), name=name, fastupdate=False)


class EnterpriseWords(models.Model):
    """The name, reading and corporate number of an enterprise."""

    id = models.BigIntegerField("事業者", primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    folded = models.TextField("検索用の表記")
    # Here once more, for the searcher reads no other table: one that was merged into another is not to be found.
    is_listed = models.BooleanField("統合されていない", default=True)

    objects = AgencyQuerySet["EnterpriseWords"].as_manager()

    class Meta:
        verbose_name = "事業者の検索語"
        indexes = [
            _by_grams("enterprise_by_grams"),
            models.Index(fields=["agency", "-id"], name="words_of_newest", condition=models.Q(is_listed=True)),
        ]

    def __str__(self) -> str:
        return self.folded


class CaseWords(models.Model):
    """The number of a case, with and without hyphens, and the words of its enterprise."""

    id = models.BigIntegerField("案件", primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    folded = models.TextField("検索用の表記")

    objects = AgencyQuerySet["CaseWords"].as_manager()

    class Meta:
        verbose_name = "案件の検索語"
        indexes = [_by_grams("case_by_grams"), models.Index(fields=["agency", "-id"], name="words_of_newest_cases")]

    def __str__(self) -> str:
        return self.folded


def keep_enterprise_words() -> pgtrigger.Trigger:
    """Return the trigger that writes the words of an enterprise, and of its cases after a change of name."""
    return pgtrigger.Trigger(
        name="words",
        when=pgtrigger.After,
        operation=_EVERY,
        func="""
            IF TG_OP = 'DELETE' THEN
                DELETE FROM cases_enterprisewords WHERE id = OLD.id;
                RETURN NULL;
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.name, OLD.name_kana, OLD.corporate_number, OLD.merged_into_id)
                IS NOT DISTINCT FROM (NEW.name, NEW.name_kana, NEW.corporate_number, NEW.merged_into_id) THEN
                RETURN NULL;
            END IF;
            INSERT INTO cases_enterprisewords (id, agency_id, folded, is_listed)
            VALUES (NEW.id, NEW.agency_id, search_words_of_enterprise(NEW.name, NEW.name_kana, NEW.corporate_number),
                NEW.merged_into_id IS NULL)
            ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded, is_listed = EXCLUDED.is_listed;
            IF TG_OP = 'UPDATE' THEN
                UPDATE cases_casewords AS words SET folded = search_words_of_case(cased.number, own.folded)
                FROM cases_case AS cased JOIN cases_enterprisewords AS own ON own.id = cased.enterprise_id
                WHERE cased.enterprise_id = NEW.id AND words.id = cased.id;
            END IF;
            RETURN NULL;
        """,
    )


def keep_case_words() -> pgtrigger.Trigger:
    """Return the trigger that writes the words of a case; FOR SHARE waits for a change of name under way."""
    return pgtrigger.Trigger(
        name="words",
        when=pgtrigger.After,
        operation=_EVERY,
        func="""
            IF TG_OP = 'DELETE' THEN
                DELETE FROM cases_casewords WHERE id = OLD.id;
                RETURN NULL;
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.number, OLD.enterprise_id)
                IS NOT DISTINCT FROM (NEW.number, NEW.enterprise_id) THEN
                RETURN NULL;
            END IF;
            INSERT INTO cases_casewords (id, agency_id, folded)
            SELECT NEW.id, NEW.agency_id, search_words_of_case(NEW.number, own.folded)
            FROM (SELECT folded FROM cases_enterprisewords WHERE id = NEW.enterprise_id FOR SHARE) AS own
            ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded;
            RETURN NULL;
        """,
    )
