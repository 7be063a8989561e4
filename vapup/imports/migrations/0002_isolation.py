"""Put imports behind the walls, and let an undo take back the append-only rows that the import itself had added."""

from django.db import migrations

from vapup.accounts.tenancy import isolate

# The application may never delete from these tables. What an import added, and nothing else, may go with its undo: the
# function runs with the rights of the tables' owner, under the same row-level security, in the agency of its caller.
FORGET = """
CREATE FUNCTION imports_forget(batch bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM monitoring_deadlineextension WHERE {made} AND made.model = 'monitoring.deadlineextension');
    DELETE FROM cases_casestep WHERE {made} AND made.model = 'cases.casestep');
$$;
REVOKE ALL ON FUNCTION imports_forget(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION imports_forget(bigint) TO vapup_app;
""".format(
    made="""agency_id = nullif(current_setting('app.agency_id', true), '')::bigint AND id IN (
        SELECT made.object_id FROM imports_importedrecord made
        WHERE made.batch_id = batch AND made.agency_id = nullif(current_setting('app.agency_id', true), '')::bigint"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_initial"),
        ("accounts", "0002_isolation"),
        ("documents", "0002_isolation"),
        ("cases", "0002_isolation"),
        ("monitoring", "0004_deadlines_isolation"),
    ]

    operations = [
        isolate(
            "imports_importbatch",
            parents={
                "document_id": "documents_storeddocument",
                "uploaded_by_id": "accounts_member",
                "committed_by_id": "accounts_member",
                "undone_by_id": "accounts_member",
            },
        ),
        isolate("imports_importrow", parents={"batch_id": "imports_importbatch"}),
        isolate(
            "imports_importedrecord", parents={"batch_id": "imports_importbatch", "row_id": "imports_importrow"}
        ),
        isolate("imports_importprogress", parents={"batch_id": "imports_importbatch"}),
        isolate("imports_importbatchevent", is_append_only=True),
        migrations.RunSQL(FORGET, "DROP FUNCTION imports_forget(bigint)"),
    ]
