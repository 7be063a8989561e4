"""The services that move no deadline, by module, or by module:name where others of the module do."""

from __future__ import annotations

from typing import Final

UNRELATED: Final = frozenset(
    {
        "cases/services/figures",
        "cases/services/letters:print_letter",
        "cases/services/notes",
        "cases/services/payees",
        "cases/services/plan/base_year",
        "cases/services/plan/cash",  # no deadline asks what a plan says
        "cases/services/plan/follow_up",
        "cases/services/plan/loans",
        "cases/services/plan/business_map",
        "cases/services/plan/real",
        "cases/services/plan/actions",
        "cases/services/plan/figures",
        "cases/services/plan/texts",
        "cases/services/plan/versions",
        "subsidies/services/filing/receipts:correct_payment",
        "monitoring/services/bank_pack",
        "monitoring/services/deadlines:record_download",
        "monitoring/services/feeds",
        "monitoring/services/meetings",
        "monitoring/services/notices",
        "monitoring/services/reports",
        "monitoring/services/reminder_settings",
        "subsidies/services/claiming/claims",
        "subsidies/services/estimate/estimates",
        "subsidies/services/filing/gate",
        "subsidies/services/diary/hours",  # no deadline asks what was worked
        "subsidies/services/output/time_records",
        "subsidies/services/diary/weeks",
        "subsidies/services/diary/workers",
        "subsidies/services/output/match_tables",
        "subsidies/services/claiming/take_hours",
        "subsidies/services/output/exports",
        "subsidies/services/output/packets",
        "subsidies/services/filing/papers:record_download",
        "subsidies/services/output/printing",
        "subsidies/services/output/tables",
        "subsidies/services/estimate/top_ups",
        "vapup/accounts/services/agencies:found_agency",  # a new agency has no certification recorded yet
        "vapup/accounts/services/invitations:accept_as_user",  # joins as accept_as_new_user does
        "vapup/accounts/services/invitations:revoke_invitation",
        "vapup/accounts/services/members:change_profile",
    }
)
