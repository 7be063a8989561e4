"""Forms check shape; whether what is typed fits the case is for the services."""
