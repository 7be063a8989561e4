"""Put the saved views behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_saved_views")]

    operations = [
        isolate("accounts_savedview", parents={"owner_id": "accounts_member"}),
        isolate(
            "accounts_openingview", parents={"member_id": "accounts_member", "view_id": "accounts_savedview"}
        ),
    ]
