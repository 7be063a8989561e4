"""The addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from monitoring.views import deadlines, feeds, notices, periods, risk, settings

app_name = "monitoring"
urlpatterns = [
    path("calendar/feed/", feeds.feed, name="feed"),
    path("calendar/feed/<str:token>.ics", feeds.feed_ics, name="feed_ics"),
    path("cases/<str:number>/deadlines/", deadlines.case_deadlines, name="case_deadlines"),
    path("deadlines/<int:deadline_id>/", deadlines.deadline, name="deadline"),
    path("deadlines/<int:deadline_id>/acknowledge/", deadlines.deadline_acknowledge, name="deadline_acknowledge"),
    path("deadlines/<int:deadline_id>/snooze/", deadlines.deadline_snooze, name="deadline_snooze"),
    path("deadlines/<int:deadline_id>/extend/", deadlines.deadline_extend, name="deadline_extend"),
    path(
        "deadlines/<int:deadline_id>/extensions/<int:extension_id>/document/",
        deadlines.extension_document,
        name="extension_document",
    ),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("risk/", risk.risk, name="risk"),
    path("settings/reminders/", settings.reminder_settings, name="reminder_settings"),
    path("cases/<str:number>/periods/new/", periods.period_new, name="period_new"),
    path("cases/<str:number>/periods/<int:period_id>/", periods.period_edit, name="period_edit"),
    path("cases/<str:number>/periods/<int:period_id>/remove/", periods.period_remove, name="period_remove"),
]
