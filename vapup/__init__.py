"""vapup: the parts that any case-management system needs (settings, accounts, documents, jobs)."""

__version__ = "0.1.0"
