import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_hours_verbs'),
        ('cases', '0010_plans'),
        ('monitoring', '0005_mail_due_at'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField(verbose_name='実施日')),
                ('mode', models.CharField(choices=[('visit', '訪問'), ('office', '来訪'), ('online', 'オンライン'), ('phone', '電話'), ('post', '郵送・メール')], default='visit', max_length=20, verbose_name='方法')),
                ('people', models.CharField(blank=True, max_length=300, verbose_name='出席者')),
                ('papers', models.CharField(blank=True, max_length=300, verbose_name='説明した資料')),
                ('said', models.TextField(blank=True, max_length=1000, verbose_name='金融機関の意見・要望')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('lender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='cases.lender', verbose_name='金融機関')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='monitoring.monitoringperiod')),
            ],
            options={
                'verbose_name': '金融機関への報告',
                'ordering': ['held_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BankMeetingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('held_on', models.DateField(verbose_name='実施日')),
                ('mode', models.CharField(choices=[('visit', '訪問'), ('office', '来訪'), ('online', 'オンライン'), ('phone', '電話'), ('post', '郵送・メール')], default='visit', max_length=20, verbose_name='方法')),
                ('people', models.CharField(blank=True, max_length=300, verbose_name='出席者')),
                ('papers', models.CharField(blank=True, max_length=300, verbose_name='説明した資料')),
                ('said', models.TextField(blank=True, max_length=1000, verbose_name='金融機関の意見・要望')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('lender', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.lender', verbose_name='金融機関')),
                ('period', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='monitoring.monitoringperiod')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.bankmeeting')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FollowUpReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', '作成中'), ('finished', '完成')], default='draft', max_length=20, verbose_name='状態')),
                ('ticks', models.JSONField(default=list, verbose_name='確認した事項')),
                ('results', models.TextField(blank=True, max_length=3000, verbose_name='業績の概要')),
                ('progress', models.TextField(blank=True, max_length=3000, verbose_name='施策の進捗')),
                ('causes', models.TextField(blank=True, max_length=3000, verbose_name='計画との差異の原因と対策')),
                ('requests', models.TextField(blank=True, max_length=3000, verbose_name='金融機関への依頼事項')),
                ('next_steps', models.TextField(blank=True, max_length=3000, verbose_name='次回までに行うこと')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='作成日時')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成日時')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('finished_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='monitoring.monitoringperiod')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='cases.plan', verbose_name='計画')),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='作成者')),
            ],
            options={
                'verbose_name': '伴走支援の報告',
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('finished_at__isnull', False), ('finished_by__isnull', False)), _connector='OR'), name='report_finished_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='FollowUpReportEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('draft', '作成中'), ('finished', '完成')], default='draft', max_length=20, verbose_name='状態')),
                ('ticks', models.JSONField(default=list, verbose_name='確認した事項')),
                ('results', models.TextField(blank=True, max_length=3000, verbose_name='業績の概要')),
                ('progress', models.TextField(blank=True, max_length=3000, verbose_name='施策の進捗')),
                ('causes', models.TextField(blank=True, max_length=3000, verbose_name='計画との差異の原因と対策')),
                ('requests', models.TextField(blank=True, max_length=3000, verbose_name='金融機関への依頼事項')),
                ('next_steps', models.TextField(blank=True, max_length=3000, verbose_name='次回までに行うこと')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='作成日時')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成日時')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('finished_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member')),
                ('period', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='monitoring.monitoringperiod')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.followupreport')),
                ('plan', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.plan', verbose_name='計画')),
                ('prepared_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='作成者')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MeasureProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('not_started', '未着手'), ('on_track', '予定どおり'), ('late', '遅れている'), ('done', '完了'), ('dropped', '中止')], max_length=20, verbose_name='進捗')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='実施の状況・対策')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='cases.measure', verbose_name='施策')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='monitoring.followupreport')),
            ],
            options={
                'verbose_name': '施策の進捗',
                'ordering': ['measure__position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('report', 'measure'), name='measure_progress_once')],
            },
        ),
        migrations.CreateModel(
            name='MeasureProgressEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('not_started', '未着手'), ('on_track', '予定どおり'), ('late', '遅れている'), ('done', '完了'), ('dropped', '中止')], max_length=20, verbose_name='進捗')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='実施の状況・対策')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('measure', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.measure', verbose_name='施策')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.measureprogress')),
                ('report', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='monitoring.followupreport')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Deviation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=40, verbose_name='勘定科目・利益')),
                ('cause', models.CharField(max_length=500, verbose_name='差異の原因')),
                ('measure', models.CharField(blank=True, max_length=500, verbose_name='対策')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deviations', to='monitoring.followupreport')),
            ],
            options={
                'verbose_name': '計画との差異',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('report', 'account'), name='deviation_once')],
            },
        ),
        migrations.CreateModel(
            name='DeviationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('account', models.CharField(max_length=40, verbose_name='勘定科目・利益')),
                ('cause', models.CharField(max_length=500, verbose_name='差異の原因')),
                ('measure', models.CharField(blank=True, max_length=500, verbose_name='対策')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.deviation')),
                ('report', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='monitoring.followupreport')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankmeeting',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_bankmeetingevent" ("agency_id", "held_on", "id", "lender_id", "mode", "papers", "people", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said", "version") VALUES (NEW."agency_id", NEW."held_on", NEW."id", NEW."lender_id", NEW."mode", NEW."papers", NEW."people", NEW."period_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."said", NEW."version"); RETURN NULL;', hash='bdbf959699e9c4083141e024865178a2db71f96f', operation='INSERT', pgid='pgtrigger_insert_insert_ea3c8', table='monitoring_bankmeeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankmeeting',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_bankmeetingevent" ("agency_id", "held_on", "id", "lender_id", "mode", "papers", "people", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said", "version") VALUES (NEW."agency_id", NEW."held_on", NEW."id", NEW."lender_id", NEW."mode", NEW."papers", NEW."people", NEW."period_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."said", NEW."version"); RETURN NULL;', hash='1744420c1bd355e152cef667bf2b7331372e9281', operation='UPDATE', pgid='pgtrigger_update_update_34a9a', table='monitoring_bankmeeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankmeeting',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_bankmeetingevent" ("agency_id", "held_on", "id", "lender_id", "mode", "papers", "people", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said", "version") VALUES (OLD."agency_id", OLD."held_on", OLD."id", OLD."lender_id", OLD."mode", OLD."papers", OLD."people", OLD."period_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."said", OLD."version"); RETURN NULL;', hash='c5f9ef7f9f6653aa82b8d5da93530d8ee26d3523', operation='DELETE', pgid='pgtrigger_delete_delete_e1935', table='monitoring_bankmeeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankmeetingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c79c589664ae9687c28e35179ed9793036ff57fa', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_519f0', table='monitoring_bankmeetingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followupreport',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_followupreportevent" ("agency_id", "causes", "created_at", "finished_at", "finished_by_id", "id", "next_steps", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "prepared_by_id", "progress", "requests", "results", "state", "ticks", "version") VALUES (NEW."agency_id", NEW."causes", NEW."created_at", NEW."finished_at", NEW."finished_by_id", NEW."id", NEW."next_steps", NEW."period_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."prepared_by_id", NEW."progress", NEW."requests", NEW."results", NEW."state", NEW."ticks", NEW."version"); RETURN NULL;', hash='0eae156a5b64b4b917c23ebcf845f36a3d54858b', operation='INSERT', pgid='pgtrigger_insert_insert_13a78', table='monitoring_followupreport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followupreport',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_followupreportevent" ("agency_id", "causes", "created_at", "finished_at", "finished_by_id", "id", "next_steps", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "prepared_by_id", "progress", "requests", "results", "state", "ticks", "version") VALUES (NEW."agency_id", NEW."causes", NEW."created_at", NEW."finished_at", NEW."finished_by_id", NEW."id", NEW."next_steps", NEW."period_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."prepared_by_id", NEW."progress", NEW."requests", NEW."results", NEW."state", NEW."ticks", NEW."version"); RETURN NULL;', hash='290ce4bc26402d4743bc5376faa866734d63e3b2', operation='UPDATE', pgid='pgtrigger_update_update_c20c7', table='monitoring_followupreport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followupreport',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_followupreportevent" ("agency_id", "causes", "created_at", "finished_at", "finished_by_id", "id", "next_steps", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "prepared_by_id", "progress", "requests", "results", "state", "ticks", "version") VALUES (OLD."agency_id", OLD."causes", OLD."created_at", OLD."finished_at", OLD."finished_by_id", OLD."id", OLD."next_steps", OLD."period_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."prepared_by_id", OLD."progress", OLD."requests", OLD."results", OLD."state", OLD."ticks", OLD."version"); RETURN NULL;', hash='32ab885bd5b83d883d44df76d116949f8c6fa3ce', operation='DELETE', pgid='pgtrigger_delete_delete_52744', table='monitoring_followupreport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followupreportevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9a3e789539716fdc15d8830bb6b41bd7e4c928', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f1399', table='monitoring_followupreportevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measureprogress',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_measureprogressevent" ("agency_id", "id", "measure_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "state") VALUES (NEW."agency_id", NEW."id", NEW."measure_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."report_id", NEW."state"); RETURN NULL;', hash='8d7164f1c8269dfc8c23d34ee9a916014891c2d5', operation='INSERT', pgid='pgtrigger_insert_insert_18f03', table='monitoring_measureprogress', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measureprogress',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_measureprogressevent" ("agency_id", "id", "measure_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "state") VALUES (NEW."agency_id", NEW."id", NEW."measure_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."report_id", NEW."state"); RETURN NULL;', hash='85f516226252c2b922f8d85bfbe84e6f89146ab2', operation='UPDATE', pgid='pgtrigger_update_update_8a520', table='monitoring_measureprogress', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measureprogress',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_measureprogressevent" ("agency_id", "id", "measure_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id", "state") VALUES (OLD."agency_id", OLD."id", OLD."measure_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."report_id", OLD."state"); RETURN NULL;', hash='f2bd655d3fc0d7c6dbf6cdfb5b09c7a7444a9437', operation='DELETE', pgid='pgtrigger_delete_delete_e1943', table='monitoring_measureprogress', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measureprogressevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='875f742d4beace665085fc921cea4f761e2878c3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45fde', table='monitoring_measureprogressevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deviation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_deviationevent" ("account", "agency_id", "cause", "id", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id") VALUES (NEW."account", NEW."agency_id", NEW."cause", NEW."id", NEW."measure", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."report_id"); RETURN NULL;', hash='fc3c0724b728b70259a7216737dc173c8c6b432e', operation='INSERT', pgid='pgtrigger_insert_insert_7c971', table='monitoring_deviation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deviation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_deviationevent" ("account", "agency_id", "cause", "id", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id") VALUES (NEW."account", NEW."agency_id", NEW."cause", NEW."id", NEW."measure", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."report_id"); RETURN NULL;', hash='a7500a91e637c81eb0b071823c066859451d290d', operation='UPDATE', pgid='pgtrigger_update_update_0f297', table='monitoring_deviation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deviation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_deviationevent" ("account", "agency_id", "cause", "id", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report_id") VALUES (OLD."account", OLD."agency_id", OLD."cause", OLD."id", OLD."measure", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."report_id"); RETURN NULL;', hash='c12352ec6de7a0edd18efab4126047e627551ec7', operation='DELETE', pgid='pgtrigger_delete_delete_49da7', table='monitoring_deviation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deviationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3709e085f57ee4bf7f8782bb1121692d6733fc4b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_57071', table='monitoring_deviationevent', when='BEFORE')),
        ),
    ]
