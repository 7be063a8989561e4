"""The gate before the submission (提出前ゲート): the facts that it compares, and its verdict."""
