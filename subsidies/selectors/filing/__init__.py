"""Applications and their papers, up to the packet and the hand-over."""
