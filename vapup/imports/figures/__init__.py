"""Trial balances (試算表) and month columns (推移表), brought in as the figures of an enterprise."""
