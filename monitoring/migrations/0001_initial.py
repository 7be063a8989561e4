import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonitoringPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('monitoring', '伴走支援(405事業)'), ('monitoring_interim', '期中'), ('monitoring_closing', '決算期')], max_length=30, verbose_name='区分')),
                ('starts_on', models.DateField(verbose_name='対象期間の初日')),
                ('ends_on', models.DateField(verbose_name='対象期間の最終日')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='monitoring_periods', to='cases.case')),
            ],
            options={
                'verbose_name': '伴走支援対象期間',
                'ordering': ['ends_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='monitoring_period_ends_after_start', violation_error_message='対象期間の最終日は、初日以後の日付にしてください。')],
            },
        ),
        migrations.CreateModel(
            name='MonitoringPeriodEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('monitoring', '伴走支援(405事業)'), ('monitoring_interim', '期中'), ('monitoring_closing', '決算期')], max_length=30, verbose_name='区分')),
                ('starts_on', models.DateField(verbose_name='対象期間の初日')),
                ('ends_on', models.DateField(verbose_name='対象期間の最終日')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.case')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.monitoringperiod')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monitoringperiod',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_monitoringperiodevent" ("agency_id", "case_id", "ends_on", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."agency_id", NEW."case_id", NEW."ends_on", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on"); RETURN NULL;', hash='0507e19a948741075d3662ab51f58859320f345e', operation='INSERT', pgid='pgtrigger_insert_insert_7fa3d', table='monitoring_monitoringperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monitoringperiod',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_monitoringperiodevent" ("agency_id", "case_id", "ends_on", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."agency_id", NEW."case_id", NEW."ends_on", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on"); RETURN NULL;', hash='ecfe83c83f9e8b6d8bed59f8f99aec82bbc07c1d', operation='UPDATE', pgid='pgtrigger_update_update_56c09', table='monitoring_monitoringperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monitoringperiod',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_monitoringperiodevent" ("agency_id", "case_id", "ends_on", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (OLD."agency_id", OLD."case_id", OLD."ends_on", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_on"); RETURN NULL;', hash='5031e85f26c62687f50e4f64efb7d1ba17faae46', operation='DELETE', pgid='pgtrigger_delete_delete_ef261', table='monitoring_monitoringperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monitoringperiodevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='afa9cd0545ef7a81f5743c844de9da54b0271597', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a900d', table='monitoring_monitoringperiodevent', when='BEFORE')),
        ),
    ]
