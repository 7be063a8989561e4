"""The browser of the dated rules and forms: versions, sources, differences, and the cases that each applies to."""
