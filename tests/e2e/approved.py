"""Give the demonstration office approved applications that nobody has taken out: python -m tests.e2e.approved 10."""

from __future__ import annotations

import sys
from typing import Final

import django

django.setup()

from cases.models import Case  # noqa: E402 -- after the set-up
from tests.builders import make_ready_case  # noqa: E402
from tests.casework import application_at, approve_application, pass_gate  # noqa: E402
from vapup import clock  # noqa: E402
from vapup.accounts.models import Member  # noqa: E402

AUTHOR: Final = "suzuki@example.jp"
MANAGER: Final = "ito@example.jp"


def main(count: int) -> None:
    """Store `count` cases of an office, with usage applications that are approved and through the gate."""
    author, manager = (
        Member.objects.select_related("agency", "user").get(user__email=one) for one in (AUTHOR, MANAGER)
    )
    for _ in range(count):
        serial = Case.objects.filter(agency=author.agency, number__startswith="X-").count() + 1
        case = make_ready_case(author, number=f"X-2026-{serial:04d}")
        approve_application(case, author, manager)
        pass_gate(application_at(case), today=clock.today())


if __name__ == "__main__":
    main(int(sys.argv[1]))
