"""Put estimates and top-ups behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0003_estimates_and_top_ups")]

    operations = [
        isolate("subsidies_estimate", parents={"case_id": "cases_case", "created_by_id": "accounts_member"}),
        isolate("subsidies_localtopup", parents={"case_id": "cases_case"}),
        isolate("subsidies_estimateevent", is_append_only=True),
        isolate("subsidies_localtopupevent", is_append_only=True),
    ]
