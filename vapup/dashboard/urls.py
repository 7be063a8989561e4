"""The addresses of dashboard."""

from __future__ import annotations

from django.urls import path

from vapup.dashboard import views
from vapup.dashboard.calendar import views as calendar

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/export/", calendar.calendar_export, name="calendar_export"),
]
