"""The calendar of deadlines and payments: month, quarter or list, with the sums of each month."""
