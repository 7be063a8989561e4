"""Writes of monitoring: periods, deadlines and reminders."""
