"""What is done with imports: upload, commit, undo."""
