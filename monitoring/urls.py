"""The addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from monitoring.views import (
    bank_pack,
    deadlines,
    feeds,
    follow_up,
    follow_up_edit,
    follow_up_period,
    notices,
    periods,
    risk,
    settings,
)

app_name = "monitoring"
urlpatterns = [
    path("calendar/feed/", feeds.feed, name="feed"),
    path("calendar/feed/<str:token>.ics", feeds.feed_ics, name="feed_ics"),
    path("cases/<str:number>/plan/bank-pack/", bank_pack.bank_pack, name="bank_pack"),
    path(
        "cases/<str:number>/plan/<int:plan_number>/bank-pack/<int:lender_id>/",
        bank_pack.bank_pack_file,
        name="bank_pack_file",
    ),
    path("cases/<str:number>/deadlines/", deadlines.case_deadlines, name="case_deadlines"),
    path("cases/<str:number>/follow-up/", follow_up.follow_up, name="follow_up"),
    path("cases/<str:number>/follow-up/schedule/", follow_up.follow_up_schedule, name="follow_up_schedule"),
    path("cases/<str:number>/follow-up/<int:period_id>/", follow_up_period.follow_up_period, name="follow_up_period"),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/start/", follow_up_period.follow_up_start, name="follow_up_start"
    ),
    path("cases/<str:number>/follow-up/<int:period_id>/tick/", follow_up_period.follow_up_tick, name="follow_up_tick"),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/draft/", follow_up_period.follow_up_draft, name="follow_up_draft"
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/new-plan/",
        follow_up_period.follow_up_new_plan,
        name="follow_up_new_plan",
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/finish/",
        follow_up_period.follow_up_finish,
        name="follow_up_finish",
    ),
    path("cases/<str:number>/follow-up/<int:period_id>/texts/", follow_up_edit.follow_up_texts, name="follow_up_texts"),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/measures/",
        follow_up_edit.follow_up_measures,
        name="follow_up_measures",
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/deviations/",
        follow_up_edit.follow_up_deviations,
        name="follow_up_deviations",
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/reopen/", follow_up_edit.follow_up_reopen, name="follow_up_reopen"
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/meetings/new/",
        follow_up_edit.follow_up_meeting_new,
        name="follow_up_meeting_new",
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/meetings/<int:meeting_id>/",
        follow_up_edit.follow_up_meeting,
        name="follow_up_meeting",
    ),
    path(
        "cases/<str:number>/follow-up/<int:period_id>/meetings/<int:meeting_id>/remove/",
        follow_up_edit.follow_up_meeting_remove,
        name="follow_up_meeting_remove",
    ),
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
