"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial"), ("monitoring", "0002_isolation"), ("documents", "0002_isolation")]

    operations = [
        isolate("subsidies_costline", parents={"case_id": "cases_case", "period_id": "monitoring_monitoringperiod"}),
        isolate("subsidies_application", parents={"case_id": "cases_case", "period_id": "monitoring_monitoringperiod", "requested_by_id": "accounts_member", "decided_by_id": "accounts_member"}),
        isolate("subsidies_returnitem", parents={"application_id": "subsidies_application", "answered_by_id": "accounts_member"}),
        isolate("subsidies_gateoverride", parents={"application_id": "subsidies_application", "made_by_id": "accounts_member"}),
        isolate("subsidies_gatetick", parents={"application_id": "subsidies_application", "ticked_by_id": "accounts_member"}),
        isolate("subsidies_claimline", parents={"application_id": "subsidies_application"}),
        isolate("subsidies_settlement", parents={"application_id": "subsidies_application", "co_agency_id": "cases_coagency"}),
        isolate("subsidies_paper", parents={"application_id": "subsidies_application", "co_agency_id": "cases_coagency", "lender_id": "cases_lender", "checked_by_id": "accounts_member"}),
        isolate("subsidies_paperversion", parents={"paper_id": "subsidies_paper", "document_id": "documents_storeddocument", "uploaded_by_id": "accounts_member"}, is_append_only=True),
        isolate("subsidies_packet", parents={"case_id": "cases_case", "document_id": "documents_storeddocument", "requested_by_id": "accounts_member"}),
        isolate("subsidies_estimate", parents={"case_id": "cases_case", "created_by_id": "accounts_member"}),
        isolate("subsidies_localtopup", parents={"case_id": "cases_case"}),
        isolate("subsidies_costlineevent", is_append_only=True),
        isolate("subsidies_applicationevent", is_append_only=True),
        isolate("subsidies_returnitemevent", is_append_only=True),
        isolate("subsidies_gateoverrideevent", is_append_only=True),
        isolate("subsidies_gatetickevent", is_append_only=True),
        isolate("subsidies_claimlineevent", is_append_only=True),
        isolate("subsidies_settlementevent", is_append_only=True),
        isolate("subsidies_paperevent", is_append_only=True),
        isolate("subsidies_packetevent", is_append_only=True),
        isolate("subsidies_estimateevent", is_append_only=True),
        isolate("subsidies_localtopupevent", is_append_only=True),
    ]
