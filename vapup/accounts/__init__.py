"""Who uses vapup: agencies, users, members, invitations, rights and the audit trail."""
