"""Packets: what an application prints, taken from the rows of its case once and frozen."""
