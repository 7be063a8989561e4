"""The addresses of subsidies."""

from __future__ import annotations

from django.urls import path

from subsidies.views import cap_ledger, chooser, costs, estimates, packets, top_ups, usage, what_if

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
