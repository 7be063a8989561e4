"""Record the papers of an application: what each says, where it is, who checked it, and its uploaded versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from django.db.models import Max

from cases.services.locking import EditedMeanwhile, lock_case
from subsidies.enums import OPEN_STATES, ApplicationState, PaperPlace, PaperStatus
from subsidies.models import Application, Paper, PaperVersion
from subsidies.selectors.filing.requirements import PaperSlot, slot_by_key
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.clock import JAPAN
from vapup.documents.inspection import Inspected, inspect_upload
from vapup.documents.services import store
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

FACTS: Final = (
    "status",
    "reason",
    "place",
    "is_original",
    "issued_on",
    "valid_until",
    "stated_edition",
    "stated_name",
    "stated_address",
    "stated_yen",
)
CHECKED: Final = frozenset({PaperStatus.CHECKED, PaperStatus.CHECKED_LACKING})
NEEDS_REASON: Final = frozenset({PaperStatus.LEFT_OUT, PaperStatus.CHECKED_LACKING})


class PaperRefused(DomainError):
    """What was said of a paper contradicts itself, or the application is no longer in the office."""


class NoSuchPaper(DomainError):
    """The list of the application has no such paper, or no longer has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAddress:
    """Which paper: the case, the application and the key of the list."""

    case_id: int
    application_id: int
    key: str


@unit_of_work()
def record_paper(
    *, actor: Member, address: PaperAddress, version: int, facts: Mapping[str, Any], now: datetime
) -> Paper:
    """Store what is known of a paper that the user saw at `version` (0: nothing was stored of it).

    Args:
        facts: the fields named in `FACTS`; amounts in whole yen.

    Raises:
        NoSuchPaper: the application's list has no such paper.
        EditedMeanwhile: another person saved it in between.
        PaperRefused: the facts contradict each other, or the application is with the council; then only the place
            of the paper may change.
    """
    application, slot, paper = _locked(actor, address, version)
    _check_open(application, slot, paper, facts)
    _check_facts(slot, paper, facts, now)
    return _save(actor, application, slot, paper, {name: facts[name] for name in FACTS}, now)


@unit_of_work()
def mark_place(*, actor: Member, address: PaperAddress, version: int, place: PaperPlace, now: datetime) -> Paper:
    """Store where the paper itself is; also after the application has left the office.

    Raises:
        NoSuchPaper, EditedMeanwhile: as in `record_paper`.
    """
    application, slot, paper = _locked(actor, address, version)
    return _save(actor, application, slot, paper, {"place": place}, now)


@unit_of_work()
def leave_out(*, actor: Member, address: PaperAddress, version: int, reason: str, now: datetime) -> Paper:
    """Leave a paper out (対象外) for a written reason.

    Raises:
        NoSuchPaper, EditedMeanwhile, PaperRefused: as in `record_paper`; also without a reason.
    """
    application, slot, paper = _locked(actor, address, version)
    facts = {"status": PaperStatus.LEFT_OUT, "reason": reason.strip()}
    _check_open(application, slot, paper, facts)
    _check_reason(slot, PaperStatus.LEFT_OUT, facts["reason"])
    return _save(actor, application, slot, paper, facts, now)


@unit_of_work()
def check_papers(
    *, actor: Member, case_id: int, application_id: int, seen: Mapping[str, int], now: datetime
) -> list[str]:
    """Mark several papers as checked (確認済), all or none, and return their labels; `seen` gives version by key.

    Raises:
        NoSuchPaper, EditedMeanwhile, PaperRefused: as in `record_paper`, for any of them; also where none is named.
    """
    if not seen:
        raise PaperRefused("確認済にする書類が選ばれていません。一覧で書類を選んでください。")
    labels = []
    for key, version in seen.items():
        address = PaperAddress(case_id=case_id, application_id=application_id, key=key)
        application, slot, paper = _locked(actor, address, version)
        facts = {"status": PaperStatus.CHECKED, "reason": ""}
        _check_open(application, slot, paper, facts)
        _check_at_hand(slot, paper, paper.place)
        _save(actor, application, slot, paper, facts, now)
        labels.append(slot.label)
    return labels


def upload_paper(
    *, actor: Member, address: PaperAddress, name: str, stream: BinaryIO, note: str, now: datetime
) -> tuple[PaperVersion, Inspected]:
    """Inspect an uploaded scan and keep it as the paper's newest version; the earlier ones stay.

    The file is opened before anything is locked, so that a slow one holds nobody up. A new version has not been
    checked by anybody: the paper's status goes back to 作業中.

    Raises:
        UploadRefused, ScannerUnavailable: see `inspect_upload`.
        NoSuchPaper: as in `record_paper`.
        NotAllowed: the actor may not handle the papers of this case.
        PaperRefused: the application is with the council, or the newest version is the same file.
    """
    applications = Application.objects.for_agency(actor.agency_id).select_related("case")
    require(actor, Action.HANDLE_PAPERS, applications.get(pk=address.application_id, case_id=address.case_id))
    inspected = inspect_upload(name, stream)
    return _keep(actor, address, inspected, note, now), inspected


@unit_of_work()
def record_download(*, actor: Member, version: PaperVersion, label: str) -> None:
    """Write into the trail of the case who took a version away."""
    application = version.paper.application
    what = {_name(application, label): [None, f"{version} {version.document.filename}"]}
    audit.record(actor, Verb.DOWNLOADED, application.case, changes=what)


def _keep(actor: Member, address: PaperAddress, inspected: Inspected, note: str, now: datetime) -> PaperVersion:
    with unit_of_work():
        application, slot, paper = _locked(actor, address, None)
        _check_open(application, slot, paper, None)
        _check_new(paper, inspected)
        _save(actor, application, slot, paper, {"status": PaperStatus.WORKING, "reason": ""}, now, is_added=True)
        number = int(paper.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        document = store(
            inspected.content,
            agency_id=actor.agency_id,
            filename=inspected.filename,
            content_type=inspected.content_type,
            page_count=inspected.page_count,
        )
        version = PaperVersion.objects.create(
            agency_id=actor.agency_id, paper=paper, number=number, document=document, uploaded_by=actor, note=note
        )
        what = f"{version} {document.filename} SHA-256 {document.sha256}"
        removed = f" 取り除いたもの: {'・'.join(inspected.removed)}" if inspected.removed else ""
        changes = {_name(application, slot.label): [None, f"{what}{removed}"]}
        audit.record(actor, Verb.UPLOADED, application.case, changes=changes)
    return version


def _locked(actor: Member, address: PaperAddress, version: int | None) -> tuple[Application, PaperSlot, Paper]:
    """Return the application, the paper's place in its list and the paper, locked; it is new where none is stored."""
    case = lock_case(actor, address.case_id)
    applications = Application.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    application = applications.select_related("period").get(pk=address.application_id, case=case)
    application.case = case
    require(actor, Action.HANDLE_PAPERS, application)
    slot = slot_by_key(application, address.key)
    if slot is None:
        raise NoSuchPaper(
            f"{application.name}の書類の一覧に、この書類はありません。案件の内容が変わったおそれがあります。"
        )
    paper = slot.paper or Paper(
        agency_id=actor.agency_id,
        application=application,
        requirement=slot.requirement.id,
        co_agency=slot.co_agency,
        lender=slot.lender,
        version=0,
    )
    paper.application = application
    if version is not None and paper.version != version:
        raise EditedMeanwhile
    return application, slot, paper


def _check_open(application: Application, slot: PaperSlot, paper: Paper, facts: Mapping[str, Any] | None) -> None:
    """Refuse new files (no `facts`) and changes of what the council has; the place of the paper may always change."""
    if application.state in OPEN_STATES:
        return
    if facts is None or any(getattr(paper, name) != value for name, value in facts.items() if name != "place"):
        state = ApplicationState(application.state).label
        raise PaperRefused(
            f"{application.name}が「{state}」のため、「{slot.label}」の内容は変更できません。"
            "変更できるのは「現物の所在」だけです。"
        )


def _check_facts(slot: PaperSlot, paper: Paper, facts: Mapping[str, Any], now: datetime) -> None:
    status, issued_on, valid_until = PaperStatus(facts["status"]), facts["issued_on"], facts["valid_until"]
    _check_reason(slot, status, facts["reason"])
    today = now.astimezone(JAPAN).date()
    if issued_on is not None and issued_on > today:
        raise PaperRefused(
            f"「{slot.label}」の発行日・作成日 {issued_on} は、今日 {today} より後です。日付を確かめてください。"
        )
    if issued_on is not None and valid_until is not None and valid_until < issued_on:
        raise PaperRefused(
            f"「{slot.label}」の有効期限 {valid_until} は、発行日・作成日 {issued_on} より前です。"
            "どちらかを直してください。"
        )
    if status == PaperStatus.CHECKED:
        _check_at_hand(slot, paper, facts["place"])


def _check_reason(slot: PaperSlot, status: PaperStatus, reason: str) -> None:
    if status in NEEDS_REASON and not reason:
        raise PaperRefused(
            f"「{slot.label}」を「{status.label}」にするには、「不足・対象外の理由」を入力してください。"
        )
    if status not in NEEDS_REASON and reason:
        raise PaperRefused(
            f"「{slot.label}」の状態が「{status.label}」なのに、「不足・対象外の理由」が入力されています。"
            "理由を消すか、状態を選び直してください。"
        )


def _check_at_hand(slot: PaperSlot, paper: Paper, place: str) -> None:
    """Nobody can have checked a paper that nobody has seen."""
    if place == PaperPlace.NOWHERE and (paper.pk is None or not paper.versions.exists()):
        raise PaperRefused(
            f"「{slot.label}」は、現物の所在が「{PaperPlace.NOWHERE.label}」でファイルもないため、"
            "確認済にできません。所在を選ぶか、ファイルを登録してください。"
        )


def _check_new(paper: Paper, inspected: Inspected) -> None:
    newest = paper.versions.select_related("document").first() if paper.pk else None
    if newest is not None and newest.document.sha256 == inspected.sha256:
        raise PaperRefused(
            f"「{inspected.filename}」は、登録済みの{newest}「{newest.document.filename}」と同じ内容です。"
            "ファイルを確かめてください。"
        )


def _save(
    actor: Member,
    application: Application,
    slot: PaperSlot,
    paper: Paper,
    facts: Mapping[str, Any],
    now: datetime,
    *,
    is_added: bool = False,
) -> Paper:
    """Write a paper and its changes; nothing where nothing changed, unless a file `is_added`."""
    changes = audit.apply_changes(paper, facts)
    if not changes and not is_added:
        return paper
    if "status" in facts:
        is_checked = paper.status in CHECKED
        paper.checked_by, paper.checked_at = (actor, now) if is_checked else (None, None)
    paper.version += 1
    paper.save()
    if changes:
        name = _name(application, slot.label)
        audit.record(
            actor, Verb.CHANGED, application.case, changes={f"{name}: {label}": pair for label, pair in changes.items()}
        )
    return paper


def _name(application: Application, label: str) -> str:
    return f"書類 {application.name} {label}"
