"""Pages of applications, their papers and the gate."""
