"""Print an application of a case into a file, for operators and for checking by hand."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from django.core.management.base import CommandParser

from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.packets.content import Content, content_of
from subsidies.packets.contents import content_from, live_content
from subsidies.packets.enclosure import enclosure_of
from subsidies.packets.payload import PacketContent
from subsidies.packets.printing import print_packet
from subsidies.selectors.filing.readiness import Readiness, readiness_of
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing.applications import ApplicationKey
from subsidies.services.output.packets import NotApproved, application_by_key, final_content, record_printing
from subsidies.services.output.printing import stored_files
from vapup import clock
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.commands import InvalidInput, JsonErrorCommand
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

REFUSED_STATUS: Final = 3
LARGEST_NUMBER: Final = 32_767


class Command(JsonErrorCommand):
    """`packet CASE APPLICATION --output FILE [--draft]`; exit status 3 where it may not be submitted."""

    help = "案件の申請書類一式をPDFに出力します。--draft は承認前でも「下書き」の透かしを入れて出力します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", metavar="CASE", help="案件番号、または 支援機関の識別名/案件番号")
        parser.add_argument(
            "application",
            metavar="APPLICATION",
            help="申請の種類(usage など)",
        )
        parser.add_argument("--output", required=True, metavar="FILE", help="書き出すPDFファイル")
        parser.add_argument("--draft", action="store_true", help="下書きとして出力する")

    def handle(self, *_args: Any, **options: Any) -> None:
        key = _key_of(options["application"])
        found = _case(options["case"])
        with tenant_scope(found.agency_id), unit_of_work():
            self._print(found, key, Path(options["output"]), is_draft=options["draft"])

    def _print(self, case: Case, key: ApplicationKey, output: Path, *, is_draft: bool) -> None:
        today = clock.today()
        try:
            application = application_by_key(case, key)
        except NotApproved as missing:
            raise InvalidInput("unknown_application", "APPLICATION", missing.message) from missing
        if not is_draft:
            self._check_gate(application)
        try:
            content = _content(application, is_draft=is_draft)
            enclosure = enclosure_of(application, today=today)
            files = stored_files(case.agency_id, enclosure)
        except NotApproved as refused:
            self._refuse_submission(refused, application)
        except DomainError as refused:
            raise InvalidInput("cannot_print", "CASE", refused.message) from refused
        pdf = print_packet(content, enclosure, files, is_draft=is_draft).pdf
        _write_whole(output, pdf.content)
        record_printing(application, content.sha256, is_draft=is_draft, page_count=pdf.page_count)
        self.stdout.write(json.dumps({"output": str(output), "pages": pdf.page_count, "content": content.sha256}))

    def _check_gate(self, application: Application) -> None:
        """Refuse what is approved but may not be submitted yet; what has left the office is printed as it left."""
        if application.state != ApplicationState.APPROVED:
            return
        report = gate_of(application, today=clock.today())
        if report.is_open:
            return
        message = f"提出前の確認で {len(report.blocking)}件 が残っているため、提出できません。"
        closing = [
            {"code": one.code, "severity": "error", "category": None, "message": one.message, "source": one.source}
            for one in (row.finding for row in report.closing)
        ]
        unticked = [
            {
                "code": one.id,
                "severity": "error",
                "category": None,
                "message": one.sentence,
                "source": str(one.source),
            }
            for one in report.unticked
        ]
        self._stop("gate_closed", message, closing + unticked)

    def _refuse_submission(self, refused: NotApproved, application: Application) -> NoReturn:
        """Say on standard error what stands between the application and its submission, and exit with status 3."""
        is_usage = application.kind == ApplicationKind.USAGE
        findings = _findings(readiness_of(application.case)) if is_usage else _lacking(content_of(application))
        self._stop("not_approved", refused.message, findings)

    def _stop(self, code: str, message: str, findings: list[dict[str, str | None]]) -> NoReturn:
        error = {"code": code, "field": None, "message": message}
        self.stderr.write(json.dumps({"error": error, "findings": findings}, ensure_ascii=False))
        sys.exit(REFUSED_STATUS)


def _content(application: Application, *, is_draft: bool) -> PacketContent:
    if is_draft:
        return live_content(application, today=clock.today())
    return content_from(application.kind, final_content(application))


def _key_of(name: str) -> ApplicationKey:
    """Return the application that an argument names, such as `plan_claim` or `monitoring_claim:2`."""
    kind, colon, number = name.partition(":")
    is_needed = kind == ApplicationKind.MONITORING_CLAIM
    is_possible = is_needed or kind == ApplicationKind.CHANGE
    is_numbered = number.isascii() and number.isdigit() and 0 < int(number) <= LARGEST_NUMBER
    is_refused = (colon and not (is_possible and is_numbered)) or (is_needed and not colon)
    if kind not in ApplicationKind.values or is_refused:
        known = "、".join(f"{one.value}({one.label})" for one in ApplicationKind)
        raise InvalidInput(
            "unknown_application",
            "APPLICATION",
            f"「{name}」という申請はありません。{known} のどれかを指定してください。"
            "伴走支援は回を「:1」のように付けます。",
        )
    return ApplicationKey(ApplicationKind(kind), int(number) if colon else 1)


def _case(text: str) -> Case:
    """Return the case of a number, or of an agency's slug and a number."""
    slug, _, number = text.rpartition("/")
    agencies = Agency.objects.filter(slug=slug) if slug else Agency.objects.order_by("pk")
    found = [case for agency in agencies for case in _cases_of(agency, number)]
    if not found:
        raise InvalidInput("unknown_case", "CASE", f"案件「{text}」はありません。")
    if len(found) > 1:
        choices = "、".join(sorted(f"{case.agency.slug}/{case.number}" for case in found))
        raise InvalidInput(
            "ambiguous_case", "CASE", f"案件「{text}」は複数の支援機関にあります。{choices} のように指定してください。"
        )
    return found[0]


def _cases_of(agency: Agency, number: str) -> list[Case]:
    """Return the agency's case of a number, if it has one; outside its scope the database shows nothing of it."""
    with tenant_scope(agency.pk):
        cases = Case.objects.for_agency(agency.pk).filter(number=number)
        return list(cases.select_related("agency", "enterprise", "council", "consultant__user"))


def _findings(readiness: Readiness) -> list[dict[str, str | None]]:
    """Return the findings of the assessment and, in the same shape, what the application lacks."""
    found: list[dict[str, str | None]] = [
        {
            "code": one.code,
            "severity": one.severity.value,
            "category": one.category.value if one.category else None,
            "message": one.message,
            "source": one.source,
        }
        for one in (readiness.assessment.findings if readiness.assessment else ())
    ]
    lacking = [
        {"code": "incomplete", "severity": "error", "category": None, "message": point.missing, "source": point.label}
        for point in readiness.blocking
    ]
    return found + lacking


def _lacking(content: Content) -> list[dict[str, str | None]]:
    """Return, in the shape of findings, what a claim or a letter lacks."""
    return [
        {"code": "incomplete", "severity": "error", "category": None, "message": point.missing, "source": point.label}
        for point in content.points
        if not point.is_met
    ]


def _write_whole(output: Path, content: bytes) -> None:
    """Write a file so that it is there completely or, after a failure, as it was."""
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    except OSError as failed:
        beside.unlink(missing_ok=True)
        raise InvalidInput("cannot_write", "--output", f"{output} に書き込めません({failed.strerror})。") from failed
