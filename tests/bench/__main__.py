"""Run every benchmark, or those named on the command line: packet, pages, start."""

from __future__ import annotations

import sys

from django.core.management import call_command

from tests.bench import packet, pages, start

BENCHMARKS = {"packet": packet.against_weasyprint, "pages": pages.case_list, "start": start.first_page}

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()
