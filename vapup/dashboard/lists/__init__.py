"""Exports of the lists of cases and of enterprises: what is on the screen, as a file."""
