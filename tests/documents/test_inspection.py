"""Uploads: what an office needs comes in unchanged, what is hostile is refused or made harmless, and nothing dies."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import LazySettings

from tests.documents.files import GOOD, pdf
from tests.documents.hostile import DISARMED, EICAR, MEGABYTE, REFUSED, RENAMED, locked_pdf
from vapup.documents.filenames import harmless_name
from vapup.documents.inspection import WALL_SECONDS, Inspected, UploadRefused, inspect_upload
from vapup.documents.sandbox import MEMORY_BYTES

ACTIVE = (
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/AA",
    b"/EmbeddedFile",
    b"/XFA",
    b"/RichMedia",
    b"/SubmitForm",
    b"MZ evil",
)

HEAVIEST = ("object bomb", "row bomb", "crowd of parts", "stream bomb", "flat bomb", "too large")
# A worker's own high-water mark comes from the kernel: what the parent needed before does not count.
WORKER = """
import re, resource, sys, time
from pathlib import Path
import django
django.setup()
from vapup.documents.inspection import UploadRefused, inspect_upload
refused, slowest = 0, 0.0
for path in Path(sys.argv[1]).iterdir():
    started = time.monotonic()
    with path.open("rb") as file:
        try:
            inspect_upload(path.name, file)
        except UploadRefused:
            refused += 1
    slowest = max(slowest, time.monotonic() - started)
print(refused, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, slowest)
"""


def inspect(name: str, content: bytes) -> Inspected:
    return inspect_upload(name, BytesIO(content))


@pytest.mark.parametrize("name", GOOD)
def test_what_an_office_needs_comes_in_unchanged(name: str) -> None:
    content = GOOD[name]()
    found = inspect(name, content)
    assert (found.content, found.removed) == (content, ())
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.filename.lower() == name.lower()
    assert found.page_count == {"見積書.pdf": 3, "登記簿.png": 1, "通帳の写し.JPG": 1}.get(name, 0)


@pytest.mark.parametrize("sample", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence_that_names_it(sample: str) -> None:
    name, build, words = REFUSED[sample]
    content = build()
    started = time.monotonic()
    with pytest.raises(UploadRefused) as refused:
        inspect(name, content)
    assert time.monotonic() - started < WALL_SECONDS
    assert words in refused.value.message
    assert f"「{harmless_name(name)}」は登録できません。" in refused.value.message


@pytest.mark.parametrize("sample", DISARMED)
def test_what_acts_by_itself_is_taken_out_and_named(sample: str) -> None:
    build, what = DISARMED[sample]
    found = inspect("書類.pdf", build())
    assert what in found.removed
    assert found.sha256 == hashlib.sha256(found.content).hexdigest()
    with pikepdf.open(BytesIO(found.content)) as kept:
        out = BytesIO()
        kept.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        assert len(kept.pages) == 1
    assert [mark for mark in ACTIVE if mark in out.getvalue()] == []
    assert inspect("書類.pdf", found.content).removed == ()


@pytest.mark.parametrize("name", RENAMED)
def test_a_hostile_name_becomes_harmless_and_stays_readable(name: str) -> None:
    kept = harmless_name(name)
    assert kept == RENAMED[name]
    assert len(kept.encode()) <= 240
    assert harmless_name(kept) == kept


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(REFUSED) + len(DISARMED) + len(RENAMED) >= 60
    assert len(REFUSED) >= 60


def test_links_to_pages_and_addresses_may_stay() -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.Root["/OpenAction"] = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.jp/")
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
        document.pages[0].obj["/Annots"] = pikepdf.Array([note])

    content = pdf(change)
    assert inspect("案内.pdf", content).content == content


@pytest.mark.nightly
def test_memory_and_time_stay_within_the_bounds(tmp_path: Path) -> None:
    """In a process of its own, as a worker is: the heaviest files one after the other, and it lives on."""
    for sample in HEAVIEST:
        (tmp_path / f"{sample} {REFUSED[sample][0]}").write_bytes(REFUSED[sample][1]())
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "vapup.settings"}
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    refused, own_kib, child_kib, slowest = done.stdout.split()
    assert int(refused) == len(HEAVIEST)
    assert int(own_kib) < 300 * 1024
    assert int(child_kib) * 1024 < MEMORY_BYTES
    assert float(slowest) < WALL_SECONDS


def test_the_child_has_no_settings_and_no_more_memory_than_it_may(tmp_path: Path) -> None:
    probe = (
        "import os, resource, sys\n"
        "from vapup.documents.sandbox import shut_in\n"
        "shut_in(1000)\n"
        "print('django' in sys.modules, resource.getrlimit(resource.RLIMIT_AS)[1])\n"
        "try: bytearray(600 * 1024 * 1024)\n"
        "except MemoryError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", str(MEMORY_BYTES), "refused"]
    assert resource.getrlimit(resource.RLIMIT_AS)[1] == resource.RLIM_INFINITY  # and this process keeps its own


def test_the_limits_are_settings(settings: LazySettings) -> None:
    settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_PAGES = 1 * MEGABYTE, 2
    with pytest.raises(UploadRefused, match=r"大きさが1\.1MBで、上限の1MB"):
        inspect("a.pdf", b"%PDF-1.7" + b"0" * MEGABYTE)
    with pytest.raises(UploadRefused, match="頁数が3です。1頁から2頁まで"):
        inspect("a.pdf", pdf(pages=3))


def test_without_a_scanner_the_test_virus_is_only_a_text() -> None:
    assert inspect("eicar.csv", EICAR).content == EICAR


def test_a_locked_file_says_what_to_do() -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect("決算書.pdf", locked_pdf())
    assert refused.value.message == (
        "「決算書.pdf」は登録できません。パスワードで保護されています。保護を外したファイルを登録してください。"
    )
