"""The embedded default: this checkout's own PostgreSQL and broker, on unix sockets only, with nothing to configure."""
