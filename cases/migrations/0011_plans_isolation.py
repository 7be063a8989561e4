"""Put plans and figures behind row-level security."""

from django.db import migrations

from vapup.accounts.tenancy import isolate

MEMBERS = {"prepared_by_id": "accounts_member", "submitted_by_id": "accounts_member", "approved_by_id": "accounts_member"}
PLAN = {"plan_id": "cases_plan"}
PARENTS = {
    "cases_monthlyfigure": {"enterprise_id": "cases_enterprise"},
    "cases_yearlyfigure": {"enterprise_id": "cases_enterprise"},
    "cases_accountname": {"enterprise_id": "cases_enterprise"},
    "cases_plan": {"case_id": "cases_case", **MEMBERS},
    "cases_mapnode": PLAN,
    "cases_mapflow": {**PLAN, "source_id": "cases_mapnode", "target_id": "cases_mapnode"},
    "cases_issue": PLAN,
    "cases_measure": {**PLAN, "issue_id": "cases_issue"},
    "cases_measureeffect": {"measure_id": "cases_measure"},
    "cases_assumption": PLAN,
    "cases_planfigure": PLAN,
    "cases_realvalue": PLAN,
    "cases_loan": {**PLAN, "lender_id": "cases_lender"},
    "cases_loanchange": {"loan_id": "cases_loan"},
    "cases_cashfigure": PLAN,
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_plans"), ("accounts", "0002_isolation")]

    operations = [
        *(isolate(table, parents=parents) for table, parents in PARENTS.items()),
        *(isolate(f"{table}event", is_append_only=True) for table in PARENTS),
    ]
