"""Assess requests from standard input: the engine of the pages and packets on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BufferedIOBase
from typing import Any, Final, cast

from django.core.management.base import CommandParser

from subsidies.rules.assessment import assess
from subsidies.rules.request import AssessRequest, InvalidRequest, read_request
from vapup.commands import BAD_INPUT_STATUS, InvalidInput, JsonErrorCommand

CHUNK_BYTES: Final = 1 << 16


class Command(JsonErrorCommand):
    """`assess` reads one JSON object, `assess --lines` one a line; neither needs a database."""

    help = "標準入力のJSON(1件)を査定し、標準出力にJSONで答えます。--lines では1行に1件を、読みながら答えます。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lines", action="store_true", help="1行に1件のJSONを読み、1行に1件で答える")

    def handle(self, *_args: Any, **options: Any) -> None:
        source = cast("BufferedIOBase", sys.stdin.buffer)
        if options["lines"]:
            self._assess_lines(source)
        else:
            self._assess_one(source)

    def _assess_one(self, source: BufferedIOBase) -> None:
        request = _read(source.read())
        self.write((json.dumps(assess(request).as_dict(), ensure_ascii=False).encode(), b"\n"))

    def _assess_lines(self, source: BufferedIOBase) -> None:
        """Answer each line in its place; a bad one with its error, and exit status 2 at the end."""
        has_faults = False
        for lines in _line_groups(source):
            answers: list[bytes] = []
            for line in lines:
                if not line or line.isspace():
                    continue
                try:
                    answers += (assess(_read(line)).as_json(), b"\n")
                except InvalidInput as fault:
                    has_faults = True
                    answers += (fault.as_json(), b"\n")
            self.write(answers)
        if has_faults:
            sys.exit(BAD_INPUT_STATUS)


def _read(text: bytes) -> AssessRequest:
    """Read one request.

    Raises:
        InvalidInput: the text is no UTF-8, no JSON, or no request that can be assessed.
    """
    try:
        return read_request(text.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput("invalid_request", None, "UTF-8の文字として読めません。") from error
    except InvalidRequest as fault:
        raise InvalidInput(fault.code, fault.field, fault.message) from fault


def _line_groups(source: BufferedIOBase) -> Iterator[list[bytes]]:
    """Yield the lines that have arrived so far, so that a caller who waits for an answer gets it."""
    unfinished: list[bytes] = []
    while chunk := source.read1(CHUNK_BYTES):
        first, *others = chunk.split(b"\n")
        unfinished.append(first)
        if others:
            yield [b"".join(unfinished), *others[:-1]]
            unfinished = [others[-1]]
    yield [b"".join(unfinished)]
