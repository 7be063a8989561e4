"""Print the procedure of a case as the page docs/workflow.md, which is generated and never edited."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import BaseCommand

from cases.enums import CaseStage, SchemeFrame
from cases.workflow import THROUGH_APPLICATIONS, TRANSITIONS

HEAD: Final = """# The procedure of a case

Generated from `cases/workflow.py` by `manage.py workflow_doc > docs/workflow.md`; a test keeps it current.
A member who may record steps of a case (担当者 for their own, 管理者, 事務管理) may do every action below.
Actions marked "application" follow from what is recorded on an application (`subsidies/workflow.py`).

| action | from | to | reason needed | frames | by | what it records |
|---|---|---|---|---|---|---|
"""


def workflow_page() -> str:
    """Return the whole page."""
    rows = []
    for action, row in TRANSITIONS.items():
        sources = "、".join(stage.label for stage in CaseStage if stage in row.sources)
        is_everywhere = row.frames == frozenset(SchemeFrame)
        frames = "all" if is_everywhere else "、".join(frame.label for frame in SchemeFrame if frame in row.frames)
        cells = (
            f"{action.label} `{action.value}`",
            sources,
            row.target.label,
            "yes" if row.needs_reason else "",
            frames,
            "application" if action in THROUGH_APPLICATIONS else "case page",
            row.why,
        )
        rows.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(rows) + "\n"


class Command(BaseCommand):
    """Print docs/workflow.md."""

    help = "Print docs/workflow.md, the procedure of a case."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(workflow_page(), ending="")
