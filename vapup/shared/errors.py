"""The base of every error that a user can act on."""

from __future__ import annotations


class DomainError(Exception):
    """Something a user can put right; `message` is a complete Japanese sentence shown as it stands."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
