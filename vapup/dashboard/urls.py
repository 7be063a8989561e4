"""The addresses of dashboard."""

from __future__ import annotations

from django.urls import path

from vapup.dashboard import views
from vapup.dashboard.approvals import views as approvals
from vapup.dashboard.calendar import views as calendar
from vapup.dashboard.caps import views as caps
from vapup.dashboard.lists import views as lists
from vapup.dashboard.masters import views as masters
from vapup.dashboard.payments import views as payments
from vapup.dashboard.reports import views as reports
from vapup.dashboard.rules import views as rules
from vapup.dashboard.search import views as search

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/export/", calendar.calendar_export, name="calendar_export"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("caps/", caps.caps, name="caps"),
    path("caps/export/", caps.caps_export, name="caps_export"),
    path("search/", search.search, name="search"),
    path("export/cases/", lists.cases_export, name="cases_export"),
    path("export/enterprises/", lists.enterprises_export, name="enterprises_export"),
    path("payments/", payments.payments, name="payments"),
    path("payments/export/", payments.payments_export, name="payments_export"),
    path("reports/", reports.reports, name="reports"),
    path("reports/export/", reports.reports_export, name="reports_export"),
    path("rules/", rules.rules, name="rules"),
    path("rules/forms/", rules.rule_forms, name="rule_forms"),
    path("rules/sources/", rules.rule_sources, name="rule_sources"),
    path("rules/<str:frame>/<str:since>/", rules.rule_version, name="rule_version"),
    path("masters/", masters.masters, name="masters"),
    path("masters/councils/", masters.councils, name="councils"),
    path("masters/councils/<str:council_code>/", masters.council, name="council"),
    path("masters/banks/", masters.banks, name="banks"),
    path("masters/banks/<str:bank_code>/", masters.bank, name="bank"),
]
