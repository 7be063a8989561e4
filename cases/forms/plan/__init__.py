"""Forms of a plan, part by part."""
