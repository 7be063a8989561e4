"""The ZIP of an export: every packet, its parts where they are wanted, and a list that names each file by its hash."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.core.files.storage import default_storage

from subsidies.enums import PacketState
from subsidies.models import Export, ExportItem, Packet
from subsidies.packets.archive import FIRST_TIME, PARTS, READABLE
from vapup import __version__
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.documents.models import StoredDocument
from vapup.documents.services import CHUNK, open_stored

LIST_OF_FILES: Final = "一覧.json"


@dataclass(frozen=True, slots=True)
class Bundled:
    """A packet in the ZIP of an export: `name` is that of its merged PDF there."""

    name: str
    packet: Packet
    document: StoredDocument

    @property
    def folder(self) -> str:
        """Return where the parts of the packet lie, beside its PDF."""
        return PurePosixPath(self.name).stem


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes the ZIP of which export, and when; `has_parts` asks for the forms and papers one by one, too."""

    export: Export
    actor: Member
    now: datetime
    has_parts: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """A ZIP, open at its beginning, and the name and hash of every file in it but the list."""

    file: IO[bytes]
    hashes: dict[str, str]


def named_members(items: Iterable[ExportItem]) -> tuple[Bundled, ...]:
    """Return the packets of an export that were made, each with a name of its own."""
    taken: set[str] = set()
    members = []
    for item in items:
        packet = item.packet
        if item.state != PacketState.DONE or packet is None or packet.document is None:
            continue
        name = _free_name(packet.document.filename, taken)
        taken.add(name)
        members.append(Bundled(name, packet, packet.document))
    return tuple(members)


def bundle_of(taking: Taking, items: Sequence[ExportItem]) -> Bundle:
    """Write the ZIP of an export.

    It lies in an unnamed temporary file beside the private files: nothing is held in memory, and nothing stays behind.

    Raises:
        DocumentDamaged: a file is missing or is not what was stored.
    """
    members = named_members(items)
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile(dir=default_storage.path("")))
        hashes: dict[str, str] = {}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for one in members:
                hashes |= _add_packet(archive, one, has_parts=taking.has_parts)
            archive.writestr(_entry(LIST_OF_FILES), _list_of(taking, items, members, hashes))
        file.seek(0)
        closing.pop_all()  # the answer closes it
        return Bundle(file, hashes)


def _add_packet(archive: zipfile.ZipFile, member: Bundled, *, has_parts: bool) -> dict[str, str]:
    with open_stored(member.document) as source:
        hashes = {member.name: _add(archive, member.name, source)}
    stored = member.packet.archive
    if not has_parts or stored is None:  # packets of the first versions have no archive
        return hashes
    with open_stored(stored) as source, zipfile.ZipFile(source) as parts:
        for name in parts.namelist():
            if name.startswith(PARTS):
                target = f"{member.folder}/{name.removeprefix(PARTS)}"
                with parts.open(name) as part:
                    hashes[target] = _add(archive, target, part)
    return hashes


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> str:
    """Copy a file into the ZIP piece by piece; return the hash of what was written."""
    digest = hashlib.sha256()
    with archive.open(_entry(name), "w") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _list_of(taking: Taking, items: Iterable[ExportItem], members: Iterable[Bundled], hashes: dict[str, str]) -> bytes:
    """Return the list of the whole: what was asked for and by whom, every file, and what could not be made."""
    export = taking.export
    told = {
        "program": f"vapup {__version__}",
        "export": export.pk,
        "purpose": export.purpose,
        "requested_by": str(export.requested_by),
        "requested_at": _moment(export.requested_at),
        "taken_by": str(taking.actor),
        "taken_at": _moment(taking.now),
        "files": [_listed(one, hashes) for one in members],
        "missing": list(_missing(items)),
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _listed(member: Bundled, hashes: dict[str, str]) -> dict[str, Any]:
    packet = member.packet
    parts = {name: sha256 for name, sha256 in hashes.items() if name.startswith(f"{member.folder}/")}
    return {
        "file": member.name,
        "case": packet.case.number,
        "enterprise": packet.case.enterprise.name,
        "application": packet.name,
        "state": packet.get_state_display(),
        "made_at": _moment(packet.finished_at),
        "pages": member.document.page_count,
        "sha256": hashes[member.name],
        "parts": [{"file": name, "sha256": sha256} for name, sha256 in parts.items()],
    }


def _missing(items: Iterable[ExportItem]) -> Iterator[dict[str, str]]:
    for item in items:
        if item.state != PacketState.DONE:
            application = item.application
            state = PacketState(item.state).label
            yield {
                "case": application.case.number,
                "application": application.name,
                "state": state,
                "failure": item.failure,
            }


def _moment(instant: datetime | None) -> str | None:
    return instant.astimezone(JAPAN).isoformat(timespec="seconds") if instant else None


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIRST_TIME)
    entry.external_attr = READABLE
    return entry


def _free_name(filename: str, taken: set[str]) -> str:
    """Return the name of a file, with a number behind it where another file bears the same."""
    path, number, name = PurePosixPath(filename), 2, filename
    while name in taken:
        name, number = f"{path.stem}_{number}{path.suffix}", number + 1
    return name
