"""Write costs and estimates."""
