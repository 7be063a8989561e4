"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL("ALTER TABLE accounts_member ADD CONSTRAINT accounts_member_in_agency UNIQUE (agency_id, id)", migrations.RunSQL.noop),
        isolate("accounts_auditevent", parents={"actor_id": "accounts_member"}, is_append_only=True),
        isolate("accounts_agencyevent", is_append_only=True, column="pgh_obj_id"),
        isolate("accounts_memberevent", is_append_only=True),
    ]
