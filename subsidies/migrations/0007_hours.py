import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_deadline_verbs'),
        ('cases', '0004_letters_valid_until'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('subsidies', '0006_exports_isolation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_yen', models.BigIntegerField(blank=True, null=True, verbose_name='決定額')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='入金日')),
                ('paid_yen', models.BigIntegerField(blank=True, null=True, verbose_name='入金額')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='subsidies.application')),
                ('co_agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.coagency')),
            ],
            options={
                'verbose_name': '支援機関ごとの入金',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('application', 'co_agency'), name='receipt_once_per_agency', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('paid_yen__isnull', True), ('paid_on__isnull', False), _connector='OR'), name='receipt_paid_on_a_day'), models.CheckConstraint(condition=models.Q(('decided_yen__isnull', True), ('decided_yen__range', (0, 1000000000000)), _connector='OR'), name='receipt_decided_in_range'), models.CheckConstraint(condition=models.Q(('paid_yen__isnull', True), ('paid_yen__range', (0, 1000000000000)), _connector='OR'), name='receipt_paid_in_range')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('decided_yen', models.BigIntegerField(blank=True, null=True, verbose_name='決定額')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='入金日')),
                ('paid_yen', models.BigIntegerField(blank=True, null=True, verbose_name='入金額')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('application', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.application')),
                ('co_agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.coagency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.receipt')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='氏名')),
                ('qualification', models.CharField(blank=True, max_length=100, verbose_name='資格・役職')),
                ('is_subcontracted', models.BooleanField(default=False, verbose_name='外部委託先の人')),
                ('is_active', models.BooleanField(default=True, verbose_name='使用中')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('co_agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='workers', to='cases.coagency', verbose_name='他の支援機関')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='workers', to='accounts.member', verbose_name='利用者')),
            ],
            options={
                'verbose_name': '従事者',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('agency', 'co_agency', 'name', 'qualification'), name='worker_once_per_name', nulls_distinct=False, violation_error_message='同じ氏名・資格の従事者が、すでに登録されています。'), models.UniqueConstraint(condition=models.Q(('co_agency__isnull', True), ('member__isnull', False)), fields=('agency', 'member'), name='worker_once_per_member', violation_error_message='この利用者は、すでに別の従事者として登録されています。'), models.CheckConstraint(condition=models.Q(('co_agency__isnull', True), ('member__isnull', True), _connector='OR'), name='worker_of_another_agency_does_not_log_in')],
            },
        ),
        migrations.CreateModel(
            name='WorkerEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=100, verbose_name='氏名')),
                ('qualification', models.CharField(blank=True, max_length=100, verbose_name='資格・役職')),
                ('is_subcontracted', models.BooleanField(default=False, verbose_name='外部委託先の人')),
                ('is_active', models.BooleanField(default=True, verbose_name='使用中')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('co_agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.coagency', verbose_name='他の支援機関')),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='利用者')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.worker')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WorkerRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='適用開始日')),
                ('hourly_rate_yen', models.BigIntegerField(verbose_name='単価(税抜・円/時間)')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='subsidies.worker')),
            ],
            options={
                'verbose_name': '単価',
                'ordering': ['-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('worker', 'valid_from'), name='worker_rate_once_per_day', violation_error_message='同じ日から適用する単価が、すでに登録されています。'), models.CheckConstraint(condition=models.Q(('hourly_rate_yen__isnull', True), ('hourly_rate_yen__range', (0, 1000000000000)), _connector='OR'), name='worker_rate_in_range')],
            },
        ),
        migrations.CreateModel(
            name='WorkerRateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('valid_from', models.DateField(verbose_name='適用開始日')),
                ('hourly_rate_yen', models.BigIntegerField(verbose_name='単価(税抜・円/時間)')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.workerrate')),
                ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.worker')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WorkWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monday', models.DateField(verbose_name='週の初日(月曜)')),
                ('state', models.CharField(choices=[('open', '記入中'), ('submitted', '提出済'), ('approved', '承認済'), ('returned', '差戻し')], default='open', max_length=10, verbose_name='状態')),
                ('requested_at', models.DateTimeField(null=True, verbose_name='提出日時')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='承認・差戻し日時')),
                ('is_self_approved', models.BooleanField(default=False, verbose_name='自己承認')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='差戻し・解除の理由')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='承認・差戻しをした人')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='提出した人')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='weeks', to='subsidies.worker')),
            ],
            options={
                'verbose_name': '業務日誌の週',
                'ordering': ['monday', 'id'],
                'constraints': [models.UniqueConstraint(fields=('worker', 'monday'), name='work_week_once_per_worker'), models.CheckConstraint(condition=models.Q(('monday__week_day', 2)), name='work_week_begins_on_monday'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('submitted', 'approved')), _negated=True), models.Q(('requested_at__isnull', False), ('requested_by__isnull', False)), _connector='OR'), name='work_week_handed_in_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='work_week_approved_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='WorkWeekEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('monday', models.DateField(verbose_name='週の初日(月曜)')),
                ('state', models.CharField(choices=[('open', '記入中'), ('submitted', '提出済'), ('approved', '承認済'), ('returned', '差戻し')], default='open', max_length=10, verbose_name='状態')),
                ('requested_at', models.DateTimeField(null=True, verbose_name='提出日時')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='承認・差戻し日時')),
                ('is_self_approved', models.BooleanField(default=False, verbose_name='自己承認')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='差戻し・解除の理由')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='承認・差戻しをした人')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.workweek')),
                ('requested_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='提出した人')),
                ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.worker')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WorkEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worked_on', models.DateField(verbose_name='従事日')),
                ('starts_minute', models.PositiveSmallIntegerField(verbose_name='開始')),
                ('ends_minute', models.PositiveSmallIntegerField(verbose_name='終了')),
                ('break_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='休憩(分)')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='時間(分)')),
                ('content', models.CharField(max_length=300, verbose_name='業務内容')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='場所・相手方')),
                ('entered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='入力日時')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_entries', to='cases.case')),
                ('cost_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='subsidies.costline', verbose_name='業務')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='入力した人')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='subsidies.worker', verbose_name='従事者')),
            ],
            options={
                'verbose_name': '業務日誌',
                'ordering': ['worked_on', 'starts_minute', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_minute__gt', models.F('starts_minute')), ('ends_minute__lte', 1440)), name='work_entry_ends_after_start', violation_error_message='終了の時刻は、開始より後(24:00まで)にしてください。'), models.CheckConstraint(condition=models.Q(('minutes', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('ends_minute'), '-', models.F('starts_minute')), '-', models.F('break_minutes'))), ('minutes__gt', 0)), name='work_entry_adds_up', violation_error_message='休憩が、開始から終了までの時間より長くなっています。')],
            },
        ),
        migrations.CreateModel(
            name='WorkEntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('worked_on', models.DateField(verbose_name='従事日')),
                ('starts_minute', models.PositiveSmallIntegerField(verbose_name='開始')),
                ('ends_minute', models.PositiveSmallIntegerField(verbose_name='終了')),
                ('break_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='休憩(分)')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='時間(分)')),
                ('content', models.CharField(max_length=300, verbose_name='業務内容')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='場所・相手方')),
                ('entered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='入力日時')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.case')),
                ('cost_line', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.costline', verbose_name='業務')),
                ('entered_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='入力した人')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.workentry')),
                ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.worker', verbose_name='従事者')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='costline',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='costline',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='costline',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='costline',
            name='co_agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cost_lines', to='cases.coagency', verbose_name='担当する支援機関'),
        ),
        migrations.AddField(
            model_name='costlineevent',
            name='co_agency',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.coagency', verbose_name='担当する支援機関'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='costline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_costlineevent" ("agency_id", "case_id", "category", "co_agency_id", "gross_yen", "hourly_rate_yen", "id", "is_subcontracted", "minutes", "net_yen", "period_id", "person", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "tax_percent", "tax_yen", "work", "worker_id") VALUES (NEW."agency_id", NEW."case_id", NEW."category", NEW."co_agency_id", NEW."gross_yen", NEW."hourly_rate_yen", NEW."id", NEW."is_subcontracted", NEW."minutes", NEW."net_yen", NEW."period_id", NEW."person", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."tax_percent", NEW."tax_yen", NEW."work", NEW."worker_id"); RETURN NULL;', hash='3536e6ca8fd4d2779a0168fdca314b358ef932ba', operation='INSERT', pgid='pgtrigger_insert_insert_3f2f4', table='subsidies_costline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='costline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_costlineevent" ("agency_id", "case_id", "category", "co_agency_id", "gross_yen", "hourly_rate_yen", "id", "is_subcontracted", "minutes", "net_yen", "period_id", "person", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "tax_percent", "tax_yen", "work", "worker_id") VALUES (NEW."agency_id", NEW."case_id", NEW."category", NEW."co_agency_id", NEW."gross_yen", NEW."hourly_rate_yen", NEW."id", NEW."is_subcontracted", NEW."minutes", NEW."net_yen", NEW."period_id", NEW."person", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."tax_percent", NEW."tax_yen", NEW."work", NEW."worker_id"); RETURN NULL;', hash='188bace37dcdc1aa08b20b30f02f579a97ef4979', operation='UPDATE', pgid='pgtrigger_update_update_5e9c8', table='subsidies_costline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='costline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_costlineevent" ("agency_id", "case_id", "category", "co_agency_id", "gross_yen", "hourly_rate_yen", "id", "is_subcontracted", "minutes", "net_yen", "period_id", "person", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "tax_percent", "tax_yen", "work", "worker_id") VALUES (OLD."agency_id", OLD."case_id", OLD."category", OLD."co_agency_id", OLD."gross_yen", OLD."hourly_rate_yen", OLD."id", OLD."is_subcontracted", OLD."minutes", OLD."net_yen", OLD."period_id", OLD."person", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."tax_percent", OLD."tax_yen", OLD."work", OLD."worker_id"); RETURN NULL;', hash='e509096ed28bd70f6274dbdaed913d717a046c8c', operation='DELETE', pgid='pgtrigger_delete_delete_b6d23', table='subsidies_costline', when='AFTER')),
        ),
        migrations.AddField(
            model_name='costline',
            name='worker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cost_lines', to='subsidies.worker', verbose_name='従事者'),
        ),
        migrations.AddField(
            model_name='costlineevent',
            name='worker',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subsidies.worker', verbose_name='従事者'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_receiptevent" ("agency_id", "application_id", "co_agency_id", "decided_yen", "id", "paid_on", "paid_yen", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."agency_id", NEW."application_id", NEW."co_agency_id", NEW."decided_yen", NEW."id", NEW."paid_on", NEW."paid_yen", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;', hash='5f6fa216e6fe7192ea86cab28d1a52e7e9532156', operation='INSERT', pgid='pgtrigger_insert_insert_90c98', table='subsidies_receipt', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_receiptevent" ("agency_id", "application_id", "co_agency_id", "decided_yen", "id", "paid_on", "paid_yen", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."agency_id", NEW."application_id", NEW."co_agency_id", NEW."decided_yen", NEW."id", NEW."paid_on", NEW."paid_yen", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;', hash='2543e9d8906139e8a7cd5d201cc72aac761ee34f', operation='UPDATE', pgid='pgtrigger_update_update_c85c1', table='subsidies_receipt', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_receiptevent" ("agency_id", "application_id", "co_agency_id", "decided_yen", "id", "paid_on", "paid_yen", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."agency_id", OLD."application_id", OLD."co_agency_id", OLD."decided_yen", OLD."id", OLD."paid_on", OLD."paid_yen", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;', hash='952a4efc58073a34df0ad187336f38b2643d7624', operation='DELETE', pgid='pgtrigger_delete_delete_9e269', table='subsidies_receipt', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receiptevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='27e5498fbd2eaea62ca0e53dfe2d6354c2abbeb5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_062ec', table='subsidies_receiptevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worker',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workerevent" ("agency_id", "co_agency_id", "id", "is_active", "is_subcontracted", "member_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification", "version") VALUES (NEW."agency_id", NEW."co_agency_id", NEW."id", NEW."is_active", NEW."is_subcontracted", NEW."member_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."qualification", NEW."version"); RETURN NULL;', hash='651fb4a9d39907e38620a4cfc94b37d27993c1a6', operation='INSERT', pgid='pgtrigger_insert_insert_96636', table='subsidies_worker', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worker',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_workerevent" ("agency_id", "co_agency_id", "id", "is_active", "is_subcontracted", "member_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification", "version") VALUES (NEW."agency_id", NEW."co_agency_id", NEW."id", NEW."is_active", NEW."is_subcontracted", NEW."member_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."qualification", NEW."version"); RETURN NULL;', hash='34ec90ea2daade37148e5c66dc19a9a35deb2ddb', operation='UPDATE', pgid='pgtrigger_update_update_1fa32', table='subsidies_worker', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worker',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workerevent" ("agency_id", "co_agency_id", "id", "is_active", "is_subcontracted", "member_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification", "version") VALUES (OLD."agency_id", OLD."co_agency_id", OLD."id", OLD."is_active", OLD."is_subcontracted", OLD."member_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."qualification", OLD."version"); RETURN NULL;', hash='c2aafff3d8fc70242aae93b097105a19c665aa27', operation='DELETE', pgid='pgtrigger_delete_delete_a434d', table='subsidies_worker', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workentryevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a050c90f56e45fd1a13bad29a3aad3f3e344c38f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_776d0', table='subsidies_workentryevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='workentry',
            index=models.Index(fields=['case', 'worked_on'], name='work_entry_of_case'),
        ),
        migrations.AddIndex(
            model_name='workentry',
            index=models.Index(fields=['worker', 'worked_on'], name='work_entry_of_worker'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workentry',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workentryevent" ("agency_id", "break_minutes", "case_id", "content", "cost_line_id", "ends_minute", "entered_at", "entered_by_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "starts_minute", "version", "worked_on", "worker_id") VALUES (NEW."agency_id", NEW."break_minutes", NEW."case_id", NEW."content", NEW."cost_line_id", NEW."ends_minute", NEW."entered_at", NEW."entered_by_id", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."starts_minute", NEW."version", NEW."worked_on", NEW."worker_id"); RETURN NULL;', hash='3231503eaf8f32895baa7c7aac55a0cca46f9c25', operation='INSERT', pgid='pgtrigger_insert_insert_58204', table='subsidies_workentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workentry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_workentryevent" ("agency_id", "break_minutes", "case_id", "content", "cost_line_id", "ends_minute", "entered_at", "entered_by_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "starts_minute", "version", "worked_on", "worker_id") VALUES (NEW."agency_id", NEW."break_minutes", NEW."case_id", NEW."content", NEW."cost_line_id", NEW."ends_minute", NEW."entered_at", NEW."entered_by_id", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."starts_minute", NEW."version", NEW."worked_on", NEW."worker_id"); RETURN NULL;', hash='03458fe86373e4c09c9aeeb4c924bfe733f86b1a', operation='UPDATE', pgid='pgtrigger_update_update_783e3', table='subsidies_workentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workentry',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workentryevent" ("agency_id", "break_minutes", "case_id", "content", "cost_line_id", "ends_minute", "entered_at", "entered_by_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "starts_minute", "version", "worked_on", "worker_id") VALUES (OLD."agency_id", OLD."break_minutes", OLD."case_id", OLD."content", OLD."cost_line_id", OLD."ends_minute", OLD."entered_at", OLD."entered_by_id", OLD."id", OLD."minutes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."starts_minute", OLD."version", OLD."worked_on", OLD."worker_id"); RETURN NULL;', hash='57dc9bb90e0c6a3db21a180babb177a3cac29ef7', operation='DELETE', pgid='pgtrigger_delete_delete_374d9', table='subsidies_workentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workerevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='acbe304227a836c481a645ffa9320488c3cb5999', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1de70', table='subsidies_workerevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workerrate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workerrateevent" ("agency_id", "hourly_rate_yen", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "worker_id") VALUES (NEW."agency_id", NEW."hourly_rate_yen", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."valid_from", NEW."worker_id"); RETURN NULL;', hash='bc6efd901facdf2f926ba4c184ef5ba9ecbd2820', operation='INSERT', pgid='pgtrigger_insert_insert_21dbd', table='subsidies_workerrate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workerrate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_workerrateevent" ("agency_id", "hourly_rate_yen", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "worker_id") VALUES (NEW."agency_id", NEW."hourly_rate_yen", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."valid_from", NEW."worker_id"); RETURN NULL;', hash='3bc541b0fcbd905d03d160b40f801d82b93426bd', operation='UPDATE', pgid='pgtrigger_update_update_b25fd', table='subsidies_workerrate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workerrate',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workerrateevent" ("agency_id", "hourly_rate_yen", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "worker_id") VALUES (OLD."agency_id", OLD."hourly_rate_yen", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."valid_from", OLD."worker_id"); RETURN NULL;', hash='f5b6d7303813f6392c048e473729cd7eb324e7f1', operation='DELETE', pgid='pgtrigger_delete_delete_0200d', table='subsidies_workerrate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workerrateevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a4057d6ed6ebac4186a809b5d4a8c6a87f74a5a9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e460f', table='subsidies_workerrateevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workweek',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workweekevent" ("agency_id", "decided_at", "decided_by_id", "id", "is_self_approved", "monday", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "requested_by_id", "state", "version", "worker_id") VALUES (NEW."agency_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."is_self_approved", NEW."monday", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requested_at", NEW."requested_by_id", NEW."state", NEW."version", NEW."worker_id"); RETURN NULL;', hash='c22fb05aa68eadd7929f16407185891b98bcda51', operation='INSERT', pgid='pgtrigger_insert_insert_60fff', table='subsidies_workweek', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workweek',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_workweekevent" ("agency_id", "decided_at", "decided_by_id", "id", "is_self_approved", "monday", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "requested_by_id", "state", "version", "worker_id") VALUES (NEW."agency_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."is_self_approved", NEW."monday", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requested_at", NEW."requested_by_id", NEW."state", NEW."version", NEW."worker_id"); RETURN NULL;', hash='71fe68f927cdf6ba2950087e354798a442499071', operation='UPDATE', pgid='pgtrigger_update_update_d4e2a', table='subsidies_workweek', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workweek',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_workweekevent" ("agency_id", "decided_at", "decided_by_id", "id", "is_self_approved", "monday", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "requested_by_id", "state", "version", "worker_id") VALUES (OLD."agency_id", OLD."decided_at", OLD."decided_by_id", OLD."id", OLD."is_self_approved", OLD."monday", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requested_at", OLD."requested_by_id", OLD."state", OLD."version", OLD."worker_id"); RETURN NULL;', hash='5172a934be6e1040cfe4a2099dfec3be6cf5094e', operation='DELETE', pgid='pgtrigger_delete_delete_7c8d3', table='subsidies_workweek', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workweekevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cf3fc0d927d57aa7b06cd2c688497155f4791220', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e0515', table='subsidies_workweekevent', when='BEFORE')),
        ),
    ]
