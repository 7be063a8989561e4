"""Pages of the diary (業務日誌)."""
