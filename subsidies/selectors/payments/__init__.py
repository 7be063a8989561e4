"""What is to be paid to whom, and what came."""
