"""Make and give out packets, exports and tables."""
