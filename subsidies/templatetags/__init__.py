"""Template tags of the subsidy."""
