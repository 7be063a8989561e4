"""The four-way match (四点突合)."""
