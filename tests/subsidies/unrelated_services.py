"""The services that move no deadline, by module, or by module:name where others of the module do."""

from __future__ import annotations

from typing import Final

UNRELATED: Final = frozenset(
    {
        "cases/services/figures",
        "cases/services/letters:print_letter",
        "cases/services/notes",
        "cases/services/payees",
        "cases/services/plan_cash",  # no deadline asks what a plan says
        "cases/services/plan_follow_up",
        "cases/services/plan_loans",
        "cases/services/plan_map",
        "cases/services/plan_real",
        "cases/services/plans_actions",
        "cases/services/plans_figures",
        "cases/services/plans_texts",
        "cases/services/plans_versions",
        "subsidies/services/receipts:correct_payment",
        "monitoring/services/bank_pack",
        "monitoring/services/deadlines:record_download",
        "monitoring/services/feeds",
        "monitoring/services/meetings",
        "monitoring/services/notices",
        "monitoring/services/reports",
        "monitoring/services/reminder_settings",
        "subsidies/services/claims",
        "subsidies/services/estimates",
        "subsidies/services/gate",
        "subsidies/services/hours",  # no deadline asks what was worked
        "subsidies/services/time_records",
        "subsidies/services/weeks",
        "subsidies/services/workers",
        "subsidies/services/match_tables",
        "subsidies/services/take_hours",
        "subsidies/services/exports",
        "subsidies/services/packets",
        "subsidies/services/papers:record_download",
        "subsidies/services/printing",
        "subsidies/services/tables",
        "subsidies/services/top_ups",
        "vapup/accounts/services/agencies:found_agency",  # a new agency has no certification recorded yet
        "vapup/accounts/services/invitations:accept_as_user",  # joins as accept_as_new_user does
        "vapup/accounts/services/invitations:revoke_invitation",
        "vapup/accounts/services/members:change_own_name",
    }
)
