"""The quick search of every page: cases and enterprises by name, reading or number."""
