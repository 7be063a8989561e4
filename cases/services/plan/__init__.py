"""Writes of a plan, part by part."""
