"""The lists that the office works with: councils, banks and branches, and where everything else is kept."""
