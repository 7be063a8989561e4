"""Hand mails to the mail server over one connection, and say what a failure means."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from types import TracebackType
from typing import Any, Final

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

LONGEST_ERROR: Final = 500
PERMANENT: Final = range(500, 600)
# The server ends the conversation, whatever it was about to answer.
CLOSING: Final = 421
# Two failures in a row that are not about one mail: the server is down, and the others need not wait for it too.
MOST_FAILURES: Final = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a mail did not go out.

    Attributes:
        is_permanent: it never will.
        is_recipients: it failed for this recipient alone, the server works.
    """

    error: str
    is_permanent: bool = False
    is_recipients: bool = False


class Postbox:
    """One connection of Django's mail backend, opened with the first mail and again after it broke.

    Once the server does not answer, `down` says why and every further mail fails at once.
    """

    def __init__(self) -> None:
        self.down: Failure | None = None
        self._connection: BaseEmailBackend | None = None
        self._failures = 0

    def __enter__(self) -> Postbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> Failure | None:
        """Send one mail; return None once the server has taken it, else why it has not."""
        if self.down is not None:
            return self.down
        connection = self._opened()
        if connection is None:
            return self.down
        try:
            connection.send_messages([message])
        except (SMTPException, OSError, AnymailError, ValueError, MessageError) as error:
            return self._failed(failure_of(error))
        self._failures = 0
        return None

    def _opened(self) -> BaseEmailBackend | None:
        if self._connection is None:
            self._connection = get_connection()
            try:
                self._connection.open()
            except (SMTPException, OSError, AnymailError) as error:
                self.down = Failure(failure_of(error).error)
                self._close()
                return None
        return self._connection

    def _failed(self, failure: Failure) -> Failure:
        """Close the connection, whose state nobody knows after a failure; note a server that takes nothing."""
        self._close()
        is_servers = not (failure.is_permanent or failure.is_recipients)
        self._failures = self._failures + 1 if is_servers else 0
        if self._failures >= MOST_FAILURES:
            self.down = failure
        return failure

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (SMTPException, OSError, AnymailError):
                # What was sent is sent; a server that cannot say goodbye changes nothing.
                return


def failure_of(error: Exception) -> Failure:
    """Return what an error of the mail backend means: whether to try again, and whose fault it is."""
    match error:
        case SMTPRecipientsRefused():
            return _refused(error.recipients)
        case SMTPDataError():
            return Failure(_reply(error.smtp_code, error.smtp_error), is_permanent=error.smtp_code in PERMANENT)
        case AnymailRecipientsRefused():
            return Failure(_named(error), is_permanent=True)
        case OSError() | AnymailError():  # SMTPException is an OSError
            # Of a mail service's refusals many come from its settings, so they are tried again like an outage.
            return Failure(_named(error))
        case _:  # an address or a header that no mail can have
            return Failure(_named(error), is_recipients=True)


def _refused(recipients: dict[str, tuple[int, Any]]) -> Failure:
    code, text = next(iter(recipients.values()))
    error = _reply(code, text)
    return Failure(error) if code == CLOSING else Failure(error, code in PERMANENT, is_recipients=True)


def _reply(code: int, text: bytes | str) -> str:
    return _printable(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}")


def _named(error: Exception) -> str:
    return _printable(f"{type(error).__name__}: {error}")


def _printable(text: str) -> str:
    """Return one line that a database and a page can hold."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:LONGEST_ERROR]
