"""Documents as paper: HTML to PDF without network, and stored files that never change."""
