import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from vapup.accounts.tenancy import CREATE_ROLE


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(
            CREATE_ROLE, migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='メールアドレス')),
                ('display_name', models.CharField(max_length=100, verbose_name='氏名')),
                ('is_active', models.BooleanField(default=True, verbose_name='有効')),
                ('date_joined', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登録日時')),
            ],
            options={
                'verbose_name': '利用者',
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='名称')),
                ('slug', models.SlugField(unique=True, verbose_name='識別名')),
                ('representative', models.CharField(blank=True, max_length=100, verbose_name='代表者')),
                ('corporate_number', models.CharField(blank=True, max_length=13, verbose_name='法人番号')),
                ('certification_number', models.CharField(blank=True, max_length=20, verbose_name='認定支援機関ID')),
                ('certification_expires_on', models.DateField(blank=True, null=True, verbose_name='認定の有効期限')),
                ('postal_code', models.CharField(blank=True, max_length=8, verbose_name='郵便番号')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='所在地')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='電話番号')),
                ('self_approval_allowed', models.BooleanField(default=False, verbose_name='自己承認を認める(一人事務所)')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': '支援機関',
            },
        ),
        migrations.CreateModel(
            name='AgencyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='名称')),
                ('slug', models.SlugField(db_index=False, verbose_name='識別名')),
                ('representative', models.CharField(blank=True, max_length=100, verbose_name='代表者')),
                ('corporate_number', models.CharField(blank=True, max_length=13, verbose_name='法人番号')),
                ('certification_number', models.CharField(blank=True, max_length=20, verbose_name='認定支援機関ID')),
                ('certification_expires_on', models.DateField(blank=True, null=True, verbose_name='認定の有効期限')),
                ('postal_code', models.CharField(blank=True, max_length=8, verbose_name='郵便番号')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='所在地')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='電話番号')),
                ('self_approval_allowed', models.BooleanField(default=False, verbose_name='自己承認を認める(一人事務所)')),
                ('version', models.PositiveIntegerField(default=1)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.agency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('consultant', '担当者'), ('manager', '管理者(所長)'), ('admin', '事務管理'), ('viewer', '閲覧のみ')], max_length=20), size=None, verbose_name='役割')),
                ('is_active', models.BooleanField(default=True, verbose_name='有効')),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='参加日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='accounts.agency')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'メンバー',
                'constraints': [models.UniqueConstraint(fields=('agency', 'user'), name='member_once_per_agency'), models.CheckConstraint(condition=models.Q(('roles__len__gt', 0)), name='member_has_a_role')],
            },
        ),
        migrations.CreateModel(
            name='MemberEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('consultant', '担当者'), ('manager', '管理者(所長)'), ('admin', '事務管理'), ('viewer', '閲覧のみ')], max_length=20), size=None, verbose_name='役割')),
                ('is_active', models.BooleanField(default=True, verbose_name='有効')),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='参加日時')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.member')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_label', models.CharField(max_length=100, verbose_name='操作者')),
                ('verb', models.CharField(choices=[('created', '登録'), ('changed', '変更'), ('deleted', '削除'), ('advanced', '段階の変更'), ('approval_requested', '承認依頼'), ('approved', '承認'), ('self_approved', '自己承認'), ('sent_back', '差戻し'), ('request_withdrawn', '承認依頼の取消し'), ('approval_cancelled', '承認の取消し'), ('overridden', '例外の承認'), ('uploaded', '書類の登録'), ('packet_requested', '申請書類の作成依頼'), ('packet_made', '申請書類の作成'), ('downloaded', 'ダウンロード'), ('invited', '招待'), ('invitation_revoked', '招待の取消し'), ('joined', '参加'), ('roles_changed', '役割の変更'), ('switched_off', '利用停止'), ('switched_on', '利用再開'), ('handed_over', '引継ぎ'), ('signed_in', 'ログイン'), ('signed_out', 'ログアウト'), ('password_changed', 'パスワードの変更'), ('mfa_switched_on', '二段階認証の設定'), ('mfa_switched_off', '二段階認証の解除'), ('recovery_codes_made', '回復コードの作成'), ('entered', '事務所の切替')], max_length=30, verbose_name='操作')),
                ('object_type', models.CharField(max_length=50, verbose_name='対象の種類')),
                ('object_id', models.BigIntegerField(verbose_name='対象の番号')),
                ('object_label', models.CharField(max_length=300, verbose_name='対象')),
                ('changes', models.JSONField(default=dict, verbose_name='変更内容')),
                ('reason', models.TextField(blank=True, verbose_name='理由')),
                ('occurred_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'verbose_name': '操作記録',
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='メールアドレス')),
                ('display_name', models.CharField(max_length=100, verbose_name='氏名')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('consultant', '担当者'), ('manager', '管理者(所長)'), ('admin', '事務管理'), ('viewer', '閲覧のみ')], max_length=20), size=None, verbose_name='役割')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='招待日時')),
                ('expires_at', models.DateTimeField(verbose_name='有効期限')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='受諾日時')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='取消日時')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='accounts.agency')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'verbose_name': '招待',
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('agency', 'email'), name='invitation_open_once_per_address')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_agencyevent" ("address", "certification_expires_on", "certification_number", "corporate_number", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "representative", "self_approval_allowed", "slug", "version") VALUES (NEW."address", NEW."certification_expires_on", NEW."certification_number", NEW."corporate_number", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."postal_code", NEW."representative", NEW."self_approval_allowed", NEW."slug", NEW."version"); RETURN NULL;', hash='c1e4ab955114bec7fcafe990e839b954927e4a9d', operation='INSERT', pgid='pgtrigger_insert_insert_67acf', table='accounts_agency', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_agencyevent" ("address", "certification_expires_on", "certification_number", "corporate_number", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "representative", "self_approval_allowed", "slug", "version") VALUES (NEW."address", NEW."certification_expires_on", NEW."certification_number", NEW."corporate_number", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."postal_code", NEW."representative", NEW."self_approval_allowed", NEW."slug", NEW."version"); RETURN NULL;', hash='9fa999e0e31b8530edad975fe0b328350f3394c9', operation='UPDATE', pgid='pgtrigger_update_update_f30d7', table='accounts_agency', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_agencyevent" ("address", "certification_expires_on", "certification_number", "corporate_number", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "representative", "self_approval_allowed", "slug", "version") VALUES (OLD."address", OLD."certification_expires_on", OLD."certification_number", OLD."corporate_number", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."postal_code", OLD."representative", OLD."self_approval_allowed", OLD."slug", OLD."version"); RETURN NULL;', hash='35c35de6e0b8a6f8b0ef357c0a76f9ff0e941a47', operation='DELETE', pgid='pgtrigger_delete_delete_d4253', table='accounts_agency', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agencyevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f1004ca6f6a1f686e4823a76b2c72c4d5cc84de0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d7a00', table='accounts_agencyevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_memberevent" ("agency_id", "id", "is_active", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roles", "user_id") VALUES (NEW."agency_id", NEW."id", NEW."is_active", NEW."joined_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."roles", NEW."user_id"); RETURN NULL;', hash='1680159acafea064100fe12327392b459f8efd23', operation='INSERT', pgid='pgtrigger_insert_insert_210ee', table='accounts_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_memberevent" ("agency_id", "id", "is_active", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roles", "user_id") VALUES (NEW."agency_id", NEW."id", NEW."is_active", NEW."joined_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."roles", NEW."user_id"); RETURN NULL;', hash='cbfffa5d2f9cec9556567412afea8ae6e8856976', operation='UPDATE', pgid='pgtrigger_update_update_c4fcd', table='accounts_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_memberevent" ("agency_id", "id", "is_active", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roles", "user_id") VALUES (OLD."agency_id", OLD."id", OLD."is_active", OLD."joined_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."roles", OLD."user_id"); RETURN NULL;', hash='75fc81e422fd808f6bf538388179c5cfaeaf4913', operation='DELETE', pgid='pgtrigger_delete_delete_71729', table='accounts_member', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['agency', 'object_type', 'object_id', '-id'], name='audit_by_object'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['agency', '-id'], name='audit_newest_first'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7b732c5f4d9c0b519ac859053fcea89f0fcc34eb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a0b21', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memberevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cd63b8c4207d3ace79bdb2c44d30ac380f76dfd3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3bbc1', table='accounts_memberevent', when='BEFORE')),
        ),
    ]
