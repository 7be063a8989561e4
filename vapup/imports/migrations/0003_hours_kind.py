from django.db import migrations, models

KINDS = [("move_in", "移行(事業者と案件)"), ("hours", "業務日誌")]


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0002_isolation"),
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
