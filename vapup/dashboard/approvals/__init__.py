"""The inbox of all that waits for a manager's approval: applications, plans and weeks of hours."""
