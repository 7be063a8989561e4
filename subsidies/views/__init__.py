"""The pages of costs, assessment, approval and packets."""
