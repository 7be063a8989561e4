"""Writes of costs, applications and packets: each function is one transaction."""
