"""The ZIP of a packet: the merged PDF, its parts one by one, and a manifest that names every file by its hash."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any, Final

from subsidies.packets.payload import PacketContent
from subsidies.packets.plan import hash_of
from subsidies.packets.printing import PrintedPacket
from vapup import __version__

MANIFEST: Final = "manifest.json"
PARTS: Final = "parts/"
# A ZIP keeps the time of each file; a fixed one lets the same content give the same bytes.
FIRST_TIME: Final = (1980, 1, 1, 0, 0, 0)
READABLE: Final = 0o644 << 16
# Asked of the program that prints; no validator has confirmed it.
VARIANT: Final = "PDF/A-2a requested"


def archive_of(payload: PacketContent, printed: PrintedPacket, *, filename: str, is_draft: bool) -> bytes:
    """Return the ZIP; the same packet gives the same bytes."""
    files = {filename: printed.pdf.content}
    files |= {f"{PARTS}{part.filename}": part.content for part in printed.parts}
    manifest = json.dumps(
        _manifest(payload, printed, filename, is_draft=is_draft), ensure_ascii=False, indent=2, sort_keys=True
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**files, MANIFEST: manifest.encode()}.items():
            info = zipfile.ZipInfo(name, FIRST_TIME)
            info.external_attr = READABLE
            info.compress_type = zipfile.ZIP_DEFLATED if name == MANIFEST else zipfile.ZIP_STORED  # PDFs are packed
            archive.writestr(info, content)
    return out.getvalue()


def _manifest(payload: PacketContent, printed: PrintedPacket, filename: str, *, is_draft: bool) -> dict[str, Any]:
    plan = payload.plan_sheets()
    enclosed = {"plan": {"version": plan.document.number, "sha256": hash_of(plan.document)}} if plan else {}
    return {
        **enclosed,
        "program": f"vapup {__version__}",
        "case": payload.case_number,
        "application": payload.application,
        "number": payload.number,
        "is_draft": is_draft,
        "prepared_on": payload.prepared_on.isoformat(),
        "content_sha256": payload.sha256,
        "rule_version": payload.calculation.rule_version if payload.calculation else None,
        "packet": {
            "file": filename,
            "pages": printed.pdf.page_count,
            "sha256": hashlib.sha256(printed.pdf.content).hexdigest(),
        },
        "parts": [
            {
                "file": f"{PARTS}{part.filename}",
                "title": part.label,
                "kind": part.kind,
                "edition": part.edition or None,
                "pages": part.page_count,
                "first_page": part.first_page or None,
                "sha256": part.sha256,
                "variant": VARIANT if part.kind in {"cover", "form", "calculation"} else None,
            }
            for part in printed.parts
        ],
    }
