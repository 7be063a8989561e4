"""What an agency handles: enterprises, their lenders, and their cases."""
