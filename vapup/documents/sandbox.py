"""The child process that opens uploaded files: little memory, little time, no network, no secrets.

Run as `python -m vapup.documents.sandbox KIND FILE OUTPUT LIMITS`; one JSON object on the standard output tells the
result. With CELLS as fifth argument the cells of a table go to OUTPUT. It imports nothing of Django, so that it starts
quickly and has no settings to lose.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from vapup.documents.judges.packages import judge_package
from vapup.documents.judges.pdf import judge_pdf
from vapup.documents.judges.pictures import judge_picture
from vapup.documents.judges.tables import judge_table
from vapup.documents.judges.verdict import Unacceptable
from vapup.documents.kinds import Kind, Limits

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 15
NEW_USER: Final = 0x10000000
NEW_NETWORK: Final = 0x40000000
CELLS: Final = "CELLS"
LARGEST_CELLS: Final = 128 * 1024 * 1024
TOO_MUCH: Final = "開くのに大きなメモリーが必要です。内容を減らすか、分けて登録してください。"


def shut_in(largest_file: int) -> None:
    """Take away what a judge does not need. The network goes where the machine allows it to an ordinary account."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, largest_file),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (limit, limit))
    ctypes.CDLL(None, use_errno=True).unshare(NEW_USER | NEW_NETWORK)


def judge(kind: Kind, path: Path, output: Path, limits: Limits, *, wants_cells: bool = False) -> dict[str, Any]:
    """Return what the judge of `kind` says, as plain values: `refused`, or the fields of `Accepted`."""
    try:
        if kind is Kind.PDF:
            accepted = judge_pdf(path, output, limits)
        elif kind in {Kind.PNG, Kind.JPEG}:
            accepted = judge_picture(path, kind, limits)
        elif kind is Kind.CSV:
            accepted = judge_table(path)
        else:
            accepted = judge_package(path, kind, limits)
        if wants_cells:
            _read_cells(path, kind, output)
    except Unacceptable as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": TOO_MUCH}
    return asdict(accepted) | {"rewritten": accepted.rewritten is not None}


def _read_cells(path: Path, kind: Kind, output: Path) -> None:
    """Read the cells; the reader is loaded for tables that are imported, not for every upload."""
    from vapup.documents.judges.cells import read_cells  # noqa: PLC0415

    read_cells(path, kind, output)


def main(arguments: list[str]) -> None:
    """Judge one file and print the result."""
    kind, path, output, limits, *wanted = arguments
    wants_cells = wanted == [CELLS]
    largest = 2 * Path(path).stat().st_size + (1 << 20)
    shut_in(largest_file=max(largest, LARGEST_CELLS) if wants_cells else largest)
    result = judge(Kind[kind], Path(path), Path(output), Limits(**json.loads(limits)), wants_cells=wants_cells)
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
