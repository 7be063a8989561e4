"""The diary (業務日誌): weeks, people and the hours of a case."""
