"""The rules of deadlines and reminders, without database, web or clock."""
