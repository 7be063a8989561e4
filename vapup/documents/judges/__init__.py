"""What a file of each kind may hold. Only ever run in the child process of `sandbox`: files may be hostile."""
