"""Hours (業務日誌) from a table: a file, or rows pasted from a spreadsheet."""
