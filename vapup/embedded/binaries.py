"""Find the machine's PostgreSQL and Redis programs, or say exactly how to install them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

POSTGRES_FOLDERS: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
INSTALL_COMMAND: Final = "sudo apt-get install --no-install-recommends postgresql redis-server"


class ProgramMissing(RuntimeError):
    """A program that the embedded services need is not on this machine."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} is not installed. Run: {INSTALL_COMMAND}   (or set DATABASE_URL)")


def postgres_program(name: str) -> Path:
    """Return the path of a PostgreSQL program; of several versions the newest that has it."""
    found = [folder / name for pattern in POSTGRES_FOLDERS for folder in Path("/").glob(pattern[1:])]
    for path in sorted(found, key=_version_of, reverse=True):
        if path.exists():
            return path
    on_path = shutil.which(name)
    if on_path is None:
        raise ProgramMissing(name)
    return Path(on_path)


def redis_program() -> Path:
    """Return the path of redis-server, or of its successor valkey-server."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise ProgramMissing("redis-server")


def _version_of(program: Path) -> int:
    digits = "".join(character for character in program.parent.parent.name if character.isdigit())
    return int(digits or 0)
