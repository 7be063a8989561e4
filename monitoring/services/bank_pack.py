"""Print the plan for a lender, as PDF or as a workbook that reckons, and note who took it away."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from cases.models import Case, Lender
from cases.packets.plan_workbook import plan_workbook
from cases.selectors.plan.versions import plans_of
from monitoring.enums import PackFormat
from monitoring.packets.bank_pack import TITLE, BankPack, bank_pack, bank_pack_html, bank_pack_pdf, pack_filename
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work

PREFIX: Final = f"{TITLE}: "


@unit_of_work()
def print_bank_pack(
    *, actor: Member, case_id: int, plan_number: int, lender_id: int, today: date, format_: PackFormat
) -> tuple[str, bytes]:
    """Return the name and the content of the file, made from the records as they stand now.

    Raises:
        Case.DoesNotExist, Plan.DoesNotExist, Lender.DoesNotExist: not in the actor's agency, or not of this case.
    """
    cases = Case.objects.for_agency(actor.agency_id).select_related("enterprise", "council", "agency")
    case = cases.get(pk=case_id)
    require(actor, Action.DRAFT_PACKET, case)
    plan = plans_of(case).get(number=plan_number)
    lender = Lender.objects.for_agency(actor.agency_id).get(pk=lender_id, enterprise_id=case.enterprise_id)
    pack = bank_pack(plan, lender, made_on=today)
    content = _workbook(pack) if format_ is PackFormat.WORKBOOK else bank_pack_pdf(bank_pack_html(pack)).content
    told = {
        "計画の版": pack.document.edition,
        "形式": format_.label,
        "金融機関": str(lender),
        "内容の照合番号": hashlib.sha256(content).hexdigest()[:12],
    }
    audit.record(
        actor, Verb.DOWNLOADED, case, changes={f"{PREFIX}{name}": [None, value] for name, value in told.items()}
    )
    return pack_filename(pack.document, lender.bank_name, format_.value), content


def _workbook(pack: BankPack) -> bytes:
    own = [place for place, loan in enumerate(pack.document.loans) if pack.is_own(loan)]
    name = f"{pack.lender.name} {pack.lender.branch}".strip()
    return plan_workbook(pack.document, lender=name, own=own, made_on=pack.made_on)
