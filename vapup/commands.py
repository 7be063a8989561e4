"""What management commands share: bad input is answered with a JSON object and exit status 2, never a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

BAD_INPUT_STATUS = 2
INTERRUPTED_STATUS = 130


class InvalidInput(Exception):
    """Input that a command cannot use: a code for programs, the field or option it is about, a sentence for people."""

    def __init__(self, code: str, field: str | None, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message

    def as_json(self) -> bytes:
        """Return the error as one line of JSON in UTF-8, without a line end."""
        error = {"code": self.code, "field": self.field, "message": self.message}
        # A lone surrogate of the input becomes its JSON escape instead of a failure to write.
        return json.dumps({"error": error}, ensure_ascii=False).encode("utf-8", "backslashreplace")


class JsonErrorCommand(BaseCommand):
    """A command that raises `InvalidInput` for what its caller can put right."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return a parser that raises instead of printing its usage."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.called_from_command_line = False
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command; answer bad input and bad options on standard error with exit status 2."""
        try:
            super().run_from_argv(argv)
        except CommandError as error:
            self._refuse(InvalidInput("invalid_option", None, str(error).removeprefix("Error: ")))
        except InvalidInput as error:
            self._refuse(error)
        except BrokenPipeError:
            # The reader has gone. Python would complain once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED_STATUS)

    def write(self, parts: Sequence[bytes]) -> None:
        """Write UTF-8 to standard output at once, whatever the encoding of the terminal."""
        _write(self.stdout, b"".join(parts))

    def _refuse(self, error: InvalidInput) -> None:
        _write(self.stderr, error.as_json() + b"\n")
        sys.exit(BAD_INPUT_STATUS)


def _write(stream: OutputWrapper, content: bytes) -> None:
    binary = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(content.decode(), ending="")
        return
    stream.flush()
    binary.write(content)
    binary.flush()
