"""Fill the words of the rows that are there already, put them behind the walls, and let searches through."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from vapup.accounts.tenancy import CREATE_SEARCHER, isolate, let_search

# The plan is made for the words that are asked: one character has no pair, and every row is read.
SEARCH = """
CREATE FUNCTION {function}(words text[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER ROWS 200
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    own bigint := nullif(current_setting('app.agency_id', true), '')::bigint;
    asked record;
BEGIN
    asked := search_asked(words);
    RETURN QUERY SELECT found.id FROM {table} AS found
    WHERE found.agency_id = own AND (cardinality(asked.grams) = 0 OR search_grams(found.folded) @> asked.grams)
        AND found.folded LIKE ALL (asked.texts) AND found.folded ~ ALL (asked.numbers);
END
$$
"""
# For the owner of the tables, who without being a superuser sees no rows behind the wall. Rows that were written since
# the triggers came have their words already.
FILL = [
    "ALTER TABLE cases_enterprise NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
    "INSERT INTO cases_enterprisewords (id, agency_id, folded) "
    "SELECT id, agency_id, search_words_of_enterprise(name, name_kana, corporate_number) FROM cases_enterprise "
    "ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded",
    "INSERT INTO cases_casewords (id, agency_id, folded) "
    "SELECT cases_case.id, cases_case.agency_id, search_words_of_case(number, own.folded) FROM cases_case "
    "JOIN cases_enterprisewords AS own ON own.id = enterprise_id "
    "ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded",
    "ALTER TABLE cases_enterprise FORCE ROW LEVEL SECURITY",
    "ALTER TABLE cases_case FORCE ROW LEVEL SECURITY",
    # Keys are looked up at the end of the transaction; a table that waits for that cannot be altered.
    "SET CONSTRAINTS ALL IMMEDIATE",
]
TABLES = {"search_enterprises": "cases_enterprisewords", "search_cases": "cases_casewords"}
# Built at once of all words: entering them one by one takes many times as long.
INDEXES = {"casewords": "case_by_grams", "enterprisewords": "enterprise_by_grams"}


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_search_words"), ("accounts", "0002_isolation")]

    operations = [
        RunSQL(FILL, RunSQL.noop),
        *(
            migrations.AddIndex(
                model, GinIndex(models.Func("folded", function="search_grams"), name=name, fastupdate=False)
            )
            for model, name in INDEXES.items()
        ),
        isolate("cases_enterprisewords", parents={"id": "cases_enterprise"}),
        isolate("cases_casewords", parents={"id": "cases_case"}),
        RunSQL(CREATE_SEARCHER, RunSQL.noop),
        *(
            RunSQL(SEARCH.format(function=name, table=table), f"DROP FUNCTION {name}(text[])")
            for name, table in TABLES.items()
        ),
        let_search([*TABLES.values()], [f"{name}(text[])" for name in TABLES]),
    ]
