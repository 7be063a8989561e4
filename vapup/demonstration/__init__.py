"""The demonstration office and bulk data for measuring. Every enterprise, person and figure is invented."""
