"""The lists of cases and of enterprises as tables: one description of each column for the page and for its export."""
