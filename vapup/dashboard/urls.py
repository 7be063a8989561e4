"""The addresses of dashboard."""

from __future__ import annotations

from django.urls import path

from vapup.dashboard import views
from vapup.dashboard.calendar import views as calendar
from vapup.dashboard.payments import views as payments

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/export/", calendar.calendar_export, name="calendar_export"),
    path("payments/", payments.payments, name="payments"),
    path("payments/export/", payments.payments_export, name="payments_export"),
]
