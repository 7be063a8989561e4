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
from subsidies.packets.payload import UsagePayload
from subsidies.packets.printing import packet_pdf
from subsidies.selectors.cost_sheet import application_of
from subsidies.selectors.gate import gate_of
from subsidies.selectors.readiness import Readiness, readiness_of
from subsidies.services.packets import NotApproved, draft_payload, final_payload, record_printing
from vapup import clock
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.commands import InvalidInput, JsonErrorCommand
from vapup.shared.errors import DomainError

REFUSED_STATUS: Final = 3


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
        kind = _kind_of(options["application"])
        found = _case(options["case"])
        with tenant_scope(found.agency_id):
            _check_printable(kind)
            self._print(found, Path(options["output"]), is_draft=options["draft"])

    def _print(self, case: Case, output: Path, *, is_draft: bool) -> None:
        if not is_draft:
            self._check_gate(case)
        try:
            stored = None if is_draft else final_payload(case)
            payload = UsagePayload.from_json(stored) if stored else draft_payload(case, today=clock.today())
        except NotApproved as refused:
            self._refuse_submission(refused, readiness_of(case))
        except DomainError as refused:
            raise InvalidInput("cannot_print", "CASE", refused.message) from refused
        pdf = packet_pdf(payload, is_draft=is_draft)
        _write_whole(output, pdf.content)
        record_printing(case, payload.sha256, is_draft=is_draft, page_count=pdf.page_count)
        self.stdout.write(json.dumps({"output": str(output), "pages": pdf.page_count, "content": payload.sha256}))

    def _check_gate(self, case: Case) -> None:
        """Refuse what is approved but may not be submitted yet; what has left the office is printed as it left."""
        application = application_of(case)
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

    def _refuse_submission(self, refused: NotApproved, readiness: Readiness) -> None:
        """Say on standard error what stands between the case and its submission, and exit with status 3."""
        self._stop("not_approved", refused.message, _findings(readiness))

    def _stop(self, code: str, message: str, findings: list[dict[str, str | None]]) -> NoReturn:
        error = {"code": code, "field": None, "message": message}
        self.stderr.write(json.dumps({"error": error, "findings": findings}, ensure_ascii=False))
        sys.exit(REFUSED_STATUS)


def _kind_of(name: str) -> ApplicationKind:
    """Return the kind that an argument names, such as `plan_claim` or `monitoring_claim:2`."""
    kind, colon, number = name.partition(":")
    is_repeated = kind == ApplicationKind.MONITORING_CLAIM
    is_numbered = number.isascii() and number.isdigit() and int(number) > 0
    if kind not in ApplicationKind.values or is_repeated is not bool(colon) or (colon and not is_numbered):
        known = "、".join(f"{one.value}({one.label})" for one in ApplicationKind)
        raise InvalidInput(
            "unknown_application",
            "APPLICATION",
            f"「{name}」という申請はありません。{known} のどれかを指定してください。"
            "伴走支援は回を「:1」のように付けます。",
        )
    return ApplicationKind(kind)


def _check_printable(kind: ApplicationKind) -> None:
    if kind is not ApplicationKind.USAGE:
        raise InvalidInput(
            "cannot_print",
            "APPLICATION",
            f"「{kind.label}」の様式はまだありません。作成できるのは「{ApplicationKind.USAGE.label}」の書類だけです。",
        )


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


def _write_whole(output: Path, content: bytes) -> None:
    """Write a file so that it is there completely or, after a failure, as it was."""
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    except OSError as failed:
        beside.unlink(missing_ok=True)
        raise InvalidInput("cannot_write", "--output", f"{output} に書き込めません({failed.strerror})。") from failed
