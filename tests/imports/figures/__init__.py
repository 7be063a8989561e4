"""Tests of the import of trial balances and month columns."""
