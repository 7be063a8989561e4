"""The reports of a fiscal year: what was claimed and paid, how long each stage took, and why things came back."""
