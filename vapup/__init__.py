"""vapup: the parts that any case-management system needs (settings, accounts, documents, jobs)."""
