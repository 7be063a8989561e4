"""An office of six and a stranger, each with a browser, and one case of theirs: where the random walks take place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.forms import BaseForm, CheckboxInput
from django.urls import reverse

from cases.enums import CaseStage, LenderRole, SchemeFrame
from cases.models import Case, CaseStep
from monitoring.enums import PeriodKind
from subsidies.enums import CostCategory
from subsidies.models import Application, GateOverride, GateTick
from subsidies.selectors.gate.verdict import gate_of
from tests.builders import (
    make_agency,
    make_case,
    make_cost_line,
    make_lender,
    make_member,
    make_period,
    make_ready_case,
)
from tests.conftest import sign_in
from vapup.accounts.enums import Role

ROLES: Final = {
    "author": (Role.CONSULTANT,),
    "colleague": (Role.CONSULTANT,),
    "manager": (Role.MANAGER,),
    "other manager": (Role.MANAGER,),
    "admin": (Role.ADMIN,),
    "viewer": (Role.VIEWER,),
}
STRANGER: Final = "stranger"
# Mostly the people who may: else nearly all that is tried is refused for the person alone.
PEOPLE: Final = (*ROLES, STRANGER, *("author", "manager", "manager", "other manager") * 3)
FRAMES: Final = (SchemeFrame.NORMAL, SchemeFrame.VUP, SchemeFrame.SME_GL)


@dataclass(frozen=True, slots=True)
class Post:
    """One form sent to one address."""

    name: str
    args: tuple[Any, ...]
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the address."""
        return reverse(self.name, args=self.args)


class Office:
    """The people, their browsers and their case."""

    def __init__(self, frame: SchemeFrame) -> None:
        agency = make_agency()
        self.members = {name: make_member(agency, *roles) for name, roles in ROLES.items()}
        self.members[STRANGER] = make_member(make_agency(name="別の会計事務所"), Role.ADMIN)
        self.clients = {name: sign_in(member) for name, member in self.members.items()}
        self.agency_id, self.frame = agency.pk, frame
        case = _case_of(self.members["author"], frame)
        self.case_id, self.number = case.pk, case.number

    @property
    def case(self) -> Case:
        """Return the case as it stands now."""
        return Case.objects.select_related("enterprise", "council", "agency", "consultant__user").get(pk=self.case_id)

    @property
    def applications(self) -> list[Application]:
        """Return the stored applications of the case as they stand now."""
        found = Application.objects.filter(case=self.case_id).select_related("period").order_by("pk")
        case = self.case
        for one in found:
            one.case = case
        return list(found)

    @property
    def latest_day(self) -> date:
        """Return the last day on which anything is recorded to have happened."""
        case = self.case
        days = [case.consulted_on, *CaseStep.objects.filter(case=case).values_list("occurred_on", flat=True)]
        for names in Application.objects.filter(case=case).values_list(
            "submitted_on", "accepted_on", "decided_on", "paid_on"
        ):
            days.extend(day for day in names if day is not None)
        return max(days)

    def shown(self, name: str, *args: Any, query: str = "", who: str = "manager") -> dict[str, Any]:
        """Return the fields of the form on a page as a browser would send them back untouched; none without a form."""
        response: Any = self.clients[who].get(reverse(name, args=args) + query)
        form = response.context and response.context.get("form")
        return filled(form) if response.status_code == 200 and isinstance(form, BaseForm) else {}

    def open_gate(self, application: Application, day: date) -> None:
        """Tick and let pass all that closes the gate on `day`, as a manager would with a written reason."""
        by, report = self.members["manager"], gate_of(application, today=day)
        own: dict[str, Any] = {"agency_id": self.agency_id, "application": application}
        own["round"] = application.returned_count
        for point in report.unticked:
            GateTick.objects.create(**own, code=point.id, ticked_by=by)
        for finding in (row.finding for row in report.closing):
            GateOverride.objects.filter(**own, code=finding.code, about=finding.about).delete()
            said = {"code": finding.code, "about": finding.about, "message": finding.message}
            GateOverride.objects.create(**own, **said, reason="協議会に電話で確かめ、回答を得た。", made_by=by)

    def send(self, who: str, post: Post) -> int:
        """Let somebody send a form, and return the status of the answer."""
        return self.clients[who].post(post.url, post.data).status_code


def filled(form: BaseForm) -> dict[str, Any]:
    """Return what a browser sends for a form that was not touched."""
    data: dict[str, Any] = {}
    for name in form.fields:
        bound = form[name]
        value = bound.value()
        if isinstance(bound.field.widget, CheckboxInput):
            if value:
                data[name] = "on"
        elif not bound.field.disabled:
            data[name] = "" if value is None else getattr(value, "value", value)
    return data


def _case_of(author: Any, frame: SchemeFrame) -> Case:
    if frame is SchemeFrame.NORMAL:
        case = make_ready_case(author, stage=CaseStage.CONSULTATION)
        make_lender(case.enterprise, role=LenderRole.SUBMAIN, bank_name="石巻信用金庫", balance_yen=50_000_000)
        case.seeks_guarantee_release = True
        case.save(update_fields=["seeks_guarantee_release"])
        return case
    case = make_case(author, frame=frame, stage=CaseStage.CONSULTATION)
    make_lender(case.enterprise)
    is_vup = frame is SchemeFrame.VUP
    make_cost_line(case, gross_yen=165_000 if is_vup else 1_100_000)
    if not is_vup:
        make_cost_line(case, category=CostCategory.DUE_DILIGENCE, gross_yen=1_100_000, work="財務調査")
    kinds = [PeriodKind.INTERIM, PeriodKind.CLOSING] if is_vup else [PeriodKind.REGULAR, PeriodKind.REGULAR]
    for kind, ends_on in zip(kinds, (date(2026, 9, 30), date(2027, 3, 31)), strict=True):
        period = make_period(case, ends_on=ends_on, kind=kind)
        make_cost_line(
            case, category=CostCategory(kind.value), period=period, gross_yen=55_000 if is_vup else 220_000, work="報告"
        )
    return case
