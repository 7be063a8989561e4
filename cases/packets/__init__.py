"""What is printed from the rows of cases."""
