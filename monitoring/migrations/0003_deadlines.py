import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_cache'),
        ('cases', '0004_letters_valid_until'),
        ('documents', '0002_isolation'),
        ('monitoring', '0002_isolation'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('counts', models.JSONField(default=dict, verbose_name='件数')),
            ],
            options={
                'verbose_name': '動作の記録',
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sweep', '期限の確認が止まっています'), ('mail', 'メールを送信できていません')], max_length=20, verbose_name='種類')),
                ('raised_at', models.DateTimeField(verbose_name='発生日時')),
                ('detail', models.CharField(max_length=300, verbose_name='内容')),
                ('told_at', models.DateTimeField(null=True, verbose_name='知らせた日時')),
                ('cleared_at', models.DateTimeField(null=True, verbose_name='解消日時')),
            ],
            options={
                'verbose_name': '通知の異常',
                'constraints': [models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('kind',), name='alarm_open_once_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('is_private', models.BooleanField(default=True, verbose_name='事業者名と金額を載せない')),
                ('covers_office', models.BooleanField(default=False, verbose_name='事務所全体の期限を載せる')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='作成日時')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='取消日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'verbose_name': 'カレンダーの配信',
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('agency', 'member'), name='calendar_feed_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeedEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('token_hash', models.CharField(max_length=64)),
                ('is_private', models.BooleanField(default=True, verbose_name='事業者名と金額を載せない')),
                ('covers_office', models.BooleanField(default=False, verbose_name='事務所全体の期限を載せる')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='作成日時')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='取消日時')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.calendarfeed')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('plan_claim', '支払申請(計画策定)の期限'), ('monitoring_claim', '支払申請(伴走支援)の期限'), ('negotiation_claim', '支払申請(金融機関交渉)の期限'), ('frame_closes', '枠の受付の終了'), ('paper', '書類の有効期限'), ('letter', '金融機関の書面の有効期限'), ('certification', '認定支援機関の認定の有効期限'), ('standstill', '一時停止の期限'), ('fiscal_close', '決算日'), ('tax_return', '確定申告の期限'), ('retention', '証拠書類の保存期限')], max_length=30, verbose_name='期限の種類')),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('about', models.CharField(blank=True, max_length=300, verbose_name='対象')),
                ('period_number', models.PositiveSmallIntegerField(null=True, verbose_name='回')),
                ('counted_from', models.DateField(verbose_name='起算日')),
                ('claim_by', models.DateField(verbose_name='最終日')),
                ('lapses_on', models.DateField(verbose_name='失効日')),
                ('safe_by', models.DateField(verbose_name='安全な期限')),
                ('extended_until', models.DateField(null=True, verbose_name='延長後の最終日')),
                ('yen_at_risk', models.BigIntegerField(default=0, verbose_name='失うおそれのある額')),
                ('is_confirmed', models.BooleanField(default=True, verbose_name='公的な出典で確認済み')),
                ('clause', models.CharField(max_length=500, verbose_name='根拠')),
                ('source_url', models.CharField(max_length=300, verbose_name='出典')),
                ('state', models.CharField(choices=[('open', '期限前'), ('met', '済'), ('passed', '到来'), ('lapsed', '失効'), ('cancelled', '対象外')], default='open', max_length=20, verbose_name='状態')),
                ('met_on', models.DateField(null=True, verbose_name='済んだ日')),
                ('met_by', models.CharField(blank=True, max_length=100, verbose_name='済ませた手続き')),
                ('lapsed_recorded_at', models.DateTimeField(null=True, verbose_name='失効の記録日時')),
                ('remind_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='更新日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='cases.case')),
                ('consultant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='担当者')),
            ],
            options={
                'verbose_name': '期限',
                'ordering': ['safe_by', 'id'],
                'constraints': [models.UniqueConstraint(fields=('agency', 'case', 'kind', 'subject'), name='deadline_once_per_subject', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('lapses_on__gt', models.F('claim_by')), ('safe_by__lte', models.F('claim_by'))), name='deadline_days_in_order'), models.CheckConstraint(condition=models.Q(('state', 'open'), ('remind_at__isnull', True), _connector='OR'), name='deadline_looked_at_while_open'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'met'), _negated=True), ('met_on__isnull', False), _connector='OR'), name='deadline_met_on_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'lapsed'), _negated=True), ('lapsed_recorded_at__isnull', False), _connector='OR'), name='deadline_lapse_recorded'), models.CheckConstraint(condition=models.Q(('yen_at_risk__isnull', True), ('yen_at_risk__range', (0, 1000000000000)), _connector='OR'), name='deadline_yen_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('safe_by', models.DateField(verbose_name='安全な期限')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='対応の予定')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='確認日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='確認した人')),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='monitoring.deadline')),
            ],
            options={
                'verbose_name': '期限の確認',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('deadline', 'safe_by', 'member'), name='acknowledged_once_per_day_and_member')],
            },
        ),
        migrations.CreateModel(
            name='DeadlineEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('plan_claim', '支払申請(計画策定)の期限'), ('monitoring_claim', '支払申請(伴走支援)の期限'), ('negotiation_claim', '支払申請(金融機関交渉)の期限'), ('frame_closes', '枠の受付の終了'), ('paper', '書類の有効期限'), ('letter', '金融機関の書面の有効期限'), ('certification', '認定支援機関の認定の有効期限'), ('standstill', '一時停止の期限'), ('fiscal_close', '決算日'), ('tax_return', '確定申告の期限'), ('retention', '証拠書類の保存期限')], max_length=30, verbose_name='期限の種類')),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('about', models.CharField(blank=True, max_length=300, verbose_name='対象')),
                ('period_number', models.PositiveSmallIntegerField(null=True, verbose_name='回')),
                ('counted_from', models.DateField(verbose_name='起算日')),
                ('claim_by', models.DateField(verbose_name='最終日')),
                ('lapses_on', models.DateField(verbose_name='失効日')),
                ('safe_by', models.DateField(verbose_name='安全な期限')),
                ('extended_until', models.DateField(null=True, verbose_name='延長後の最終日')),
                ('yen_at_risk', models.BigIntegerField(default=0, verbose_name='失うおそれのある額')),
                ('is_confirmed', models.BooleanField(default=True, verbose_name='公的な出典で確認済み')),
                ('clause', models.CharField(max_length=500, verbose_name='根拠')),
                ('source_url', models.CharField(max_length=300, verbose_name='出典')),
                ('state', models.CharField(choices=[('open', '期限前'), ('met', '済'), ('passed', '到来'), ('lapsed', '失効'), ('cancelled', '対象外')], default='open', max_length=20, verbose_name='状態')),
                ('met_on', models.DateField(null=True, verbose_name='済んだ日')),
                ('met_by', models.CharField(blank=True, max_length=100, verbose_name='済ませた手続き')),
                ('lapsed_recorded_at', models.DateTimeField(null=True, verbose_name='失効の記録日時')),
                ('remind_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='更新日時')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.case')),
                ('consultant', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.member', verbose_name='担当者')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.deadline')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DeadlineExtension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField(verbose_name='延長後の最終日')),
                ('granted_on', models.DateField(verbose_name='協議会が認めた日')),
                ('proof', models.CharField(max_length=300, verbose_name='根拠となる文書・連絡')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='記録日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='monitoring.deadline')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storeddocument')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='記録した人')),
            ],
            options={
                'verbose_name': '期限の延長',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='extension_has_proof')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reminder', '期限の通知'), ('digest', '期限の通知のまとめ'), ('weekly', '週次の期限一覧'), ('alarm', '通知の異常')], max_length=20, verbose_name='種類')),
                ('key', models.CharField(max_length=300, unique=True)),
                ('message_id', models.CharField(max_length=150)),
                ('about', models.DateField(verbose_name='対象の日')),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済'), ('failed', '送信不能'), ('cancelled', '不要')], default='waiting', max_length=20, verbose_name='状態')),
                ('not_before', models.DateTimeField(verbose_name='送信予定')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='試みた回数')),
                ('leased_until', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='最後の障害')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='送信日時')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='作成日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='宛先')),
            ],
            options={
                'verbose_name': 'メール',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='mail_sent_at_an_instant')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('safe_by', models.DateField(verbose_name='安全な期限')),
                ('offset_days', models.SmallIntegerField(verbose_name='何日前か')),
                ('channel', models.CharField(choices=[('in_app', '画面'), ('mail', 'メール')], max_length=10, verbose_name='経路')),
                ('is_late', models.BooleanField(default=False, verbose_name='遅れて通知')),
                ('planned_at', models.DateTimeField(verbose_name='作成日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='monitoring.deadline')),
                ('mail', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='monitoring.mail')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='宛先')),
            ],
            options={
                'verbose_name': '期限の通知',
                'constraints': [models.UniqueConstraint(fields=('deadline', 'safe_by', 'offset_days', 'recipient', 'channel'), name='reminder_once'), models.CheckConstraint(condition=models.Q(models.Q(('channel', 'mail'), ('mail__isnull', False)), models.Q(('channel', 'in_app'), ('mail__isnull', True)), _connector='OR'), name='reminder_by_mail_has_a_mail')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='件名')),
                ('body', models.CharField(max_length=500, verbose_name='内容')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='至急')),
                ('made_at', models.DateTimeField(verbose_name='日時')),
                ('read_at', models.DateTimeField(null=True, verbose_name='読んだ日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('deadline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='monitoring.deadline')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('reminder', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='monitoring.reminder')),
            ],
            options={
                'verbose_name': '通知',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReminderSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail_from_hour', models.PositiveSmallIntegerField(default=8, verbose_name='メールを送り始める時刻')),
                ('mail_until_hour', models.PositiveSmallIntegerField(default=20, verbose_name='メールを送り終える時刻')),
                ('hides_figures', models.BooleanField(default=False, verbose_name='メールに金額と事業者名を載せない')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'verbose_name': '通知の設定',
                'constraints': [models.CheckConstraint(condition=models.Q(('mail_from_hour__lt', models.F('mail_until_hour')), ('mail_until_hour__lte', 24)), name='reminder_settings_hours_in_order', violation_error_message='送り始める時刻は、送り終える時刻より前にしてください。')],
            },
        ),
        migrations.CreateModel(
            name='ReminderSettingsEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('mail_from_hour', models.PositiveSmallIntegerField(default=8, verbose_name='メールを送り始める時刻')),
                ('mail_until_hour', models.PositiveSmallIntegerField(default=20, verbose_name='メールを送り終える時刻')),
                ('hides_figures', models.BooleanField(default=False, verbose_name='メールに金額と事業者名を載せない')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='monitoring.remindersettings')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('safe_by', models.DateField(verbose_name='安全な期限')),
                ('until', models.DateField(verbose_name='次に知らせる日')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='記録日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snoozes', to='monitoring.deadline')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='後回しにした人')),
            ],
            options={
                'verbose_name': '通知の後回し',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__lte', models.F('safe_by'))), name='snooze_ends_by_the_safe_day'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='snooze_has_a_reason')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeed',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_calendarfeedevent" ("agency_id", "covers_office", "id", "is_private", "made_at", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "token_hash") VALUES (NEW."agency_id", NEW."covers_office", NEW."id", NEW."is_private", NEW."made_at", NEW."member_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."token_hash"); RETURN NULL;', hash='c9a546111561f00552a2d36ccc3f1800cc81e2ff', operation='INSERT', pgid='pgtrigger_insert_insert_1caab', table='monitoring_calendarfeed', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeed',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_calendarfeedevent" ("agency_id", "covers_office", "id", "is_private", "made_at", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "token_hash") VALUES (NEW."agency_id", NEW."covers_office", NEW."id", NEW."is_private", NEW."made_at", NEW."member_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."token_hash"); RETURN NULL;', hash='832fff32bb7166a2072f1268cf1a596f59330020', operation='UPDATE', pgid='pgtrigger_update_update_00e9d', table='monitoring_calendarfeed', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeed',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_calendarfeedevent" ("agency_id", "covers_office", "id", "is_private", "made_at", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "token_hash") VALUES (OLD."agency_id", OLD."covers_office", OLD."id", OLD."is_private", OLD."made_at", OLD."member_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revoked_at", OLD."token_hash"); RETURN NULL;', hash='d01261334c87a1f231a758720dc8f76715a1f164', operation='DELETE', pgid='pgtrigger_delete_delete_46ce7', table='monitoring_calendarfeed', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeedevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='41c896c9cee9fe343c531b278943bf20f988a1a6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aad92', table='monitoring_calendarfeedevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='deadline_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['agency', 'safe_by'], name='deadline_open_by_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_deadlineevent" ("about", "agency_id", "case_id", "changed_at", "claim_by", "clause", "consultant_id", "counted_from", "extended_until", "id", "is_confirmed", "kind", "lapsed_recorded_at", "lapses_on", "met_by", "met_on", "period_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_at", "safe_by", "source_url", "state", "subject", "version", "yen_at_risk") VALUES (NEW."about", NEW."agency_id", NEW."case_id", NEW."changed_at", NEW."claim_by", NEW."clause", NEW."consultant_id", NEW."counted_from", NEW."extended_until", NEW."id", NEW."is_confirmed", NEW."kind", NEW."lapsed_recorded_at", NEW."lapses_on", NEW."met_by", NEW."met_on", NEW."period_number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."remind_at", NEW."safe_by", NEW."source_url", NEW."state", NEW."subject", NEW."version", NEW."yen_at_risk"); RETURN NULL;', hash='6c044c644dc8050a21127ad99b1f63c2df536e8b', operation='INSERT', pgid='pgtrigger_insert_insert_800b1', table='monitoring_deadline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_deadlineevent" ("about", "agency_id", "case_id", "changed_at", "claim_by", "clause", "consultant_id", "counted_from", "extended_until", "id", "is_confirmed", "kind", "lapsed_recorded_at", "lapses_on", "met_by", "met_on", "period_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_at", "safe_by", "source_url", "state", "subject", "version", "yen_at_risk") VALUES (NEW."about", NEW."agency_id", NEW."case_id", NEW."changed_at", NEW."claim_by", NEW."clause", NEW."consultant_id", NEW."counted_from", NEW."extended_until", NEW."id", NEW."is_confirmed", NEW."kind", NEW."lapsed_recorded_at", NEW."lapses_on", NEW."met_by", NEW."met_on", NEW."period_number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."remind_at", NEW."safe_by", NEW."source_url", NEW."state", NEW."subject", NEW."version", NEW."yen_at_risk"); RETURN NULL;', hash='a4192bc975876e6bf88abfa59fbf067c8a129e93', operation='UPDATE', pgid='pgtrigger_update_update_ebc77', table='monitoring_deadline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_deadlineevent" ("about", "agency_id", "case_id", "changed_at", "claim_by", "clause", "consultant_id", "counted_from", "extended_until", "id", "is_confirmed", "kind", "lapsed_recorded_at", "lapses_on", "met_by", "met_on", "period_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_at", "safe_by", "source_url", "state", "subject", "version", "yen_at_risk") VALUES (OLD."about", OLD."agency_id", OLD."case_id", OLD."changed_at", OLD."claim_by", OLD."clause", OLD."consultant_id", OLD."counted_from", OLD."extended_until", OLD."id", OLD."is_confirmed", OLD."kind", OLD."lapsed_recorded_at", OLD."lapses_on", OLD."met_by", OLD."met_on", OLD."period_number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."remind_at", OLD."safe_by", OLD."source_url", OLD."state", OLD."subject", OLD."version", OLD."yen_at_risk"); RETURN NULL;', hash='f050f4be7ee365a1cf663c7a045e844846f069ae', operation='DELETE', pgid='pgtrigger_delete_delete_4a91d', table='monitoring_deadline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fa33d6b86cc31b9bdcbd0af0b12d6fe8d0c1037e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6859d', table='monitoring_acknowledgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadlineevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5ad307c7421c6f0139d1f6f69a000bf9910c389d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8f93d', table='monitoring_deadlineevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadlineextension',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='efcdfef81a2db2aec1779015d68509879cdb8e05', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6aa48', table='monitoring_deadlineextension', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['not_before'], name='mail_waiting'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['agency', 'recipient', '-id'], name='notice_newest_first'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['agency', 'recipient'], name='notice_unread'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remindersettings',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_remindersettingsevent" ("agency_id", "hides_figures", "id", "mail_from_hour", "mail_until_hour", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."agency_id", NEW."hides_figures", NEW."id", NEW."mail_from_hour", NEW."mail_until_hour", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;', hash='6dbae4f748f921aebd2339d862d9e290679c296c', operation='INSERT', pgid='pgtrigger_insert_insert_5638e', table='monitoring_remindersettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remindersettings',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "monitoring_remindersettingsevent" ("agency_id", "hides_figures", "id", "mail_from_hour", "mail_until_hour", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."agency_id", NEW."hides_figures", NEW."id", NEW."mail_from_hour", NEW."mail_until_hour", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;', hash='ddf33d64352d0c14491d9745c0e89c5723f3224c', operation='UPDATE', pgid='pgtrigger_update_update_a4eb2', table='monitoring_remindersettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remindersettings',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "monitoring_remindersettingsevent" ("agency_id", "hides_figures", "id", "mail_from_hour", "mail_until_hour", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."agency_id", OLD."hides_figures", OLD."id", OLD."mail_from_hour", OLD."mail_until_hour", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;', hash='1cccda07adff08961b8ea05aaf46a75af759bbcd', operation='DELETE', pgid='pgtrigger_delete_delete_d3b5f', table='monitoring_remindersettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remindersettingsevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1ac0b01444c988b973ac59ac081c012d7d34dbe5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2513c', table='monitoring_remindersettingsevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snooze',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c2dc9fccccc5a3f56d64d1294cc7e97935f1f951', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8608d', table='monitoring_snooze', when='BEFORE')),
        ),
    ]
