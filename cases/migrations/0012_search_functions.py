"""How searches fold what is stored and what is asked.

`search_fold` says the same as `fold` of vapup/shared/spelling.py, without the words of lot numbers. Its table stands
here once more on purpose: stored words are only as good as the function that wrote them. When the table there changes,
a migration must replace the function, write all words anew and build both indexes again (`FILL` of 0014, REINDEX).
"""

from django.db import migrations
from django.db.migrations.operations import RunSQL

VARIANTS = "髙﨑嵜碕濱濵邊邉齋斉齊澤廣德𠮷嶋嶌櫻國鐵鉃萬冨峯龍瀧惠眞榮學條壽實寶藏關驛圓會體與豐藪檜舘遙凛穰晄壱壹ケエイ"
USUAL = "高崎崎崎浜浜辺辺斎斎斎沢広徳吉島島桜国鉄鉄万富峰竜滝恵真栄学条寿実宝蔵関駅円会体与豊薮桧館遥凜穣晃一一ヶヱヰ"
HIRAGANA = "".join(map(chr, (*range(0x3041, 0x3097), 0x309D, 0x309E)))
KATAKANA = "".join(chr(ord(one) + 0x60) for one in HIRAGANA).translate(str.maketrans(VARIANTS, USUAL))
DASHES = "‐‑‒–—―−ー"
BLANKS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\u1680\u2028\u2029"  # the others have become a space by then
SELECTORS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"  # which of its forms a character shall show

# Letters of `translate` beyond the end of the second list are left out.
FOLD = f"""
CREATE FUNCTION search_fold(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT replace(replace(replace(
        lower(translate(
            regexp_replace(normalize(said, NFKC), '{SELECTORS}', '', 'g'),
            '{VARIANTS}{HIRAGANA}{DASHES}{BLANKS}',
            '{USUAL}{KATAKANA}{"-" * len(DASHES)}')),
        '(株)', '株式会社'), '(有)', '有限会社'), '(同)', '合同会社')
$$
"""
# Every pair of characters that follow each other in a line, hyphens left out, once. The cost keeps the planner from
# working them out for every row where the index holds them already.
GRAMS = r"""
CREATE FUNCTION search_grams(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 SET search_path = pg_catalog AS $$
    SELECT coalesce(array_agg(DISTINCT substr(line, place, 2)), '{}')
    FROM regexp_split_to_table(replace(folded, '-', ''), '\n') AS line, generate_series(1, length(line) - 1) AS place
$$
"""
WORDS_OF_ENTERPRISE = r"""
CREATE FUNCTION search_words_of_enterprise(name text, kana text, corporate_number text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    SELECT search_fold(name) || E'\n' || search_fold(kana) || E'\n' || corporate_number
$$
"""
WORDS_OF_CASE = r"""
CREATE FUNCTION search_words_of_case(number text, enterprise_words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    SELECT search_fold(number) || E'\n' || replace(search_fold(number), '-', '') || E'\n' || enterprise_words
$$
"""
# What is asked of a row: the pairs it must have, the words it must hold, and the numbers: each as it is in a
# line before the last, or without hyphens and the T of the invoice system at the beginning of the last, the corporate
# number: from its middle two digits would find everybody.
ASKED = r"""
CREATE FUNCTION search_asked(words text[], OUT grams text[], OUT texts text[], OUT numbers text[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    WITH folded AS MATERIALIZED (SELECT search_fold(word) AS word FROM unnest(words) AS word),
    known AS (
        SELECT word, CASE WHEN word ~ '^t?[0-9-]*[0-9][0-9-]*$' THEN translate(word, 't-', '') END AS digits FROM folded
    )
    SELECT search_grams(coalesce(string_agg(coalesce(digits, word), E'\n'), '')),
        coalesce(array_agg('%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%') FILTER (WHERE digits IS NULL), '{}'),
        coalesce(array_agg(word || E'.*\n|\n' || digits) FILTER (WHERE digits IS NOT NULL), '{}')
    FROM known
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_plans_isolation")]

    operations = [
        RunSQL(made, RunSQL.noop) for made in (FOLD, GRAMS, WORDS_OF_ENTERPRISE, WORDS_OF_CASE, ASKED)
    ]
