"""Pages of packets and exports."""
