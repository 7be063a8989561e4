"""Saved views: lists as people want to see them again, their own and those that the office shares."""
