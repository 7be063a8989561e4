import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_hours_verbs'),
        ('cases', '0012_search_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseWords',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='案件')),
                ('folded', models.TextField(verbose_name='検索用の表記')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'verbose_name': '案件の検索語',
            },
        ),
        migrations.CreateModel(
            name='EnterpriseWords',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='事業者')),
                ('folded', models.TextField(verbose_name='検索用の表記')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'verbose_name': '事業者の検索語',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='words', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'DELETE' THEN\n                DELETE FROM cases_casewords WHERE id = OLD.id;\n                RETURN NULL;\n            END IF;\n            IF TG_OP = 'UPDATE' AND (OLD.number, OLD.enterprise_id)\n                IS NOT DISTINCT FROM (NEW.number, NEW.enterprise_id) THEN\n                RETURN NULL;\n            END IF;\n            INSERT INTO cases_casewords (id, agency_id, folded)\n            SELECT NEW.id, NEW.agency_id, search_words_of_case(NEW.number, own.folded)\n            FROM (SELECT folded FROM cases_enterprisewords WHERE id = NEW.enterprise_id FOR SHARE) AS own\n            ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded;\n            RETURN NULL;\n        ", hash='cdf14fbfb2cbdd9747d6fb1cefee01b2a5058646', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_words_c0e0d', table='cases_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='words', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'DELETE' THEN\n                DELETE FROM cases_enterprisewords WHERE id = OLD.id;\n                RETURN NULL;\n            END IF;\n            IF TG_OP = 'UPDATE' AND (OLD.name, OLD.name_kana, OLD.corporate_number)\n                IS NOT DISTINCT FROM (NEW.name, NEW.name_kana, NEW.corporate_number) THEN\n                RETURN NULL;\n            END IF;\n            INSERT INTO cases_enterprisewords (id, agency_id, folded)\n            VALUES (NEW.id, NEW.agency_id, search_words_of_enterprise(NEW.name, NEW.name_kana, NEW.corporate_number))\n            ON CONFLICT (id) DO UPDATE SET folded = EXCLUDED.folded;\n            IF TG_OP = 'UPDATE' THEN\n                UPDATE cases_casewords AS words SET folded = search_words_of_case(cased.number, own.folded)\n                FROM cases_case AS cased JOIN cases_enterprisewords AS own ON own.id = cased.enterprise_id\n                WHERE cased.enterprise_id = NEW.id AND words.id = cased.id;\n            END IF;\n            RETURN NULL;\n        ", hash='f8648a08d603bce5f85f68094518ae759279f718', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_words_839c3', table='cases_enterprise', when='AFTER')),
        ),
    ]
