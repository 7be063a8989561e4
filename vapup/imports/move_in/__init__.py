"""Moving in from Excel: enterprises, running cases, what councils paid, and deadlines that were put off."""
