"""The addresses of cases."""

from __future__ import annotations

from django.urls import path

from cases.views import (
    banks,
    cases,
    enterprises,
    figures,
    guideline,
    history,
    lists,
    merging,
    notes,
    payees,
    people,
    procedure,
    relations,
)
from cases.views.plan import actions as plans_actions
from cases.views.plan import approval as plans_approval
from cases.views.plan import base_year as plan_base
from cases.views.plan import business_map as plan_map
from cases.views.plan import cash as plan_cash
from cases.views.plan import figures as plans_figures
from cases.views.plan import follow_up as plan_follow_up
from cases.views.plan import loans as plan_loans
from cases.views.plan import overview as plans
from cases.views.plan import real as plan_real

app_name = "cases"
urlpatterns = [
    path("cases/", lists.case_list, name="list"),
    path("cases/assign/", lists.assign_many, name="assign_many"),
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
    path("cases/<str:number>/plan/", plans.plan, name="plan"),
    path("cases/<str:number>/plan/start/", plans.plan_start, name="plan_start"),
    path("cases/<str:number>/plan/base/", plan_base.plan_base, name="plan_base"),
    path("cases/<str:number>/plan/texts/", plans.plan_texts, name="plan_texts"),
    path("cases/<str:number>/plan/actions/", plans_actions.plan_actions, name="plan_actions"),
    path("cases/<str:number>/plan/actions/issues/new/", plans_actions.issue_new, name="plan_issue_new"),
    path("cases/<str:number>/plan/actions/issues/<int:issue_id>/", plans_actions.issue, name="plan_issue"),
    path(
        "cases/<str:number>/plan/actions/issues/<int:issue_id>/remove/",
        plans_actions.issue_remove,
        name="plan_issue_remove",
    ),
    path(
        "cases/<str:number>/plan/actions/issues/<int:issue_id>/move/", plans_actions.issue_move, name="plan_issue_move"
    ),
    path(
        "cases/<str:number>/plan/actions/issues/<int:issue_id>/measures/new/",
        plans_actions.measure_new,
        name="plan_measure_new",
    ),
    path("cases/<str:number>/plan/actions/measures/<int:measure_id>/", plans_actions.measure, name="plan_measure"),
    path(
        "cases/<str:number>/plan/actions/measures/<int:measure_id>/remove/",
        plans_actions.measure_remove,
        name="plan_measure_remove",
    ),
    path(
        "cases/<str:number>/plan/actions/measures/<int:measure_id>/move/",
        plans_actions.measure_move,
        name="plan_measure_move",
    ),
    path("cases/<str:number>/plan/profit/", plans_figures.plan_profit, name="plan_profit"),
    path("cases/<str:number>/plan/balance/", plans_figures.plan_balance, name="plan_balance"),
    path("cases/<str:number>/plan/assumptions/", plans_figures.plan_assumptions, name="plan_assumptions"),
    path("cases/<str:number>/plan/calculate/<str:statement>/", plans_figures.plan_calculate, name="plan_calculate"),
    path("cases/<str:number>/plan/map/", plan_map.plan_map, name="plan_map"),
    path("cases/<str:number>/plan/loans/", plan_loans.plan_loans, name="plan_loans"),
    path("cases/<str:number>/plan/cash/", plan_cash.plan_cash, name="plan_cash"),
    path("cases/<str:number>/plan/real/", plan_real.plan_real, name="plan_real"),
    path("cases/<str:number>/plan/follow-up/", plan_follow_up.plan_follow_up, name="plan_follow_up"),
    path("cases/<str:number>/plan/debtor/", plan_follow_up.plan_debtor, name="plan_debtor"),
    path("cases/<str:number>/plan/submit/", plans_approval.plan_submit, name="plan_submit"),
    path("cases/<str:number>/plan/withdraw/", plans_approval.plan_withdraw, name="plan_withdraw"),
    path("cases/<str:number>/plan/approve/", plans_approval.plan_approve, name="plan_approve"),
    path("cases/<str:number>/plan/return/", plans_approval.plan_return, name="plan_return"),
    path("cases/<str:number>/plan/revise/", plans_approval.plan_revise, name="plan_revise"),
    path("cases/<str:number>/plan/versions/<int:plan_number>/", plans.plan_version, name="plan_version"),
    path(
        "cases/<str:number>/plan/versions/<int:plan_number>/compare/<int:other_number>/",
        plans.plan_compare,
        name="plan_compare",
    ),
    path("enterprises/", lists.enterprises, name="enterprises"),
    path("enterprises/new/", enterprises.enterprise_new, name="enterprise_new"),
    path("enterprises/<int:enterprise_id>/", enterprises.enterprise, name="enterprise"),
    path("enterprises/<int:enterprise_id>/edit/", enterprises.enterprise_edit, name="enterprise_edit"),
    path("enterprises/<int:enterprise_id>/figures/", figures.figures, name="figures"),
    path("enterprises/<int:enterprise_id>/figures/months/<str:month>/", figures.figures_month, name="figures_month"),
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
