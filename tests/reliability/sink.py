"""The mail server of the trials: slow, as real ones are, and with a note of when each mail came."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from typing import Final

from tests.smtp_sink import Mode, Received, SmtpSink

QUICKEST: Final = 0.02
SLOWEST: Final = 0.1
ID_LINE: Final = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class SlowSink(SmtpSink):
    """Takes a mail, then thinks for a while before it says so: a sender that is killed meanwhile does not know."""

    def __init__(self, mode: Mode = Mode.ACCEPT, *, seed: int = 7) -> None:
        super().__init__(mode)
        self.is_slow = True
        self.came_at: list[float] = []
        self._chance = random.Random(seed)

    def __enter__(self) -> SlowSink:
        super().__enter__()
        return self

    def keep(self, message: Received) -> None:
        """Keep a mail with its time, and delay the answer."""
        super().keep(message)
        self.came_at.append(time.monotonic())
        if self.is_slow:
            time.sleep(self._chance.uniform(QUICKEST, SLOWEST))

    def start_over(self, *, is_slow: bool = True) -> None:
        """Forget everything and take mails again."""
        self.mode = Mode.ACCEPT
        self.is_slow = is_slow
        self.clear()
        self.came_at.clear()

    @property
    def message_ids(self) -> list[str]:
        """Return the Message-IDs of what came so far; of a thousand mails, so only that line is read."""
        return [_id_of(message.raw) for message in self.messages]

    @property
    def per_message_id(self) -> Counter[str]:
        """Return how often each Message-ID came."""
        return Counter(self.message_ids)

    @property
    def per_recipient(self) -> dict[str, set[str]]:
        """Return the Message-IDs that came to each address."""
        found: dict[str, set[str]] = {}
        for message in self.messages:
            for address in message.recipients:
                found.setdefault(address, set()).add(_id_of(message.raw))
        return found


def _id_of(raw: bytes) -> str:
    found = ID_LINE.search(raw)
    return found[1].decode() if found else ""
