"""The caps of all live cases: used, asked for, claimed, free, and what limits them."""
