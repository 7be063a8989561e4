"""Write the diary (業務日誌) and its people."""
