import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_hours_verbs'),
        ('cases', '0004_letters_valid_until'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank_name', models.CharField(blank=True, max_length=100, verbose_name='金融機関名')),
                ('bank_code', models.CharField(blank=True, max_length=4, verbose_name='金融機関コード')),
                ('branch_name', models.CharField(blank=True, max_length=100, verbose_name='支店名')),
                ('branch_code', models.CharField(blank=True, max_length=3, verbose_name='支店コード')),
                ('kind', models.CharField(choices=[('ordinary', '普通'), ('current', '当座'), ('savings', '貯蓄')], default='ordinary', max_length=10, verbose_name='預金の種類')),
                ('number', models.CharField(blank=True, max_length=7, verbose_name='口座番号')),
                ('holder_kana', models.CharField(blank=True, max_length=48, verbose_name='口座名義(カナ)')),
                ('withholds_tax', models.BooleanField(default=False, verbose_name='源泉所得税が差し引かれる個人の士業')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('co_agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='payees', to='cases.coagency', verbose_name='支援機関')),
            ],
            options={
                'verbose_name': '振込先',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('agency', 'co_agency'), name='payee_once_per_agency', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('bank_name', ''), ('branch_name', ''), ('holder_kana', ''), ('number', '')), models.Q(('number__regex', '^[0-9]{7}$'), models.Q(('bank_name', ''), _negated=True), models.Q(('branch_name', ''), _negated=True), models.Q(('holder_kana', ''), _negated=True)), _connector='OR'), name='payee_account_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='PayeeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('bank_name', models.CharField(blank=True, max_length=100, verbose_name='金融機関名')),
                ('bank_code', models.CharField(blank=True, max_length=4, verbose_name='金融機関コード')),
                ('branch_name', models.CharField(blank=True, max_length=100, verbose_name='支店名')),
                ('branch_code', models.CharField(blank=True, max_length=3, verbose_name='支店コード')),
                ('kind', models.CharField(choices=[('ordinary', '普通'), ('current', '当座'), ('savings', '貯蓄')], default='ordinary', max_length=10, verbose_name='預金の種類')),
                ('number', models.CharField(blank=True, max_length=7, verbose_name='口座番号')),
                ('holder_kana', models.CharField(blank=True, max_length=48, verbose_name='口座名義(カナ)')),
                ('withholds_tax', models.BooleanField(default=False, verbose_name='源泉所得税が差し引かれる個人の士業')),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.agency')),
                ('co_agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.coagency', verbose_name='支援機関')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='cases.payee')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payee',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_payeeevent" ("agency_id", "bank_code", "bank_name", "branch_code", "branch_name", "co_agency_id", "holder_kana", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "withholds_tax") VALUES (NEW."agency_id", NEW."bank_code", NEW."bank_name", NEW."branch_code", NEW."branch_name", NEW."co_agency_id", NEW."holder_kana", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version", NEW."withholds_tax"); RETURN NULL;', hash='2169fc9afa956b5c96026dc3ce37fd228ebeedb0', operation='INSERT', pgid='pgtrigger_insert_insert_beaf1', table='cases_payee', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payee',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cases_payeeevent" ("agency_id", "bank_code", "bank_name", "branch_code", "branch_name", "co_agency_id", "holder_kana", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "withholds_tax") VALUES (NEW."agency_id", NEW."bank_code", NEW."bank_name", NEW."branch_code", NEW."branch_name", NEW."co_agency_id", NEW."holder_kana", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version", NEW."withholds_tax"); RETURN NULL;', hash='4a32b53fc57cadc52d837d0b20d17a38bf1e80f9', operation='UPDATE', pgid='pgtrigger_update_update_e536f', table='cases_payee', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payee',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_payeeevent" ("agency_id", "bank_code", "bank_name", "branch_code", "branch_name", "co_agency_id", "holder_kana", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "withholds_tax") VALUES (OLD."agency_id", OLD."bank_code", OLD."bank_name", OLD."branch_code", OLD."branch_name", OLD."co_agency_id", OLD."holder_kana", OLD."id", OLD."kind", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version", OLD."withholds_tax"); RETURN NULL;', hash='60026109e014901d41569bcf2c102d6263425fdd', operation='DELETE', pgid='pgtrigger_delete_delete_0d4d2', table='cases_payee', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payeeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e4d55c591d9e52af25c3e46dc0be0416f47ef471', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4f21b', table='cases_payeeevent', when='BEFORE')),
        ),
    ]
