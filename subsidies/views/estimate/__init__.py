"""Pages of costs, caps and what-ifs."""
