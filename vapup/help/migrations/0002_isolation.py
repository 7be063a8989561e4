"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("help", "0001_initial"), ("accounts", "0002_isolation")]

    operations = [
        isolate("help_draft", parents={"member_id": "accounts_member"}),
        isolate("help_tourprogress", parents={"member_id": "accounts_member"}),
    ]
