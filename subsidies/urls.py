"""The addresses of subsidies."""

from __future__ import annotations

from django.urls import path

from subsidies.views import (
    applications,
    cap_ledger,
    chooser,
    claims,
    costs,
    council,
    estimates,
    gate,
    hand_over,
    packets,
    papers,
    top_ups,
    usage,
    what_if,
)

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
            ("papers/", papers.papers, "papers"),
            ("papers/<str:slot>/", papers.paper, "paper"),
            ("papers/<str:slot>/upload/", papers.paper_upload, "paper_upload"),
            ("papers/versions/<int:version_id>/download/", papers.paper_version, "paper_version"),
            ("claim/", claims.claim, "claim"),
            ("claim/settlements/<int:co_agency_id>/", claims.settlement, "settlement"),
            ("claim/transfer-note/", claims.transfer_note, "transfer_note"),
            ("gate/", gate.gate, "gate"),
            ("gate/tick/", gate.gate_tick, "gate_tick"),
            ("gate/override/", gate.gate_override, "gate_override"),
            ("gate/override/<int:override_id>/remove/", gate.gate_override_remove, "gate_override_remove"),
        )
    ),
    path("cases/<str:number>/hand-over/", hand_over.hand_over, name="hand_over"),
    path("cases/<str:number>/what-if/", what_if.what_if, name="what_if"),
    path("cases/<str:number>/estimates/new/", estimates.estimate_new, name="estimate_new"),
    path("cases/<str:number>/estimates/<int:estimate_id>/", estimates.estimate, name="estimate"),
    path("cases/<str:number>/estimates/<int:estimate_id>/remove/", estimates.estimate_remove, name="estimate_remove"),
    path("what-if/", what_if.what_if_free, name="what_if_free"),
    path("cases/<str:number>/top-ups/new/", top_ups.top_up_new, name="top_up_new"),
    path("cases/<str:number>/top-ups/<int:top_up_id>/", top_ups.top_up_edit, name="top_up_edit"),
    path("cases/<str:number>/top-ups/<int:top_up_id>/remove/", top_ups.top_up_remove, name="top_up_remove"),
    path("chooser/", chooser.chooser, name="chooser"),
    path("enterprises/<int:enterprise_id>/caps/", cap_ledger.cap_ledger, name="cap_ledger"),
    path("packets/", packets.packets, name="packets"),
    path("packets/<int:packet_id>/", packets.packet, name="packet"),
    path("packets/<int:packet_id>/download/", packets.packet_download, name="packet_download"),
]
