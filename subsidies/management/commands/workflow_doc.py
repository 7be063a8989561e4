"""Print the procedure of a case and of its applications as docs/workflow.md, which is generated and never edited."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import BaseCommand

from cases.enums import CaseStage, SchemeFrame
from cases.workflow import THROUGH_APPLICATIONS, TRANSITIONS
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.workflow import CASE_ACTIONS, KINDS, STEPS, Step

HEAD: Final = """# The procedure of a case

Generated from `cases/workflow.py` and `subsidies/workflow.py` by `manage.py workflow_doc > docs/workflow.md`; a test
keeps it current.
A member who may record steps of a case (担当者 for their own, 管理者, 事務管理) may do every action below.
Actions marked "application" follow from what is recorded on an application (second table). A case is not completed
while a claim is submitted, accepted or decided and not yet paid.

| action | from | to | reason needed | frames | by | what it records |
|---|---|---|---|---|---|---|
"""


APPLICATIONS: Final = """
# The way of an application

A step with several rows leads each kind by its own. Once the case has ended, nothing is prepared any more, and the
usage application stays as it is; the council's answers to a claim are still recorded and leave the case where it is.

| action | from | to | applications | step of the case |
|---|---|---|---|---|
"""


def workflow_page() -> str:
    """Return the whole page."""
    return HEAD + _case_rows() + APPLICATIONS + _application_rows()


def _case_rows() -> str:
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
    return "\n".join(rows) + "\n"


def _application_rows() -> str:
    rows = []
    for action, steps in STEPS.items():
        for step in steps:
            kinds = [kind for kind in ApplicationKind if kind in step.kinds]
            caused = dict.fromkeys(one for kind in kinds for one in CASE_ACTIONS.get((kind, action), ()))
            cells = (
                f"{action.label} `{action.value}`",
                "、".join(state.label for state in ApplicationState if state in step.sources),
                step.target.label,
                _kinds_of(step),
                " ".join(f"`{one.value}`" for one in caused),
            )
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _kinds_of(step: Step) -> str:
    return "all" if step.kinds == KINDS else "、".join(kind.label for kind in ApplicationKind if kind in step.kinds)


class Command(BaseCommand):
    """Print docs/workflow.md."""

    help = "Print docs/workflow.md, the procedure of a case and of its applications."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(workflow_page(), ending="")
