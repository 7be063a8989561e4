"""Imports of figures."""

from django.db import migrations, models

KINDS = [("move_in", "移行(事業者と案件)"), ("hours", "業務日誌"), ("figures", "試算表・推移表")]


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0003_hours_kind"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="種類"),
        ),
        migrations.AlterField(
            model_name="importbatchevent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="種類"),
        ),
    ]
