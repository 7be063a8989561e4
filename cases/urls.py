"""The addresses of cases."""

from __future__ import annotations

from django.urls import path

from cases.views import (
    banks,
    cases,
    enterprises,
    guideline,
    history,
    merging,
    notes,
    payees,
    people,
    procedure,
    relations,
)

app_name = "cases"
urlpatterns = [
    path("cases/", cases.case_list, name="list"),
    path("cases/new/", cases.case_new, name="new"),
    path("cases/<str:number>/", cases.case_detail, name="detail"),
    path("cases/<str:number>/edit/", cases.case_edit, name="edit"),
    path("cases/<str:number>/assign/", procedure.assign, name="assign"),
    path("cases/<str:number>/advance/<str:action>/", procedure.advance, name="advance"),
    path("cases/<str:number>/history/", history.history, name="history"),
    path("cases/<str:number>/history/as-of/", history.as_of, name="as_of"),
    path("cases/<str:number>/notes/", notes.notes, name="notes"),
    path("cases/<str:number>/notes/read/", notes.notes_read, name="notes_read"),
    path("cases/<str:number>/notes/<int:note_id>/", notes.note_edit, name="note_edit"),
    path("cases/<str:number>/notes/<int:note_id>/pin/", notes.note_pin, name="note_pin"),
    path("cases/<str:number>/co-agencies/new/", procedure.co_agency_new, name="co_agency_new"),
    path(
        "cases/<str:number>/co-agencies/<int:co_agency_id>/remove/", procedure.co_agency_remove, name="co_agency_remove"
    ),
    path(
        "cases/<str:number>/co-agencies/<int:co_agency_id>/account/", payees.co_agency_account, name="co_agency_account"
    ),
    path("office/account/", payees.office_account, name="office_account"),
    path("cases/<str:number>/banks/", banks.banks, name="banks"),
    path("cases/<str:number>/banks/<int:lender_id>/", banks.bank, name="bank"),
    path("cases/<str:number>/banks/<int:lender_id>/letters/<str:letter_kind>/", banks.bank_letter, name="bank_letter"),
    path("cases/<str:number>/guideline/", guideline.guideline, name="guideline"),
    path("cases/<str:number>/guideline/edit/", guideline.guideline_edit, name="guideline_edit"),
    path("enterprises/", enterprises.enterprises, name="enterprises"),
    path("enterprises/new/", enterprises.enterprise_new, name="enterprise_new"),
    path("enterprises/<int:enterprise_id>/", enterprises.enterprise, name="enterprise"),
    path("enterprises/<int:enterprise_id>/edit/", enterprises.enterprise_edit, name="enterprise_edit"),
    path("enterprises/<int:enterprise_id>/history/", enterprises.enterprise_history, name="enterprise_history"),
    path("enterprises/<int:enterprise_id>/merge/", merging.enterprise_merge, name="enterprise_merge"),
    path(
        "enterprises/<int:enterprise_id>/merge/<int:merge_id>/undo/",
        merging.enterprise_unmerge,
        name="enterprise_unmerge",
    ),
    path("enterprises/<int:enterprise_id>/lenders/new/", relations.lender_new, name="lender_new"),
    path("enterprises/<int:enterprise_id>/lenders/<int:lender_id>/", relations.lender_edit, name="lender_edit"),
    path(
        "enterprises/<int:enterprise_id>/lenders/<int:lender_id>/remove/",
        relations.lender_remove,
        name="lender_remove",
    ),
    path("enterprises/<int:enterprise_id>/past-uses/new/", relations.past_use_new, name="past_use_new"),
    path(
        "enterprises/<int:enterprise_id>/past-uses/<int:past_use_id>/remove/",
        relations.past_use_remove,
        name="past_use_remove",
    ),
    path("members/<int:member_id>/switch-off/", people.switch_off, name="switch_off"),
]
