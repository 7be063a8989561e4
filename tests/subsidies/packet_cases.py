"""Cases for the tests of packets, and how a PDF is read back."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

from cases.enums import LenderRole, SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationState, CostCategory
from subsidies.models import Application
from subsidies.packets.payload import PacketContent, UsagePayload
from subsidies.packets.printing import print_packet
from subsidies.packets.usage import build_usage_payload
from subsidies.selectors import assessment_of
from subsidies.selectors.estimate.kept import figures_sha256
from tests.builders import make_case, make_cost_line, make_lender, make_period
from vapup.accounts.models import Member
from vapup.documents.rendering import RenderedPdf

PREPARED_ON = date(2025, 4, 30)
DECIDED_AT = datetime(2025, 4, 30, 3, 0, tzinfo=UTC)


def make_ready_case(consultant: Member, *, planning_yen: int = 1_500_001, monitoring_yen: int = 333_333) -> Case:
    """Store a case of the medium size class with a main lender, planning, and one period of monitoring."""
    case = make_case(consultant)
    make_lender(case.enterprise, role=LenderRole.MAIN)
    make_cost_line(case, gross_yen=planning_yen)
    period = make_period(case)
    make_cost_line(case, category=CostCategory.MONITORING, period=period, gross_yen=monitoring_yen, work="伴走支援")
    return case


def make_small_case(consultant: Member, *, planning_yen: int = 150_000) -> Case:
    """Store a case of the frame and the year with the fewest forms, for what happens to packets whatever they say."""
    case = make_case(consultant, frame=SchemeFrame.VUP, planned_accepted_on=date(2018, 4, 20))
    make_lender(case.enterprise, role=LenderRole.MAIN)
    make_cost_line(case, gross_yen=planning_yen)
    return case


def payload_of(case: Case, application: Application | None = None) -> UsagePayload:
    """Return what the case prints."""
    return build_usage_payload(
        application=application or Application(agency_id=case.agency_id, case=case),
        assessment=assessment_of(case),
        prepared_on=PREPARED_ON,
    )


def make_approved(case: Case, *, requested_by: Member, decided_by: Member) -> Application:
    """Store an approved application with its frozen figures."""
    assessment = assessment_of(case)
    application = Application(
        agency_id=case.agency_id,
        case=case,
        state=ApplicationState.APPROVED,
        requested_by=requested_by,
        requested_at=DECIDED_AT,
        decided_by=decided_by,
        decided_at=DECIDED_AT,
        assessment=assessment.as_dict(),
        assessed=assessment.request.as_dict(),
        figures_sha256=figures_sha256(assessment),
    )
    application.payload = payload_of(case, application).as_json()
    application.save()
    return application


def packet_pdf(payload: PacketContent, *, is_draft: bool) -> RenderedPdf:
    """Print the forms alone, without papers."""
    return print_packet(payload, is_draft=is_draft).pdf


def text_of(content: bytes, folder: Path, *, first: int = 1, last: int = 99) -> str:
    """Return the text of some pages of a PDF, laid out, without the glyph variants that look the same."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    command = ["pdftotext", "-layout", "-f", str(first), "-l", str(last), str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def printed_text(payload: UsagePayload, folder: Path, *, is_draft: bool = False) -> str:
    """Return the text of the whole packet."""
    return text_of(packet_pdf(payload, is_draft=is_draft).content, folder)


def row_of(text: str, label: str, *, after: str = "") -> list[int]:
    """Return the yen in the first row that starts with `label`, behind the heading `after`."""
    section = text[text.index(after) :] if after else text
    row = next(line for line in section.splitlines() if line.strip().startswith(label))
    return [
        int(amount.replace(",", ""))
        for amount in re.findall(r"(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3})+|(?<= )0(?= |$)", row)
    ]
