"""What every page shares: template filters, form fields."""
