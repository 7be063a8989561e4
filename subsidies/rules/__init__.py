"""The rules of the subsidy: pure functions over dated, sourced parameters. No Django, no clock, no I/O but the data."""
