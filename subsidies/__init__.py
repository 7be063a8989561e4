"""What the state pays: usage applications, costs, assessments, payments, packets."""
