"""A mail server on a port of this machine that keeps what it is given, and fails on demand.

    with SmtpSink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.host, sink.port
        ...
        sink.mode = Mode.BUSY          # from the next connection on
        assert sink.message_ids == ["<…@vapup.invalid>"]

It runs in threads of the calling process; other processes reach it through `url` (for EMAIL_URL).
"""

from __future__ import annotations

import contextlib
import email
import socketserver
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from types import TracebackType
from typing import Any, Final

HOST: Final = "127.0.0.1"


class Mode(Enum):
    """How the server answers; a change holds from the next connection on (REFUSE and its end at once)."""

    ACCEPT = "takes everything"
    REFUSE = "nobody listens on the port"
    HANG = "takes the connection and never says a word"
    HANG_AT_DATA = "takes the whole message, and never answers to it"
    BUSY = "451 to every recipient"
    BUSY_AT_DATA = "452 after the message"
    CLOSED = "421 instead of a greeting"
    REJECT = "550 to every recipient"
    REJECT_DATA = "554 after the message"
    DROP = "takes the whole message, keeps it, and cuts the connection before the answer"


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        """Return the message with its headers decoded."""
        return email.message_from_bytes(self.raw, policy=SMTP)

    @property
    def message_id(self) -> str:
        """Return its Message-ID with the angle brackets."""
        return str(self.parsed["Message-ID"])

    @property
    def subject(self) -> str:
        """Return its subject, decoded; without the space that the parser keeps of a folded first line."""
        return str(self.parsed["Subject"]).strip()

    def body(self, kind: str = "plain") -> str:
        """Return the decoded text of the part of this kind: plain or html."""
        part = self.parsed.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


class SmtpSink:
    """The server. `messages` are in the order of arrival; of DROP too, for the server had taken them.

    `rejected` names recipients that get a 550 in every mode that reaches them; `connections` counts connections.
    """

    def __init__(self, mode: Mode = Mode.ACCEPT) -> None:
        self.rejected: set[str] = set()
        self.connections = 0
        self.port = 0
        self.host = HOST
        self._mode = mode
        self._messages: list[Received] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def __enter__(self) -> SmtpSink:
        self._listen()
        if self._mode is Mode.REFUSE:
            self._stop()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def url(self) -> str:
        """Return the address for EMAIL_URL."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def mode(self) -> Mode:
        """Return how the server answers now."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        if mode is Mode.REFUSE:
            self._stop()
        elif self._server is None:
            self._listen()

    @property
    def messages(self) -> list[Received]:
        """Return what came so far."""
        with self._lock:
            return list(self._messages)

    @property
    def message_ids(self) -> list[str]:
        """Return the Message-IDs of what came so far; one that came twice stands twice."""
        return [one.message_id for one in self.messages]

    def clear(self) -> None:
        """Forget what came so far."""
        with self._lock:
            self._messages.clear()
            self.connections = 0

    def keep(self, message: Received) -> None:
        """Add a message; called by the connections."""
        with self._lock:
            self._messages.append(message)

    def _listen(self) -> None:
        self._server = _Server((HOST, self.port), _Connection)
        self._server.sink = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.closing.set()
            server.shutdown()
            server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    sink: SmtpSink

    def __init__(self, *args: Any) -> None:
        self.closing = threading.Event()
        super().__init__(*args)


class _Connection(socketserver.StreamRequestHandler):
    """One client; the mode is that of the moment at which it came."""

    server: _Server

    def handle(self) -> None:
        """Speak SMTP until either side has had enough."""
        self.mode = self.server.sink.mode
        self.server.sink.connections += 1
        self.sender, self.recipients = "", list[str]()
        with contextlib.suppress(OSError):
            self._converse()

    def _converse(self) -> None:
        if self.mode is Mode.HANG:
            return self._hang()
        if self.mode is Mode.CLOSED:
            return self._say("421 4.3.2 closed for the night")
        self._say("220 sink ready")
        while line := self.rfile.readline():
            if not self._answer(line.decode("utf-8", "replace").strip()):
                return None
        return None

    def _answer(self, line: str) -> bool:
        """Answer one command; tell whether the conversation goes on."""
        command, _, rest = line.partition(" ")
        match command.upper():
            case "EHLO" | "HELO":
                self._say("250-sink", "250 SMTPUTF8")
            case "MAIL":
                self.sender, self.recipients = _address(rest), []
                self._say("250 2.1.0 ok")
            case "RCPT":
                self._recipient(_address(rest))
            case "DATA":
                return self._data()
            case "QUIT":
                self._say("221 2.0.0 bye")
                return False
            case _:
                self._say("250 2.0.0 ok")
        return True

    def _recipient(self, address: str) -> None:
        if self.mode is Mode.REJECT or address in self.server.sink.rejected:
            return self._say(f"550 5.1.1 <{address}>: no such user")
        if self.mode is Mode.BUSY:
            return self._say("451 4.7.1 greylisted, try again later")
        self.recipients.append(address)
        return self._say("250 2.1.5 ok")

    def _data(self) -> bool:
        self._say("354 go ahead")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        return self._taken(Received(self.sender, tuple(self.recipients), b"".join(lines)))

    def _taken(self, message: Received) -> bool:
        if self.mode is Mode.HANG_AT_DATA:
            self._hang()
            return False
        refusals = {Mode.BUSY_AT_DATA: "452 4.3.1 disk full", Mode.REJECT_DATA: "554 5.7.1 looks like spam"}
        if self.mode in refusals:
            self._say(refusals[self.mode])
            return True
        self.server.sink.keep(message)
        if self.mode is Mode.DROP:
            return False
        self._say("250 2.0.0 queued")
        return True

    def _hang(self) -> None:
        """Say nothing until the client gives up or the server ends."""
        self.connection.settimeout(0.05)
        while not self.server.closing.is_set():
            try:
                if not self.connection.recv(1024):
                    return
            except TimeoutError:
                continue

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _address(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]
