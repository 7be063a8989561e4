"""The follow-up of a plan (伴走支援): periods, reports, deadlines."""
