"""Pages of claims, the four-way match and payments."""
