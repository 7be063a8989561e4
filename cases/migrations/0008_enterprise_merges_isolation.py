"""Put merges behind row-level security, and keep what they and merged enterprises point to within the agency."""

from django.db import migrations

from vapup.accounts.tenancy import isolate, tie_to_agency


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_enterprise_merges"), ("accounts", "0002_isolation")]

    operations = [
        tie_to_agency("cases_enterprise", {"merged_into_id": "cases_enterprise"}),
        isolate(
            "cases_enterprisemerge",
            parents={
                "kept_id": "cases_enterprise",
                "gone_id": "cases_enterprise",
                "made_by_id": "accounts_member",
                "undone_by_id": "accounts_member",
            },
        ),
        isolate("cases_enterprisemergeevent", is_append_only=True),
    ]
