"""Pure helpers: money, dates, errors. No Django, no clock, no I/O."""
