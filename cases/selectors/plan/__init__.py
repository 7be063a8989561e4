"""Reads of a plan, part by part."""
