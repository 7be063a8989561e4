"""Pure rules of the casework: who may use a scheme, and the arithmetic of plans. No database, no clock."""
