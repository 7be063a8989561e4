"""The tables of monitoring."""

from __future__ import annotations

from monitoring.models.deadlines import Acknowledgement, Deadline, DeadlineExtension, Snooze
from monitoring.models.periods import MonitoringPeriod
from monitoring.models.reminders import Alarm, CalendarFeed, Heartbeat, Mail, Notice, Reminder, ReminderSettings
from monitoring.models.reports import BankMeeting, Deviation, FollowUpReport, MeasureProgress

__all__ = [
    "Acknowledgement",
    "Alarm",
    "BankMeeting",
    "CalendarFeed",
    "Deadline",
    "DeadlineExtension",
    "Deviation",
    "FollowUpReport",
    "Heartbeat",
    "Mail",
    "MeasureProgress",
    "MonitoringPeriod",
    "Notice",
    "Reminder",
    "ReminderSettings",
    "Snooze",
]
