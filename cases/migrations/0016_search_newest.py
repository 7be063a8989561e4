"""Which enterprises a search may find is told beside their words, and the newest of them come first."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# For the owner of the tables, who without being a superuser sees no rows behind the wall.
FILL = [
    "ALTER TABLE cases_enterprise NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE cases_enterprisewords NO FORCE ROW LEVEL SECURITY",
    "UPDATE cases_enterprisewords AS words SET is_listed = false "
    "FROM cases_enterprise AS own WHERE own.id = words.id AND own.merged_into_id IS NOT NULL",
    "ALTER TABLE cases_enterprise FORCE ROW LEVEL SECURITY",
    "ALTER TABLE cases_enterprisewords FORCE ROW LEVEL SECURITY",
    # Keys are looked up at the end of the transaction; a table that waits for that cannot be altered.
    "SET CONSTRAINTS ALL IMMEDIATE",
]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_saved_views_isolation'),
        ('cases', '0015_closed_plans'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='enterprise',
            name='words',
        ),
        migrations.AddField(
            model_name='enterprisewords',
            name='is_listed',
            field=models.BooleanField(default=True, verbose_name='統合されていない'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='casewords',
            index=models.Index(fields=['agency', '-id'], name='words_of_newest_cases'),
        ),
        migrations.AddIndex(
            model_name='enterprisewords',
            index=models.Index(condition=models.Q(('is_listed', True)), fields=['agency', '-id'], name='words_of_newest'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='words', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'DELETE' THEN\n                DELETE FROM cases_enterprisewords WHERE id = OLD.id;\n                RETURN NULL;\n            END IF;\n            IF TG_OP = 'UPDATE' AND (OLD.name, OLD.name_kana, OLD.corporate_number, OLD.merged_into_id)\n                IS NOT DISTINCT FROM (NEW.name, NEW.name_kana, NEW.corporate_number, NEW.merged_into_id) THEN\n                RETURN NULL;\n            END IF;\n            INSERT INTO cases_enterprisewords (id, agency_id, folded, is_listed)\n            VALUES (NEW.id, NEW.agency_id, search_words_of_enterprise(NEW.name, NEW.name_kana, NEW.corporate_number),\n                NEW.merged_into_id IS NULL)\n            ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded, is_listed = EXCLUDED.is_listed;\n            IF TG_OP = 'UPDATE' THEN\n                UPDATE cases_casewords AS words SET folded = search_words_of_case(cased.number, own.folded)\n                FROM cases_case AS cased JOIN cases_enterprisewords AS own ON own.id = cased.enterprise_id\n                WHERE cased.enterprise_id = NEW.id AND words.id = cased.id;\n            END IF;\n            RETURN NULL;\n        ", hash='5fbcd777c9cfef80f34259deca22bb6430b46643', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_words_839c3', table='cases_enterprise', when='AFTER')),
        ),
    ]
