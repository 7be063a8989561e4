import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_deadline_verbs'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('subsidies', '0004_packet_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.TextField(verbose_name='出力の目的')),
                ('state', models.CharField(choices=[('working', '作成中'), ('made', '作成済')], default='working', max_length=10, verbose_name='状態')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='依頼日時')),
                ('made_at', models.DateTimeField(null=True, verbose_name='完了日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='依頼した人')),
            ],
            options={
                'verbose_name': '一括出力',
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='export_has_purpose'), models.CheckConstraint(condition=models.Q(('state', 'working'), ('made_at__isnull', False), _connector='XOR'), name='export_made_at_its_end')],
            },
        ),
        migrations.CreateModel(
            name='ExportEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('purpose', models.TextField(verbose_name='出力の目的')),
                ('state', models.CharField(choices=[('working', '作成中'), ('made', '作成済')], default='working', max_length=10, verbose_name='状態')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='依頼日時')),
                ('made_at', models.DateTimeField(null=True, verbose_name='完了日時')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.export')),
                ('requested_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='依頼した人')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExportItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', '作成待ち'), ('done', '作成済'), ('failed', '失敗')], default='queued', max_length=10, verbose_name='状態')),
                ('failure', models.TextField(blank=True, verbose_name='失敗の内容')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.application')),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='subsidies.export')),
                ('packet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='export_items', to='subsidies.packet')),
            ],
            options={
                'verbose_name': '一括出力の書類',
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'failed'), ('packet__isnull', False), _connector='OR'), name='export_item_has_packet'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='export_item_says_why')],
            },
        ),
        migrations.CreateModel(
            name='ExportItemEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('queued', '作成待ち'), ('done', '作成済'), ('failed', '失敗')], default='queued', max_length=10, verbose_name='状態')),
                ('failure', models.TextField(blank=True, verbose_name='失敗の内容')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('application', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.application')),
                ('export', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.export')),
                ('packet', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.packet')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.exportitem')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='export',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_exportevent" ("agency_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "requested_at", "requested_by_id", "state") VALUES (NEW."agency_id", NEW."id", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purpose", NEW."requested_at", NEW."requested_by_id", NEW."state"); RETURN NULL;', hash='1a39f21df6919120d747c4791ad1461036fa27e0', operation='INSERT', pgid='pgtrigger_insert_insert_e9e73', table='subsidies_export', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='export',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_exportevent" ("agency_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "requested_at", "requested_by_id", "state") VALUES (NEW."agency_id", NEW."id", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purpose", NEW."requested_at", NEW."requested_by_id", NEW."state"); RETURN NULL;', hash='0461e8e88cbefe2d48dede540a0feec6fb28135e', operation='UPDATE', pgid='pgtrigger_update_update_9d50e', table='subsidies_export', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='export',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_exportevent" ("agency_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "requested_at", "requested_by_id", "state") VALUES (OLD."agency_id", OLD."id", OLD."made_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."purpose", OLD."requested_at", OLD."requested_by_id", OLD."state"); RETURN NULL;', hash='a595f3931d8b977d8ad7c98d83ad66757ff01d9d', operation='DELETE', pgid='pgtrigger_delete_delete_bb1d6', table='subsidies_export', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a0a6e292e7dc539200f5ae3901c7c2fdc4ee290', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_13c27', table='subsidies_exportevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_exportitemevent" ("agency_id", "application_id", "export_id", "failure", "id", "packet_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."agency_id", NEW."application_id", NEW."export_id", NEW."failure", NEW."id", NEW."packet_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state"); RETURN NULL;', hash='6e7c03d6785f6c95b7ffff724fe587ed751deaad', operation='INSERT', pgid='pgtrigger_insert_insert_9d56c', table='subsidies_exportitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_exportitemevent" ("agency_id", "application_id", "export_id", "failure", "id", "packet_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."agency_id", NEW."application_id", NEW."export_id", NEW."failure", NEW."id", NEW."packet_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state"); RETURN NULL;', hash='09f5c5b186dacfdbb0fae22f22bddd5afd677814', operation='UPDATE', pgid='pgtrigger_update_update_369cc', table='subsidies_exportitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportitem',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_exportitemevent" ("agency_id", "application_id", "export_id", "failure", "id", "packet_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (OLD."agency_id", OLD."application_id", OLD."export_id", OLD."failure", OLD."id", OLD."packet_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state"); RETURN NULL;', hash='1e7aa26048b3f0bebf9a1f39fcc193fa792506d6', operation='DELETE', pgid='pgtrigger_delete_delete_cef0f', table='subsidies_exportitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportitemevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0b33bff65bd85022238b98f1a33e2b84157025f5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_50197', table='subsidies_exportitemevent', when='BEFORE')),
        ),
    ]
