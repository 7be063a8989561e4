"""Applications of the demonstration office: one of every kind in every frame, brought to any edition of the forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application
from subsidies.packets.contents import live_content
from subsidies.packets.enclosure import Attached, enclosure_of
from subsidies.packets.printing import PrintedPacket, print_packet
from subsidies.selectors import cost_lines_of
from tests.builders import make_cost_line
from tests.documents.files import pdf
from tests.subsidies.packets.random_cases import PAIRS, accept, claim_in, day_in, editions_of, pay, plain
from vapup.accounts.models import Agency
from vapup.embedded.layout import Instance

C, K = CostCategory, ApplicationKind
TODAY = date(2026, 11, 20)
# Every kind of application in every frame, in every edition of its forms.
MATRIX: tuple[tuple[ApplicationKind, SchemeFrame, str, date], ...] = tuple(
    (kind, frame, edition.edition, day_in(edition)) for kind, frame in PAIRS for edition in editions_of(kind, frame)
)


# The days of a case, which follow each other.
DAYS = (
    *("consulted_on", "planned_accepted_on", "accepted_on"),
    *("usage_applied_on", "usage_accepted_on", "usage_decided_on"),
)


@contextmanager
def demonstration_office(blocker: DjangoDbBlocker, folder: Path) -> Iterator[Agency]:
    """Make the demonstration office once, and take it back at the end."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    instance = Instance("test", folder / "instance")
    with blocker.unblock(), override_settings(EMBEDDED=instance, PASSWORD_HASHERS=quick), transaction.atomic():
        call_command("demo_data", stdout=StringIO())
        yield Agency.objects.get(slug="aoba")
        transaction.set_rollback(True)


def printed_at(kind: ApplicationKind, frame: SchemeFrame, key_date: date) -> tuple[Application, PrintedPacket]:
    """Print an application of the demonstration office as if its case had been accepted on that day.

    The office has no uploaded papers; a signed scan of the first form and a letter stand in for them.
    """
    application = brought_to(demonstrated(kind, frame), key_date)
    content = live_content(application, today=TODAY)
    scan = Attached(content.forms[0].key, "", "押印した申請書", 1, "scan.pdf", "application/pdf", "0" * 64)
    letter = replace(scan, key="letter", title="金融機関の文書")
    enclosure = replace(enclosure_of(application, today=TODAY), attached=(scan, letter))
    return application, print_packet(content, enclosure, {1: pdf()}, is_draft=False)


def demonstrated(kind: ApplicationKind, frame: SchemeFrame) -> Application:
    """Return an application of the office of that kind and frame, beginning one where the office has none yet."""
    of_frame = Case.objects.filter(frame=frame)
    cases = sorted((one for one in of_frame if _is_costed(one, kind)), key=lambda one: -len(cost_lines_of(one)))
    if not cases:  # the office negotiates in the normal frame only
        cases = [next(iter(of_frame.filter(seeks_guarantee_release=False, cost_lines__isnull=False).order_by("pk")))]
        make_cost_line(cases[0], category=C.NEGOTIATION, gross_yen=98_765, work="金融機関との交渉")
    found = Application.objects.filter(case__in=cases, kind=kind).order_by("pk").first()
    return found or _begun(cases[0], kind)


def _is_costed(case: Case, kind: ApplicationKind) -> bool:
    if kind is K.MONITORING_CLAIM:
        return case.monitoring_periods.exists()
    lines = cost_lines_of(case)
    return any(line.category == C.NEGOTIATION for line in lines) if kind is K.NEGOTIATION_CLAIM else bool(lines)


def _begun(case: Case, kind: ApplicationKind) -> Application:
    """Store what the office has not begun yet, its plan being paid."""
    chance = Random(case.pk)
    if not Application.objects.filter(case=case, kind=K.USAGE).exists():
        accept(case, case.key_date)
    if kind in {K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM}:
        if not Application.objects.filter(case=case, kind=K.PLAN_CLAIM).exists():
            pay(claim_in(case, K.PLAN_CLAIM, chance), chance)
        period = case.monitoring_periods.order_by("ends_on").first() if kind is K.MONITORING_CLAIM else None
        return claim_in(case, kind, chance, period=period)
    return plain(case, kind)


def brought_to(application: Application, key_date: date) -> Application:
    """Move a case to a key date, and return its application as a request would load it."""
    case = application.case
    moved = key_date - case.key_date
    for name in DAYS:
        if (day := getattr(case, name)) is not None:
            setattr(case, name, day + moved)
    case.save()
    if application.state == ApplicationState.APPROVED:
        Application.objects.filter(pk=application.pk).update(state=ApplicationState.PREPARING)
    return Application.objects.select_related(
        "case__enterprise", "case__council", "case__agency", "case__consultant__user", "period"
    ).get(pk=application.pk)
