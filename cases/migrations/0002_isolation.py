"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("accounts", "0002_isolation")]

    operations = [
        isolate("cases_enterprise"),
        isolate("cases_lender", parents={"enterprise_id": "cases_enterprise"}),
        isolate("cases_pastuse", parents={"enterprise_id": "cases_enterprise"}),
        isolate("cases_case", parents={"enterprise_id": "cases_enterprise", "consultant_id": "accounts_member"}),
        isolate("cases_coagency", parents={"case_id": "cases_case"}),
        isolate("cases_casestep", parents={"case_id": "cases_case", "actor_id": "accounts_member"}, is_append_only=True),
        isolate("cases_lenderstance", parents={"case_id": "cases_case", "lender_id": "cases_lender"}),
        isolate("cases_guidelineprocedure", parents={"case_id": "cases_case"}),
        isolate("cases_note", parents={"case_id": "cases_case", "author_id": "accounts_member"}),
        isolate("cases_mention", parents={"note_id": "cases_note", "member_id": "accounts_member"}),
        isolate("cases_enterpriseevent", is_append_only=True),
        isolate("cases_lenderevent", is_append_only=True),
        isolate("cases_pastuseevent", is_append_only=True),
        isolate("cases_caseevent", is_append_only=True),
        isolate("cases_coagencyevent", is_append_only=True),
        isolate("cases_lenderstanceevent", is_append_only=True),
        isolate("cases_guidelineprocedureevent", is_append_only=True),
        isolate("cases_noteevent", is_append_only=True),
    ]
