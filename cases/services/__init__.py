"""Everything that writes enterprises and cases: one transaction and one line of the audit trail each."""
