import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0005_hours_verbs'),
        ('documents', '0002_isolation'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('move_in', '移行(事業者と案件)')], max_length=20, verbose_name='種類')),
                ('state', models.CharField(choices=[('uploaded', '登録済'), ('previewed', '確認待ち'), ('committing', '取込中'), ('committed', '取込済'), ('undone', '取消済'), ('failed', '失敗')], default='uploaded', max_length=20, verbose_name='状態')),
                ('mode', models.CharField(blank=True, choices=[('flawless_rows', '誤りのない行だけ取り込む'), ('all_or_nothing', 'すべて正しいときだけ取り込む')], max_length=20, verbose_name='取り込み方')),
                ('options', models.JSONField(default=dict, verbose_name='設定')),
                ('row_count', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('error_count', models.PositiveIntegerField(default=0, verbose_name='誤りのある行')),
                ('skipped_count', models.PositiveIntegerField(default=0, verbose_name='取り込めない行')),
                ('warning_count', models.PositiveIntegerField(default=0, verbose_name='注意のある行')),
                ('taken_count', models.PositiveIntegerField(default=0, verbose_name='取り込んだ行')),
                ('created_count', models.PositiveIntegerField(default=0, verbose_name='登録した件数')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='試みた回数')),
                ('failure', models.TextField(blank=True, verbose_name='失敗の内容')),
                ('uploaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登録日時')),
                ('requested_at', models.DateTimeField(null=True, verbose_name='取込の依頼日時')),
                ('committed_at', models.DateTimeField(null=True, verbose_name='取込日時')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='取消日時')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('committed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='取り込んだ人')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storeddocument', verbose_name='ファイル')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='取り消した人')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='登録した人')),
            ],
            options={
                'verbose_name': '取込',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('committing', 'committed', 'undone')), _negated=True), models.Q(('committed_by__isnull', False), ('requested_at__isnull', False)), _connector='OR'), name='import_committed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('committed', 'undone')), _negated=True), ('committed_at__isnull', False), _connector='OR'), name='import_committed_at_an_instant'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), _negated=True), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='import_undone_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='import_failed_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatchEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('move_in', '移行(事業者と案件)')], max_length=20, verbose_name='種類')),
                ('state', models.CharField(choices=[('uploaded', '登録済'), ('previewed', '確認待ち'), ('committing', '取込中'), ('committed', '取込済'), ('undone', '取消済'), ('failed', '失敗')], default='uploaded', max_length=20, verbose_name='状態')),
                ('mode', models.CharField(blank=True, choices=[('flawless_rows', '誤りのない行だけ取り込む'), ('all_or_nothing', 'すべて正しいときだけ取り込む')], max_length=20, verbose_name='取り込み方')),
                ('options', models.JSONField(default=dict, verbose_name='設定')),
                ('row_count', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('error_count', models.PositiveIntegerField(default=0, verbose_name='誤りのある行')),
                ('skipped_count', models.PositiveIntegerField(default=0, verbose_name='取り込めない行')),
                ('warning_count', models.PositiveIntegerField(default=0, verbose_name='注意のある行')),
                ('taken_count', models.PositiveIntegerField(default=0, verbose_name='取り込んだ行')),
                ('created_count', models.PositiveIntegerField(default=0, verbose_name='登録した件数')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='試みた回数')),
                ('failure', models.TextField(blank=True, verbose_name='失敗の内容')),
                ('uploaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登録日時')),
                ('requested_at', models.DateTimeField(null=True, verbose_name='取込の依頼日時')),
                ('committed_at', models.DateTimeField(null=True, verbose_name='取込日時')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='取消日時')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('committed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='取り込んだ人')),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.storeddocument', verbose_name='ファイル')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='imports.importbatch')),
                ('undone_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='取り消した人')),
                ('uploaded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='登録した人')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='済んだ行')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='imports.importbatch')),
            ],
            options={
                'verbose_name': '取込の進み具合',
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(verbose_name='順番')),
                ('sheet', models.CharField(max_length=31, verbose_name='シート')),
                ('number', models.PositiveIntegerField(verbose_name='行')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='内容')),
                ('cells', models.JSONField(default=dict, verbose_name='セル')),
                ('verdict', models.CharField(choices=[('error', '誤り'), ('skipped', '取り込めない'), ('warning', '注意'), ('ok', '正しい')], max_length=10, verbose_name='判定')),
                ('messages', models.JSONField(default=list, verbose_name='指摘')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='imports.importbatch')),
            ],
            options={
                'verbose_name': '取込の行',
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'sheet', 'number'), name='import_row_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=60, verbose_name='表')),
                ('object_id', models.BigIntegerField(verbose_name='番号')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='imports.importbatch')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='imports.importrow')),
            ],
            options={
                'verbose_name': '取り込んだもの',
                'constraints': [models.UniqueConstraint(fields=('model', 'object_id'), name='imported_record_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatch',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "imports_importbatchevent" ("agency_id", "attempts", "committed_at", "committed_by_id", "created_count", "document_id", "error_count", "failure", "id", "kind", "mode", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "row_count", "skipped_count", "state", "taken_count", "undone_at", "undone_by_id", "uploaded_at", "uploaded_by_id", "version", "warning_count") VALUES (NEW."agency_id", NEW."attempts", NEW."committed_at", NEW."committed_by_id", NEW."created_count", NEW."document_id", NEW."error_count", NEW."failure", NEW."id", NEW."kind", NEW."mode", NEW."options", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requested_at", NEW."row_count", NEW."skipped_count", NEW."state", NEW."taken_count", NEW."undone_at", NEW."undone_by_id", NEW."uploaded_at", NEW."uploaded_by_id", NEW."version", NEW."warning_count"); RETURN NULL;', hash='d73a57d6fedbfb0d1c6d2cfa3904c931efa859a7', operation='INSERT', pgid='pgtrigger_insert_insert_bec71', table='imports_importbatch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatch',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "imports_importbatchevent" ("agency_id", "attempts", "committed_at", "committed_by_id", "created_count", "document_id", "error_count", "failure", "id", "kind", "mode", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "row_count", "skipped_count", "state", "taken_count", "undone_at", "undone_by_id", "uploaded_at", "uploaded_by_id", "version", "warning_count") VALUES (NEW."agency_id", NEW."attempts", NEW."committed_at", NEW."committed_by_id", NEW."created_count", NEW."document_id", NEW."error_count", NEW."failure", NEW."id", NEW."kind", NEW."mode", NEW."options", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requested_at", NEW."row_count", NEW."skipped_count", NEW."state", NEW."taken_count", NEW."undone_at", NEW."undone_by_id", NEW."uploaded_at", NEW."uploaded_by_id", NEW."version", NEW."warning_count"); RETURN NULL;', hash='7cc6d6bf6f7cddbb169e927181bf6d6686272bec', operation='UPDATE', pgid='pgtrigger_update_update_dc004', table='imports_importbatch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatch',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "imports_importbatchevent" ("agency_id", "attempts", "committed_at", "committed_by_id", "created_count", "document_id", "error_count", "failure", "id", "kind", "mode", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "row_count", "skipped_count", "state", "taken_count", "undone_at", "undone_by_id", "uploaded_at", "uploaded_by_id", "version", "warning_count") VALUES (OLD."agency_id", OLD."attempts", OLD."committed_at", OLD."committed_by_id", OLD."created_count", OLD."document_id", OLD."error_count", OLD."failure", OLD."id", OLD."kind", OLD."mode", OLD."options", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requested_at", OLD."row_count", OLD."skipped_count", OLD."state", OLD."taken_count", OLD."undone_at", OLD."undone_by_id", OLD."uploaded_at", OLD."uploaded_by_id", OLD."version", OLD."warning_count"); RETURN NULL;', hash='907460a960983014a19317d1f0c48b4ddc88523f', operation='DELETE', pgid='pgtrigger_delete_delete_dc8f0', table='imports_importbatch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importbatchevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e8ac5164f1cb020a424337e4999e208d5268a120', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b48e9', table='imports_importbatchevent', when='BEFORE')),
        ),
    ]
