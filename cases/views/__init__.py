"""The pages of enterprises and cases."""
