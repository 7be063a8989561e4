"""The addresses of subsidies."""

from __future__ import annotations

from django.urls import path

from subsidies.views.claiming import claims, match, payments
from subsidies.views.diary import entries as hours_entries
from subsidies.views.diary import hours, weeks, workers
from subsidies.views.diary import of_case as hours_of_case
from subsidies.views.diary import records as hour_records
from subsidies.views.estimate import cap_ledger, chooser, costs, estimates, top_ups, what_if
from subsidies.views.filing import applications, council, gate, hand_over, papers, usage
from subsidies.views.output import exports, packets

app_name = "subsidies"
urlpatterns = [
    path("cases/<str:number>/costs/", costs.costs, name="costs"),
    path("cases/<str:number>/costs/new/", costs.cost_line_new, name="cost_line_new"),
    path("cases/<str:number>/costs/<int:line_id>/", costs.cost_line_edit, name="cost_line_edit"),
    path("cases/<str:number>/costs/<int:line_id>/remove/", costs.cost_line_remove, name="cost_line_remove"),
    path("cases/<str:number>/assessment/", costs.assessment, name="assessment"),
    path("cases/<str:number>/usage/", usage.usage, name="usage"),
    path("cases/<str:number>/usage/request-approval/", usage.request_approval, name="request_approval"),
    path("cases/<str:number>/usage/withdraw-request/", usage.withdraw_request, name="withdraw_request"),
    path("cases/<str:number>/usage/approve/", usage.approve, name="approve"),
    path("cases/<str:number>/usage/send-back/", usage.send_back, name="send_back"),
    path("cases/<str:number>/usage/submit/", usage.submit, name="submit"),
    path("cases/<str:number>/usage/draft/", packets.draft_packet, name="draft_packet"),
    path("cases/<str:number>/usage/export/", packets.export_packet, name="export_packet"),
    path("cases/<str:number>/applications/", applications.applications, name="applications"),
    path("cases/<str:number>/applications/new/", applications.application_new, name="application_new"),
    *(
        path(f"cases/<str:number>/applications/<int:application_id>/{address}", view, name=name)
        for address, view, name in (
            ("", applications.application, "application"),
            ("edit/", applications.application_edit, "application_edit"),
            ("request/", applications.application_request, "application_request"),
            ("reopen/", applications.application_reopen, "application_reopen"),
            ("approve/", applications.application_approve, "application_approve"),
            ("send-back/", applications.application_send_back, "application_send_back"),
            ("cancel/", applications.application_cancel, "application_cancel"),
            ("submit/", council.application_submit, "application_submit"),
            ("council/<str:answer>/", council.application_council, "application_council"),
            ("returns/<int:item_id>/", council.return_answer, "return_answer"),
            ("payment/", council.payment_edit, "payment_edit"),
            ("papers/", papers.papers, "papers"),
            ("papers/<str:slot>/", papers.paper, "paper"),
            ("papers/<str:slot>/upload/", papers.paper_upload, "paper_upload"),
            ("papers/versions/<int:version_id>/download/", papers.paper_version, "paper_version"),
            ("claim/", claims.claim, "claim"),
            ("claim/settlements/<int:co_agency_id>/", claims.settlement, "settlement"),
            ("claim/transfer-note/", claims.transfer_note, "transfer_note"),
            ("claim/take-hours/", match.take_hours, "take_hours"),
            ("match/", match.match, "match"),
            ("gate/", gate.gate, "gate"),
            ("gate/tick/", gate.gate_tick, "gate_tick"),
            ("gate/override/", gate.gate_override, "gate_override"),
            ("gate/override/<int:override_id>/remove/", gate.gate_override_remove, "gate_override_remove"),
        )
    ),
    path("cases/<str:number>/match/", match.case_match, name="case_match"),
    path("cases/<str:number>/payments/", payments.case_payments, name="payments"),
    path("cases/<str:number>/hand-over/", hand_over.hand_over, name="hand_over"),
    path("cases/<str:number>/what-if/", what_if.what_if, name="what_if"),
    path("cases/<str:number>/estimates/new/", estimates.estimate_new, name="estimate_new"),
    path("cases/<str:number>/estimates/<int:estimate_id>/", estimates.estimate, name="estimate"),
    path("cases/<str:number>/estimates/<int:estimate_id>/remove/", estimates.estimate_remove, name="estimate_remove"),
    path("what-if/", what_if.what_if_free, name="what_if_free"),
    path("cases/<str:number>/top-ups/new/", top_ups.top_up_new, name="top_up_new"),
    path("cases/<str:number>/top-ups/<int:top_up_id>/", top_ups.top_up_edit, name="top_up_edit"),
    path("cases/<str:number>/top-ups/<int:top_up_id>/remove/", top_ups.top_up_remove, name="top_up_remove"),
    path("hours/", hours.hours, name="hours"),
    path("hours/time/", hours.hours_time, name="hours_time"),
    path("hours/start/", hours.hours_start, name="hours_start"),
    path("hours/copy/", hours.hours_copy, name="hours_copy"),
    path("hours/submit/", hours.hours_submit, name="hours_submit"),
    path("hours/withdraw/", hours.hours_withdraw, name="hours_withdraw"),
    path("hours/new/", hours_entries.hours_new, name="hours_new"),
    path("hours/entries/<int:entry_id>/", hours_entries.hours_entry, name="hours_entry"),
    path("hours/entries/<int:entry_id>/remove/", hours_entries.hours_entry_remove, name="hours_entry_remove"),
    path("hours/approvals/", weeks.approvals, name="hours_approvals"),
    path("hours/weeks/<int:week_id>/return/", weeks.week_return, name="hours_return"),
    path("hours/weeks/<int:week_id>/unlock/", weeks.week_unlock, name="hours_unlock"),
    path("cases/<str:number>/hours/", hours_of_case.case_hours, name="case_hours"),
    path("cases/<str:number>/hours/record/<int:worker_id>/", hour_records.hours_record, name="hours_record"),
    path("workers/", workers.workers, name="workers"),
    path("workers/new/", workers.worker_new, name="worker_new"),
    path("workers/<int:worker_id>/", workers.worker, name="worker"),
    path("workers/<int:worker_id>/switch/", workers.worker_switch, name="worker_switch"),
    path("workers/<int:worker_id>/rates/<int:rate_id>/remove/", workers.worker_rate_remove, name="worker_rate_remove"),
    path("chooser/", chooser.chooser, name="chooser"),
    path("enterprises/<int:enterprise_id>/caps/", cap_ledger.cap_ledger, name="cap_ledger"),
    path("packets/", packets.packets, name="packets"),
    path("packets/<int:packet_id>/", packets.packet, name="packet"),
    path("packets/<int:packet_id>/download/", packets.packet_download, name="packet_download"),
    path("packets/<int:packet_id>/archive/", packets.packet_archive, name="packet_archive"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/<int:export_id>/", exports.export, name="export"),
    path("exports/<int:export_id>/retry/", exports.export_retry, name="export_retry"),
    path("exports/<int:export_id>/download/", exports.export_download, name="export_download"),
    path(
        "cases/<str:number>/applications/<int:application_id>/tables/",
        exports.application_tables,
        name="application_tables",
    ),
    path(
        "cases/<str:number>/applications/<int:application_id>/draft/",
        packets.application_draft,
        name="application_draft",
    ),
    path(
        "cases/<str:number>/applications/<int:application_id>/export/",
        packets.application_export,
        name="application_export",
    ),
]
