"""Run every benchmark, or those named: assess, lines, openfisca, packet, pages, deadlines, imports, figures,
search, lists, start.
"""

from __future__ import annotations

import sys

from django.core.management import call_command

from tests.bench import deadlines, figures, imports, lists, packet, pages, rules, search, start

BENCHMARKS = {
    "assess": rules.one_assessment,
    "lines": rules.many_lines,
    "openfisca": rules.against_openfisca,
    "packet": packet.against_weasyprint,
    "pages": pages.every_page,
    "deadlines": deadlines.sweep,
    "imports": imports.move_in,
    "figures": figures.figures,
    "search": search.search,
    "lists": lists.case_list,
    "start": start.first_page,
}

ON_THE_DATABASE = {"packet", "pages", "deadlines", "imports", "figures", "search", "lists"}

if __name__ == "__main__":
    names = sys.argv[1:] or list(BENCHMARKS)
    if ON_THE_DATABASE.intersection(names):
        call_command("migrate", verbosity=0)
    for name in names:
        BENCHMARKS[name]()
