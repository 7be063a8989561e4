"""What pages and services ask about enterprises and cases; nothing here writes."""
