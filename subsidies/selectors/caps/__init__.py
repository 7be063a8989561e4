"""The caps of an enterprise: how far they are used, and what they leave."""
