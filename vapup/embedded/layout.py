"""Where the embedded services of this checkout keep their files, and whom they run as."""

from __future__ import annotations

import getpass
import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# A unix socket's path has room for 107 bytes, and PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_DIR: Final = 85
# What the keeper writes into its lock file while both servers are up.
READY: Final = b"ready"
SERVICE_USERS: Final = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Instance:
    """One set of embedded services: folders, lock files and sockets."""

    name: str
    root: Path

    @property
    def cluster(self) -> Path:
        """Return the data folder of PostgreSQL."""
        return self.root / "postgres"

    @property
    def sockets(self) -> Path:
        """Return the folder of both unix sockets."""
        return self.root / "run"

    @property
    def redis_socket(self) -> Path:
        """Return the broker's socket."""
        return self.sockets / "redis.sock"

    @property
    def files(self) -> Path:
        """Return the folder of private files (packets, uploads)."""
        return self.root / "files"

    @property
    def users_lock(self) -> Path:
        """Return the file that every process holds a shared lock on while it needs the services."""
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Return the file that lets one process at a time start the services."""
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Return the file that the keeper of the running services holds."""
        return self.root / "keeper.lock"

    @property
    def log(self) -> Path:
        """Return the log of keeper, PostgreSQL and broker."""
        return self.root / "services.log"

    @property
    def is_throwaway(self) -> bool:
        """Tell whether the data may be lost in a power cut (the tests' instances): no fsync."""
        return self.name == "test" or self.name.startswith("test-")


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The unprivileged account that the servers run as."""

    name: str
    uid: int
    gid: int


def service_user() -> ServiceUser | None:
    """Return whom to drop to when run as root, or None: PostgreSQL refuses root, so root must drop to somebody."""
    if os.geteuid() != 0:
        return None
    for name in SERVICE_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceUser(name, entry.pw_uid, entry.pw_gid)
    raise RuntimeError(f"running as root needs one of the users {', '.join(SERVICE_USERS)}")


def instance(name: str | None = None) -> Instance:
    """Return the instance called `name` (default: the environment's VAPUP_INSTANCE, else "main").

    Its folder is `.data/<name>` of the checkout, or one under /var/tmp named by a hash of the checkout's path where
    the service user cannot reach the checkout or the path is too long for a socket.
    """
    chosen = name or os.environ.get("VAPUP_INSTANCE") or "main"
    inside = CHECKOUT / ".data" / chosen
    if _is_reachable(CHECKOUT) and len(os.fsencode(inside / "run")) <= LONGEST_SOCKET_DIR:
        return Instance(chosen, inside)
    digest = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]
    return Instance(chosen, Path("/var/tmp") / f"vapup-{getpass.getuser()}-{digest}" / chosen)


def _is_reachable(folder: Path) -> bool:
    """Tell whether the service user may enter `folder`: every folder above must be open to others."""
    if service_user() is None:
        return True
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents))
