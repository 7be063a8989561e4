"""Two offices with the same rows, whose every text column says what the test wants: canaries, or hostile text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.apps import apps
from django.db import models

from cases.enums import CaseAction, CaseStage
from cases.models import Case, CaseStep
from monitoring.models import Acknowledgement, Deadline, DeadlineExtension, Snooze
from subsidies.enums import ApplicationState, PacketState
from subsidies.models import Application, Packet, Paper, PaperVersion
from subsidies.packets.usage import build_usage_payload
from subsidies.selectors import assessment_of
from subsidies.selectors.estimate.kept import figures_sha256
from tests.access_deadlines import extend_row, say
from tests.access_world import World, build_world
from tests.walls.plan_parts import add_plan_parts
from vapup import clock
from vapup.accounts.enums import Verb
from vapup.accounts.models import Agency, AuditEvent, User
from vapup.documents.models import StoredDocument
from vapup.documents.payload import content_hash

APPS: Final = ("accounts", "cases", "documents", "imports", "monitoring", "subsidies")
# Codes that the product makes itself; no user ever types into them.
TECHNICAL: Final = {
    "account",
    "token_hash",
    "sha256",
    "assessment_sha256",
    "content_type",
    "password",
    "object_type",
    "slug",
    "requirement",
}
TECHNICAL_OF: Final = {
    *("importedrecord.model", "importrow.sheet", "deadline.source_url", "mail.key", "mail.message_id"),
    "payee.number",  # the database takes digits only
    *("enterprisewords.folded", "casewords.folded"),  # the database writes them from what people typed
}
# Rows that are only ever added to.
ADDED_TO: Final = {AuditEvent, CaseStep, PaperVersion, Acknowledgement, DeadlineExtension, Snooze}
PREPARED_ON: Final = date(2025, 4, 30)

Words = Callable[[str, int], str]  # the column as "model.field", and how many characters fit


@dataclass(frozen=True, slots=True)
class Office:
    """One agency with a row of everything and people of every role."""

    world: World
    agency: Agency

    @property
    def case(self) -> Case:
        return Case.objects.select_related("enterprise").get(agency=self.agency)

    def pk_of(self, who: str) -> int:
        return self.world.members[who].pk


def text_fields(model: type[models.Model]) -> Iterator[models.Field[str, str]]:
    """Yield the columns of a model into which people type."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        is_typed = field.name not in TECHNICAL and f"{model._meta.model_name}.{field.name}" not in TECHNICAL_OF
        if is_text and not field.choices and is_typed and not field.primary_key:
            yield field


def models_of_agencies() -> Iterator[type[models.Model]]:
    """Yield the models whose rows belong to an agency, without the append-only ones."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            names = {field.name for field in model._meta.fields}
            if "agency" in names and "pgh_id" not in names and model not in ADDED_TO:
                yield model


def make_office(words: Words, *, number: str) -> Office:
    """Store an office whose typed columns all hold `words`; the case has been through its approval."""
    world = build_world()
    office = Office(world, world.members["c"].agency)
    add_plan_parts(office.case, world.members["c"])
    _fill(office, words)
    Case.objects.filter(agency=office.agency).update(number=number)
    values = {**world.values, "number": number}
    office = Office(World(world.people, world.members, values), office.agency)
    _note(office, words)
    _approve(office, words)
    return office


def _fill(office: Office, words: Words) -> None:
    for model in models_of_agencies():
        texts = {field.name: _word(words, field) for field in text_fields(model)}
        if texts:
            model._default_manager.filter(agency=office.agency).update(**texts)
    Agency.objects.filter(pk=office.agency.pk).update(**{one.name: _word(words, one) for one in text_fields(Agency)})
    office.agency.refresh_from_db()
    for who, member in office.world.members.items():
        if member.agency_id == office.agency.pk:
            name = words("user.display_name", 90)
            User.objects.filter(pk=member.user_id).update(display_name=f"{name}{who}")
            member.refresh_from_db()


def _word(words: Words, field: models.Field[str, str]) -> str:
    longest = field.max_length or 500
    return words(f"{field.model._meta.model_name}.{field.name}", longest)[:longest]


def _note(office: Office, words: Words) -> None:
    """Add what can only be added: steps and audit events."""
    case, actor = office.case, office.world.members["c"]
    CaseStep.objects.create(
        agency=office.agency,
        case=case,
        action=CaseAction.START_PREPARATION,
        from_stage=CaseStage.CONSULTATION,
        to_stage=CaseStage.PREPARING,
        occurred_on=date(2025, 4, 2),
        reason=words("step.reason", 500),
        actor=actor,
    )
    PaperVersion.objects.create(
        agency=office.agency,
        paper=Paper.objects.get(agency=office.agency),
        number=2,
        document=StoredDocument.objects.filter(agency=office.agency).earliest("pk"),
        uploaded_by=actor,
        note=words("paperversion.note", 200)[:200],
    )
    deadline = Deadline.objects.get(agency=office.agency)
    extend_row(deadline, actor, None, proof=words("deadlineextension.proof", 300)[:300])
    said = {"note": words("acknowledgement.note", 300)[:300], "reason": words("snooze.reason", 300)[:300]}
    say(deadline, office.world.members["m"], **said)
    for row in (case, case.enterprise, actor):
        AuditEvent.objects.create(
            agency=office.agency,
            actor=actor,
            actor_label=words("event.actor_label", 100)[:100],
            verb=Verb.CHANGED,
            object_type=row._meta.model_name or "",
            object_id=row.pk,
            object_label=words("event.object_label", 300)[:300],
            changes={words("event.field", 99): [words("event.before", 99), words("event.after", 99)]},
            reason=words("event.reason", 500),
        )


def _approve(office: Office, words: Words) -> None:
    """Approve the application, freeze what it prints, and put the same into the packet."""
    case, author, manager = office.case, office.world.members["c"], office.world.members["m"]
    assessment = assessment_of(case)
    application = Application(
        agency=office.agency,
        case=case,
        state=ApplicationState.APPROVED,
        requested_by=author,
        requested_at=clock.now(),
        decided_by=manager,
        decided_at=clock.now(),
        decision_note=words("application.decision_note", 500),
        override_reason=words("application.override_reason", 500),
        assessment=assessment.as_dict(),
        assessment_sha256=content_hash(assessment.as_dict()),
        assessed=assessment.request.as_dict(),
        figures_sha256=figures_sha256(assessment),
    )
    payload = build_usage_payload(application=application, assessment=assessment, prepared_on=PREPARED_ON)
    application.payload = payload.as_json()
    application.save()
    Packet.objects.filter(agency=office.agency).update(payload=application.payload, state=PacketState.DONE)
