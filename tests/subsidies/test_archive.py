"""The ZIP of a packet: every file named by its hash, the same bytes twice, and no claim that nobody has checked."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pikepdf
import pytest

from subsidies.packets.archive import archive_of
from subsidies.packets.payload import UsagePayload
from subsidies.packets.printing import PrintedPacket, print_packet
from tests.subsidies.packet_cases import make_ready_case, payload_of
from vapup import __version__
from vapup.accounts.models import Member

NAME = "C-2025-0001_利用申請_20250430.pdf"


@pytest.fixture
def payload(consultant: Member) -> UsagePayload:
    return payload_of(make_ready_case(consultant))


@pytest.fixture
def packet(payload: UsagePayload) -> PrintedPacket:
    return print_packet(payload, is_draft=False)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def manifest_of(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(opened(content)["manifest.json"])
    return found


def test_every_file_is_named_in_the_manifest_by_its_hash(payload: UsagePayload, packet: PrintedPacket) -> None:
    content = archive_of(payload, packet, filename=NAME, is_draft=False)
    files, manifest = opened(content), manifest_of(content)
    listed = {manifest["packet"]["file"]: manifest["packet"]["sha256"]}
    listed |= {part["file"]: part["sha256"] for part in manifest["parts"]}
    assert set(files) == {*listed, "manifest.json"}
    for name, sha256 in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == sha256, name
    assert manifest["packet"]["pages"] == sum(part["pages"] for part in manifest["parts"])


def test_it_names_the_editions_the_rules_and_the_program(payload: UsagePayload, packet: PrintedPacket) -> None:
    manifest = manifest_of(archive_of(payload, packet, filename=NAME, is_draft=False))
    assert manifest["program"] == f"vapup {__version__}"
    assert manifest["rule_version"] == payload.calculation.rule_version
    assert manifest["content_sha256"] == payload.sha256
    assert (manifest["application"], manifest["number"], manifest["is_draft"]) == ("usage", 1, False)
    forms = [part for part in manifest["parts"] if part["kind"] == "form"]
    assert [part["title"] for part in forms] == [form.label for form in payload.forms]
    assert all(part["edition"] for part in forms)


def test_the_archival_variant_is_requested_and_not_certified(payload: UsagePayload, packet: PrintedPacket) -> None:
    content = archive_of(payload, packet, filename=NAME, is_draft=False)
    variants = {part["variant"] for part in manifest_of(content)["parts"]}
    assert variants == {"PDF/A-2a requested"}
    assert b"certified" not in content
    assert "variant" not in manifest_of(content)["packet"]  # the merged file keeps no standard
    for name, file in opened(content).items():
        if name.startswith("parts/"):
            with pikepdf.open(io.BytesIO(file)) as part:
                assert b"pdfaid" in part.Root.Metadata.read_bytes(), name
                assert bool(part.Root.MarkInfo.Marked), name


def test_the_same_packet_gives_the_same_bytes(payload: UsagePayload, packet: PrintedPacket) -> None:
    first = archive_of(payload, packet, filename=NAME, is_draft=False)
    again = UsagePayload.from_json(json.loads(json.dumps(payload.as_json())))
    assert archive_of(again, print_packet(again, is_draft=False), filename=NAME, is_draft=False) == first
    assert archive_of(payload, packet, filename=NAME, is_draft=True) != first


def test_the_parts_are_numbered_in_their_order_under_names_that_every_system_can_store(
    payload: UsagePayload, packet: PrintedPacket
) -> None:
    names = [part.filename for part in packet.parts]
    assert names[0].startswith("00_")
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert not [name for name in names if set(name) & set('\\/:*?"<>|') or len(name.encode()) > 255]
    with zipfile.ZipFile(io.BytesIO(archive_of(payload, packet, filename=NAME, is_draft=False))) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert not info.filename.startswith(("/", ".."))
