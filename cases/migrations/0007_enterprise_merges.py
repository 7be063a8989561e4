import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_hours_verbs'),
        ('cases', '0006_payees_isolation'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='EnterpriseMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept_number', models.CharField(blank=True, max_length=13, verbose_name='残した事業者の法人番号')),
                ('gone_number', models.CharField(blank=True, max_length=13, verbose_name='統合された事業者の法人番号')),
                ('changes', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='書き換えた内容')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='統合日時')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='取消日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mergings', to='cases.enterprise', verbose_name='統合された事業者')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='cases.enterprise', verbose_name='残した事業者')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='統合した人')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='取り消した人')),
            ],
            options={
                'verbose_name': '事業者の統合',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('gone',), name='enterprise_merged_into_one'), models.CheckConstraint(condition=models.Q(('kept', models.F('gone')), _negated=True), name='enterprise_merged_into_another')],
            },
        ),
        migrations.CreateModel(
            name='EnterpriseMergeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kept_number', models.CharField(blank=True, max_length=13, verbose_name='残した事業者の法人番号')),
                ('gone_number', models.CharField(blank=True, max_length=13, verbose_name='統合された事業者の法人番号')),
                ('changes', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='書き換えた内容')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='統合日時')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='取消日時')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('gone', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.enterprise', verbose_name='統合された事業者')),
                ('kept', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.enterprise', verbose_name='残した事業者')),
                ('made_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='統合した人')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='cases.enterprisemerge')),
                ('undone_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='取り消した人')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AlterModelManagers(
            name='enterprise',
            managers=[
                ('with_merged', django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='enterprise',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='enterprise',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='enterprise',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='enterprise',
            name='enterprise_once_per_number',
        ),
        migrations.AddField(
            model_name='enterprise',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='cases.enterprise', verbose_name='統合先'),
        ),
        migrations.AddField(
            model_name='enterpriseevent',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.enterprise', verbose_name='統合先'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_enterpriseevent" ("address", "agency_id", "annual_sales_yen", "business", "capital_yen", "corporate_number", "created_at", "employee_count", "fiscal_year_end_month", "founded_on", "id", "industry", "interest_bearing_debt_yen", "legal_form", "merged_into_id", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "representative", "representative_title", "version") VALUES (NEW."address", NEW."agency_id", NEW."annual_sales_yen", NEW."business", NEW."capital_yen", NEW."corporate_number", NEW."created_at", NEW."employee_count", NEW."fiscal_year_end_month", NEW."founded_on", NEW."id", NEW."industry", NEW."interest_bearing_debt_yen", NEW."legal_form", NEW."merged_into_id", NEW."name", NEW."name_kana", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."postal_code", NEW."representative", NEW."representative_title", NEW."version"); RETURN NULL;', hash='14b8ec03c726b1bd9e6b5428bd28eb5ffcead9dd', operation='INSERT', pgid='pgtrigger_insert_insert_7f6a3', table='cases_enterprise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cases_enterpriseevent" ("address", "agency_id", "annual_sales_yen", "business", "capital_yen", "corporate_number", "created_at", "employee_count", "fiscal_year_end_month", "founded_on", "id", "industry", "interest_bearing_debt_yen", "legal_form", "merged_into_id", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "representative", "representative_title", "version") VALUES (NEW."address", NEW."agency_id", NEW."annual_sales_yen", NEW."business", NEW."capital_yen", NEW."corporate_number", NEW."created_at", NEW."employee_count", NEW."fiscal_year_end_month", NEW."founded_on", NEW."id", NEW."industry", NEW."interest_bearing_debt_yen", NEW."legal_form", NEW."merged_into_id", NEW."name", NEW."name_kana", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."postal_code", NEW."representative", NEW."representative_title", NEW."version"); RETURN NULL;', hash='238555dfe18f03addded3d2b31fdd169c235a2a5', operation='UPDATE', pgid='pgtrigger_update_update_06397', table='cases_enterprise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_enterpriseevent" ("address", "agency_id", "annual_sales_yen", "business", "capital_yen", "corporate_number", "created_at", "employee_count", "fiscal_year_end_month", "founded_on", "id", "industry", "interest_bearing_debt_yen", "legal_form", "merged_into_id", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "representative", "representative_title", "version") VALUES (OLD."address", OLD."agency_id", OLD."annual_sales_yen", OLD."business", OLD."capital_yen", OLD."corporate_number", OLD."created_at", OLD."employee_count", OLD."fiscal_year_end_month", OLD."founded_on", OLD."id", OLD."industry", OLD."interest_bearing_debt_yen", OLD."legal_form", OLD."merged_into_id", OLD."name", OLD."name_kana", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."postal_code", OLD."representative", OLD."representative_title", OLD."version"); RETURN NULL;', hash='754e6e6559253caa4935b9007ded6e75bb6572d6', operation='DELETE', pgid='pgtrigger_delete_delete_de591', table='cases_enterprise', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('corporate_number', ''), _negated=True), ('merged_into__isnull', True)), fields=('agency', 'corporate_number'), name='enterprise_once_per_number', violation_error_message='この法人番号の事業者は、すでに登録されています。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprisemerge',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_enterprisemergeevent" ("agency_id", "changes", "gone_id", "gone_number", "id", "kept_id", "kept_number", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "undone_at", "undone_by_id") VALUES (NEW."agency_id", NEW."changes", NEW."gone_id", NEW."gone_number", NEW."id", NEW."kept_id", NEW."kept_number", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."undone_at", NEW."undone_by_id"); RETURN NULL;', hash='a95699de08cb6f17a88123ca3bbf6e152fd7f653', operation='INSERT', pgid='pgtrigger_insert_insert_672f2', table='cases_enterprisemerge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprisemerge',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cases_enterprisemergeevent" ("agency_id", "changes", "gone_id", "gone_number", "id", "kept_id", "kept_number", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "undone_at", "undone_by_id") VALUES (NEW."agency_id", NEW."changes", NEW."gone_id", NEW."gone_number", NEW."id", NEW."kept_id", NEW."kept_number", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."undone_at", NEW."undone_by_id"); RETURN NULL;', hash='aa5f1016f0104e395a03d006cca1553288e533f8', operation='UPDATE', pgid='pgtrigger_update_update_b35cb', table='cases_enterprisemerge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprisemerge',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_enterprisemergeevent" ("agency_id", "changes", "gone_id", "gone_number", "id", "kept_id", "kept_number", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "undone_at", "undone_by_id") VALUES (OLD."agency_id", OLD."changes", OLD."gone_id", OLD."gone_number", OLD."id", OLD."kept_id", OLD."kept_number", OLD."made_at", OLD."made_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."undone_at", OLD."undone_by_id"); RETURN NULL;', hash='ec8104155942145f3017650014b30e3208ea8e48', operation='DELETE', pgid='pgtrigger_delete_delete_33ac1', table='cases_enterprisemerge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprisemergeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='acdc14c73ffa477cb1bfb009125441cf8e2b25d7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_71caf', table='cases_enterprisemergeevent', when='BEFORE')),
        ),
    ]
