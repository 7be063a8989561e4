"""Papers of the follow-up: what they print, frozen."""
