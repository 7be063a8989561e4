"""Applications of the access tests' world: a claim, a letter with its papers, and an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case
from subsidies.enums import ApplicationKind, CostCategory, ExportState, PacketState, ReturnCause
from subsidies.models import (
    Application,
    ClaimLine,
    Export,
    ExportItem,
    GateOverride,
    GateTick,
    Packet,
    Paper,
    PaperVersion,
    ReturnItem,
    Settlement,
)
from tests.documents.files import pdf
from vapup import clock
from vapup.accounts.models import Member
from vapup.documents.models import StoredDocument

if TYPE_CHECKING:
    from tests.test_access_audit import Story


def export_row(packet: Packet, application_id: int, by: Member) -> int:
    """Store an export of one packet that is made."""
    export = Export.objects.create(
        agency=packet.agency, purpose="協議会への提出", requested_by=by, state=ExportState.MADE, made_at=clock.now()
    )
    ExportItem.objects.create(
        agency=packet.agency, export=export, application_id=application_id, packet=packet, state=PacketState.DONE
    )
    return export.pk


def claim_row(case: Case) -> int:
    """Store a claim with its cost and the lead agency's settlement."""
    claim = Application.objects.create(agency=case.agency, case=case, kind=ApplicationKind.PLAN_CLAIM)
    ClaimLine.objects.create(agency=case.agency, application=claim, category=CostCategory.PLANNING, cost_yen=1_000_000)
    Settlement.objects.create(
        agency=case.agency, application=claim, cost_yen=1_000_000, payer="ヤマダスイサン", payee="アオバカイケイ"
    )
    return claim.pk


def paper_rows(consultant: Member, manager: Member, case: Case, document: StoredDocument) -> dict[str, str | int]:
    """Store an application beside the usage application, with one paper of which there is one version."""
    application = Application.objects.create(agency=case.agency, case=case, kind=ApplicationKind.CHANGE)
    paper = Paper.objects.create(agency=case.agency, application=application, requirement="change_notice")
    version = PaperVersion.objects.create(
        agency=case.agency, paper=paper, number=1, document=document, uploaded_by=consultant
    )
    item = ReturnItem.objects.create(
        agency=case.agency,
        application=application,
        round=1,
        returned_on=case.consulted_on,
        cause=ReturnCause.MISSING,
        comment="原本がありません。",
        answer="原本を取り寄せた。",
        answered_by=consultant,
        answered_at=clock.now(),
    )
    GateTick.objects.create(agency=case.agency, application=application, code="sealed", ticked_by=consultant)
    override = GateOverride.objects.create(
        agency=case.agency,
        application=application,
        code="paper_missing",
        message="書類がありません。",
        reason="協議会に電話で確かめた。",
        made_by=manager,
    )
    return {
        "override_id": override.pk,
        "item_id": item.pk,
        "application_id": application.pk,
        "slot": paper.requirement,
        "version_id": version.pk,
    }


def play_papers(story: Story) -> None:
    """Papers of the change notice, whose list has one."""
    story.write("c", "subsidies:paper", place="office")
    scan = SimpleUploadedFile("変更届.pdf", pdf(), content_type="application/pdf")
    story.write("c", "subsidies:paper_upload", file=scan)
    version = Paper.objects.get(requirement=story.world.values["slot"]).version
    story.write("c", "subsidies:papers", paper=[f"{story.world.values['slot']}:{version}"])
