"""A packet against WeasyPrint's own time for the same HTML, and many packets on one and on two processes.

Everything is printed as the worker prints: in a process of its own that is warm, bounded in memory, and replaced after
a number of packets.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from multiprocessing.pool import Pool
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.management import call_command
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from subsidies.enums import ApplicationKind
from subsidies.models import Application
from subsidies.packets import printing
from subsidies.packets.contents import content_from, live_content
from subsidies.packets.payload import PacketContent
from tests.bench.report import paired, report
from vapup import clock
from vapup.documents.merging import Leaf, merge
from vapup.documents.rendering import PART_STYLESHEET, STYLESHEET, VARIANT, print_html, render_html
from vapup.limits import limit_memory

ROUNDS = 7
ROUNDS_OF_MANY = 3
PAGES = 12
MANY = 20
PACKETS_PER_PROCESS = 100
# Each process prints that many before the measured ones come.
WARM_UP = 2


@dataclass(frozen=True)
class Work:
    """An application to be printed, as it is frozen."""

    kind: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Printed:
    """What one printing was: its pages, the process, and the most memory that one ever held, in megabytes."""

    pages: int
    process: int
    peak_mb: int


def against_weasyprint() -> None:
    """Report a packet of about twelve pages against its bare layout, its merging, and many on one and two processes."""
    work = _work()
    with _pool(1) as pool:
        pages, packet, bare, ratio, merging = pool.apply(_compare, (work,))
    report(f"packet_of_{pages}_pages", packet * 1000, "ms", ratio=ratio, against="WeasyPrint, same HTML")
    report("weasyprint_alone", bare * 1000, "ms")
    report("merge_and_stamp", merging * 1000, "ms")
    with _pool(1) as alone, _pool(2) as both:
        for pool in (alone, both):
            pool.map(_print, [work] * (WARM_UP * 2), chunksize=1)
        one, two, faster = paired(lambda: _many(alone, work), lambda: _many(both, work), rounds=ROUNDS_OF_MANY)
        printed = _many(both, work)
    report(f"{MANY}_packets_on_1_process", one, "s")
    report(f"{MANY}_packets_on_2_processes", two, "s", ratio=faster, against="1 process (times as fast)")
    for number, process in enumerate(sorted({one.process for one in printed}), 1):
        peak = max(one.peak_mb for one in printed if one.process == process)
        report(f"peak_memory_of_process_{number}", peak, "MB", ratio=peak / settings.RENDER_MEMORY_MB, against="limit")


def _work() -> Work:
    """Return the usage application of the demonstration office whose packet is nearest to twelve pages."""

    call_command("demo_data", stdout=StringIO())
    found = []
    usage = Application.objects.filter(kind=ApplicationKind.USAGE).select_related(
        "case__enterprise", "case__council", "case__agency", "case__consultant__user"
    )
    seen = set()
    for application in usage.order_by("pk"):
        if application.case.frame in seen:
            continue
        seen.add(application.case.frame)
        content = live_content(application, today=clock.today())
        pages = printing.print_packet(content, is_draft=False).pdf.page_count
        found.append((abs(pages - PAGES), application.pk, Work(application.kind, content.as_json())))
    return min(found, key=lambda one: one[:2])[2]


@contextmanager
def _pool(processes: int) -> Iterator[Pool]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _prepare, maxtasksperchild=PACKETS_PER_PROCESS) as pool:
        yield pool


def _prepare() -> None:
    """Begin a process as the worker begins one."""

    limit_memory(settings.RENDER_MEMORY_MB)


def _many(pool: Pool, work: Work) -> list[Printed]:
    return pool.map(_print, [work] * MANY, chunksize=1)


def _print(work: Work) -> Printed:

    pages = printing.print_packet(content_from(work.kind, work.content), is_draft=False).pdf.page_count
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Printed(pages, os.getpid(), peak_mb)


def _compare(work: Work) -> tuple[int, float, float, float, float]:
    """Return pages, seconds of a packet and of its bare layout, the median ratio of the pairs, and those of merging."""
    content = content_from(work.kind, work.content)
    packet = printing.print_packet(content, is_draft=False)
    htmls = _html_of(content, len(packet.parts) - 1)
    fonts = FontConfiguration()
    sheets = [CSS(string=render_html(name, {}), font_config=fonts) for name in (STYLESHEET, PART_STYLESHEET)]
    leaves = [Leaf(part.label, part.content) for part in packet.parts]

    def ours() -> int:
        return printing.print_packet(content, is_draft=False).pdf.page_count

    def bare() -> None:
        for html in htmls:
            HTML(string=html).write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT, pdf_tags=True)

    def merging() -> int:
        return merge(leaves, title="", identifier=content.sha256).page_count

    ours()
    bare()
    seconds, bare_seconds, ratio = paired(ours, bare, rounds=ROUNDS)
    merge_seconds, _, _ = paired(merging, merging, rounds=ROUNDS)
    return packet.pdf.page_count, seconds, bare_seconds, ratio, merge_seconds


def _html_of(content: PacketContent, count: int) -> list[str]:
    """Return the HTML of the parts and, last, that of the cover as it was finally printed."""
    with patch.object(printing, "print_html", wraps=print_html) as printer:
        printing.print_packet(content, is_draft=False)
    found = [call.args[0] for call in printer.call_args_list]
    return [*found[:count], found[-1]]
