"""Keeps the links that open a door out of the logs: whoever reads a log must not be able to use one."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

SECRET_PATHS: Final = re.compile(r"(/invitations/|/accounts/password/reset/key/|/calendar/feed/)[^/\s?]+")
MASKED: Final = r"\1…"


class MaskSecretPaths(logging.Filter):
    """Replaces the secret part of an address in the arguments of a log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask, and let the line pass."""
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(argument) for argument in record.args)
        return True


def _masked(argument: Any) -> Any:
    return SECRET_PATHS.sub(MASKED, argument) if isinstance(argument, str) else argument
