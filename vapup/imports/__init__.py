"""Bringing tables into the office: upload, preview with a verdict per row, one commit, and undo."""
