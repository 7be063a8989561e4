"""The tests: pure rules first, then services on PostgreSQL, then pages, then the browser."""
