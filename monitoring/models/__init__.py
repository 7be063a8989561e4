"""The tables of monitoring."""

from __future__ import annotations

from monitoring.models.deadlines import Acknowledgement, Deadline, DeadlineExtension, Snooze
from monitoring.models.periods import MonitoringPeriod
from monitoring.models.reminders import Alarm, CalendarFeed, Heartbeat, Mail, Notice, Reminder, ReminderSettings

__all__ = [
    "Acknowledgement",
    "Alarm",
    "CalendarFeed",
    "Deadline",
    "DeadlineExtension",
    "Heartbeat",
    "Mail",
    "MonitoringPeriod",
    "Notice",
    "Reminder",
    "ReminderSettings",
    "Snooze",
]
