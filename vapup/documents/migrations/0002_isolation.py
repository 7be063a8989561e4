"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("accounts", "0002_isolation")]

    operations = [
        isolate("documents_storeddocument"),
    ]
