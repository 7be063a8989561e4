"""What changes who works in an agency, and the agency itself."""
