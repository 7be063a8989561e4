"""The newest rows of a search without putting thousands in order that are not shown, and numbers by how they begin."""

from importlib import import_module

from django.db import migrations
from django.db.migrations.operations import RunSQL

from vapup.accounts.tenancy import let_search, without_search

functions = import_module("cases.migrations.0012_search_functions")
before = import_module("cases.migrations.0014_search_words_isolation")

# Every pair of characters that follow each other in a line, hyphens left out, once.
PAIRS = functions.GRAMS.replace("FUNCTION search_grams", "FUNCTION search_pairs")
# What the index holds of a row: the pairs of all lines but the last, and how the last, the corporate number, begins. Of
# its digits every pair is in a tenth of all rows; by how it begins, which alone is asked, it is found at once.
GRAMS = r"""
CREATE OR REPLACE FUNCTION search_grams(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 SET search_path = pg_catalog AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM (
        SELECT substr(line, place, 2) AS gram
        FROM regexp_split_to_table(replace(regexp_replace(folded, '\n[^\n]*$', ''), '-', ''), '\n') AS line,
            generate_series(1, length(line) - 1) AS place
        UNION ALL
        SELECT '^' || left(number, size)
        FROM substring(folded FROM '[^\n]*$') AS number, unnest(ARRAY[2, 4, 8, 13]) AS size
        WHERE length(number) >= size
    ) AS held
$$
"""
# What is asked of a row: the pairs it must have, those of the legal forms, which most have, only if there are no others;
# the words it must hold; of the longest number, the beginning of a corporate number that begins with it, or the pairs it
# must have elsewhere, and as what it stands in a line before the last or at the beginning of one; the other numbers.
ASKED = r"""
CREATE FUNCTION search_asked(words text[], OUT grams text[], OUT texts text[],
    OUT begins text[], OUT pairs text[], OUT spelt text[], OUT numbers text[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    WITH folded AS MATERIALIZED (SELECT search_fold(word) AS word FROM unnest(words) AS word),
    known AS (
        SELECT word, CASE WHEN word ~ '^t?[0-9-]*[0-9][0-9-]*$' THEN translate(word, 't-', '') END AS digits FROM folded
    ),
    pair AS MATERIALIZED (
        SELECT pair, pair = ANY ('{株式,式会,会社,有限,限会,合同,同会}') AS is_common
        FROM (SELECT string_agg(word, E'\n') AS texts FROM known WHERE digits IS NULL) AS said,
            unnest(search_pairs(texts)) AS pair
    ),
    longest AS (SELECT word, digits FROM known WHERE digits IS NOT NULL ORDER BY length(digits) DESC, word LIMIT 1)
    SELECT ARRAY(SELECT pair FROM pair WHERE NOT is_common OR NOT EXISTS (SELECT FROM pair WHERE NOT is_common)),
        coalesce(array_agg('%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%')
            FILTER (WHERE digits IS NULL), '{}'),
        ARRAY(SELECT '^' || left(digits, max(size)) FROM longest, unnest(ARRAY[2, 4, 8, 13]) AS size
            WHERE size <= length(digits) GROUP BY digits),
        ARRAY(SELECT unnest(search_pairs(digits)) FROM longest),
        ARRAY(SELECT unnest(ARRAY['%' || word || E'%\n%', E'%\n' || digits || '%']) FROM longest),
        coalesce(array_agg(word || E'.*\n|\n' || digits)
            FILTER (WHERE digits IS NOT NULL AND word <> (SELECT word FROM longest)), '{}')
    FROM known
$$
"""
HELD = """folded LIKE ALL (asked.texts) AND (cardinality(asked.spelt) = 0 OR folded LIKE ANY (asked.spelt))
            AND folded ~ ALL (asked.numbers)"""
# The plan is made for the words that are asked: one character has no pair, and every row is read.
HOLDING = f"""agency_id = own AND {{listed}}
            AND (cardinality(asked.grams) = 0 OR search_grams(folded) @> asked.grams)
            AND (cardinality(asked.begins) = 0
                OR search_grams(folded) @> asked.begins OR search_grams(folded) @> asked.pairs)
            AND {HELD}"""
HEAD = """LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER ROWS {rows}
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    own bigint := nullif(current_setting('app.agency_id', true), '')::bigint;
    asked record;
"""
SEARCH = f"""
CREATE FUNCTION search_{{name}}(words text[]) RETURNS SETOF bigint
{HEAD.format(rows=200)}BEGIN
    asked := search_asked(words);
    RETURN QUERY SELECT id FROM {{table}} WHERE {HOLDING.format(listed="true")};
END
$$
"""
# What many rows hold is found among the newest of all, and only they are looked at; what few rows hold, as everything
# long, is found by the index, and those few are put in order. They are found before that, or the planner would hope to
# come across them soon and read all rows from the newest on.
NEWEST = f"""
CREATE FUNCTION newest_{{name}}(words text[], most integer) RETURNS SETOF bigint
{HEAD.format(rows=20)}    ids bigint[] := '{{{{}}}}';
BEGIN
    asked := search_asked(words);
    IF cardinality(asked.grams) + cardinality(asked.pairs) < 8 THEN
        ids := ARRAY(
            SELECT id
            FROM (SELECT id, folded FROM {{table}}
                WHERE agency_id = own AND {{listed}} ORDER BY id DESC LIMIT 2000) AS begun
            WHERE {HELD} ORDER BY id DESC LIMIT most
        );
    END IF;
    IF cardinality(ids) < most THEN
        ids := ARRAY(
            WITH holding AS MATERIALIZED (SELECT id FROM {{table}} WHERE {HOLDING})
            SELECT id FROM holding ORDER BY id DESC LIMIT most
        );
    END IF;
    RETURN QUERY SELECT unnest(ids);
END
$$
"""
TABLES = {
    "enterprises": {"table": "cases_enterprisewords", "listed": "is_listed"},
    "cases": {"table": "cases_casewords", "listed": "true"},
}
SEARCHES = [f"search_{name}(text[])" for name in TABLES]
NEWESTS = [f"newest_{name}(text[], integer)" for name in TABLES]
REINDEX = ["REINDEX INDEX enterprise_by_grams", "REINDEX INDEX case_by_grams"]
# What was there before, for who goes back.
GRAMS_BEFORE = functions.GRAMS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
SEARCHES_BEFORE = [before.SEARCH.format(function=name, table=table) for name, table in before.TABLES.items()]


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_search_newest")]

    operations = [
        RunSQL(RunSQL.noop, SEARCHES_BEFORE),
        without_search(SEARCHES),
        RunSQL("DROP FUNCTION search_asked(text[])", functions.ASKED),
        RunSQL(RunSQL.noop, REINDEX),
        RunSQL(PAIRS, "DROP FUNCTION search_pairs(text)"),
        RunSQL(GRAMS, GRAMS_BEFORE),
        RunSQL(ASKED, "DROP FUNCTION search_asked(text[])"),
        RunSQL(REINDEX, RunSQL.noop),
        *(
            RunSQL(made.format(name=name, **said), f"DROP FUNCTION {called}")
            for made, all_called in ((SEARCH, SEARCHES), (NEWEST, NEWESTS))
            for (name, said), called in zip(TABLES.items(), all_called, strict=True)
        ),
        let_search([], [*SEARCHES, *NEWESTS]),
    ]
