"""Print a letter for a lender, and note who took it away."""

from __future__ import annotations

from datetime import date

from cases.enums import LetterFormat, LetterKind
from cases.models import Case, Lender
from cases.packets.letters import letter_filename, letter_of, letter_pdf, letter_word
from cases.selectors.banks import stance_of
from cases.selectors.guideline import procedure_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.documents.payload import content_hash, to_json
from vapup.work import unit_of_work

PREFIX = "金融機関の書面: "


@unit_of_work()
def print_letter(
    *,
    actor: Member,
    case_id: int,
    lender_id: int,
    kind: LetterKind,
    today: date,
    format_: LetterFormat = LetterFormat.PDF,
) -> tuple[str, bytes]:
    """Return the name and the content of a letter's file, made from the records as they stand now.

    Raises:
        Case.DoesNotExist, Lender.DoesNotExist: not in the actor's agency, or not a lender of the case's enterprise.
        LetterNotOffered: the frame of the case has no such letter.
    """
    cases = Case.objects.for_agency(actor.agency_id).select_related("enterprise", "council", "agency")
    case = cases.get(pk=case_id)
    require(actor, Action.DRAFT_PACKET, case)
    lender = Lender.objects.for_agency(actor.agency_id).get(pk=lender_id, enterprise_id=case.enterprise_id)
    letter = letter_of(kind, case, stance_of(case, lender), procedure_of(case), prepared_on=today)
    content = letter_word(letter) if format_ is LetterFormat.WORD else letter_pdf(letter).content
    told = {
        "種類": letter.title,
        "形式": format_.label,
        "金融機関": str(lender),
        "内容の照合番号": content_hash(to_json(letter))[:12],
    }
    audit.record(
        actor, Verb.DOWNLOADED, case, changes={f"{PREFIX}{name}": [None, value] for name, value in told.items()}
    )
    return letter_filename(letter, format_), content
