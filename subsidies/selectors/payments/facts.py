"""The rows behind the payments of some cases, read in a fixed number of questions however many cases there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models.fields.json import KeyTransform

from cases.enums import SchemeFrame
from cases.models import Case, CoAgency, PastUse
from monitoring.enums import DeadlineKind
from monitoring.models import Deadline, MonitoringPeriod
from subsidies.enums import CLAIMS, DEAD, SENT, ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, CostLine, Receipt, Settlement
from subsidies.rules.assessment import assess
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.receivables import Figures
from subsidies.selectors import request_from

CLAIM_KINDS: Final = tuple(DeadlineKind(one.value) for one in CLAIMS)
KEPT: Final = {
    "kept_lines": KeyTransform("lines", "assessment"),
    "kept_payments": KeyTransform("payments", "assessment"),
    "kept_periods": KeyTransform("monitoring_periods", "assessed"),
}
COLUMNS: Final = (
    *("id", "kind", "number", "period_id", "state", "submitted_on", "decided_on", "decided_yen", "paid_on", "paid_yen"),
)
# What payments ask of the rows that there are many of; to read all their columns would take twice as long.
OF_LINES: Final = ("case_id", "category", "period_id", "co_agency_id", "gross_yen")
OF_DEADLINES: Final = ("case_id", "kind", "subject", "state", "safe_by", "lapses_on")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of a case that may still come to something; amounts in whole yen.

    Attributes:
        figures: as approved; None until then, and after a return.
        period_ends: the last days of the periods that were assessed then, in order.
    """

    id: int
    kind: ApplicationKind
    number: int
    period_id: int | None
    state: ApplicationState
    submitted_on: date | None
    decided_on: date | None
    decided_yen: int | None
    paid_on: date | None
    paid_yen: int | None
    figures: Figures | None
    period_ends: tuple[str, ...]

    @property
    def is_sent(self) -> bool:
        """Tell whether the council has it."""
        return self.state in SENT

    @property
    def name(self) -> str:
        """Return what readers call it."""
        label = self.kind.label
        return f"{label}(第{self.number}回)" if self.kind is ApplicationKind.MONITORING_CLAIM else label


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All rows of one case that its payments rest on.

    Attributes:
        agencies: the lead one (None) first, then the others; with their names.
        figures: of the filed usage application, or as the rows stand; None where the rules are not open.
        is_filed: whether the usage application was approved.
        deadlines: by claim, as `claim_key` names it.
    """

    case: Case
    agencies: tuple[tuple[CoAgency | None, str], ...]
    figures: Figures | None
    is_filed: bool
    closed: str
    lines: tuple[CostLine, ...]
    periods: tuple[MonitoringPeriod, ...]
    claims: tuple[Claim, ...]
    settlements: Mapping[tuple[int, int | None], Settlement]
    receipts: Mapping[tuple[int, int | None], Receipt]
    deadlines: Mapping[tuple[str, str], Deadline]

    @property
    def keys(self) -> list[int | None]:
        """Return the ids of the agencies, None for the lead one."""
        return [one.pk if one else None for one, _ in self.agencies]

    def claim_of(self, kind: ApplicationKind, period: MonitoringPeriod | None = None) -> Claim | None:
        """Return the live claim of that kind, of monitoring that of the period."""
        wanted = period.pk if period else None
        return next((one for one in self.claims if one.kind is kind and one.period_id == wanted), None)

    def deadline_of(self, kind: ApplicationKind, period: MonitoringPeriod | None = None) -> Deadline | None:
        """Return the clock of that claim."""
        return self.deadlines.get((kind.value, f"period:{period.pk}" if period else ""))


def facts_of(agency_id: int, cases: Sequence[Case]) -> list[CaseFacts]:
    """Read the rows of these cases, which bring their enterprise and agency along, in the order of the cases."""
    rows = _Rows(agency_id, cases)
    return [rows.of(case) for case in cases]


class _Rows:
    """The rows of all cases, by case."""

    def __init__(self, agency_id: int, cases: Sequence[Case]) -> None:
        ids = [case.pk for case in cases]
        self.usages = _kept_usages(agency_id, ids)
        self.claims = _claims(agency_id, ids)
        lines = CostLine.objects.for_agency(agency_id).filter(case_id__in=ids).order_by("position", "id")
        self.lines = _by_case(lines.only(*OF_LINES))
        periods = MonitoringPeriod.objects.for_agency(agency_id).filter(case_id__in=ids).order_by("ends_on", "id")
        self.periods = _by_case(periods)
        self.others = _by_case(CoAgency.objects.for_agency(agency_id).filter(case_id__in=ids).order_by("id"))
        self.settlements = _by_application(Settlement.objects.for_agency(agency_id), ids)
        self.receipts = _by_application(Receipt.objects.for_agency(agency_id), ids)
        deadlines = Deadline.objects.for_agency(agency_id).filter(case_id__in=ids, kind__in=CLAIM_KINDS)
        self.deadlines = _by_case(deadlines.order_by("id").only(*OF_DEADLINES))
        self.past = _past(agency_id, [case.enterprise_id for case in cases if case.pk not in self.usages])

    def of(self, case: Case) -> CaseFacts:
        figures, closed = self._figures(case)
        return CaseFacts(
            case=case,
            agencies=((None, case.agency.name), *((one, one.name) for one in self.others[case.pk])),
            figures=figures,
            is_filed=case.pk in self.usages,
            closed=closed,
            lines=tuple(self.lines[case.pk]),
            periods=tuple(self.periods[case.pk]),
            claims=tuple(self.claims[case.pk]),
            settlements=self.settlements[case.pk],
            receipts=self.receipts[case.pk],
            deadlines={(one.kind, one.subject): one for one in self.deadlines[case.pk]},
        )

    def _figures(self, case: Case) -> tuple[Figures | None, str]:
        """Return the filed figures, or those of the rows as they stand, or why there are none."""
        if case.pk in self.usages:
            return self.usages[case.pk], ""
        past = self.past[(case.enterprise_id, case.frame)]
        request = request_from(case, self.lines[case.pk], self.periods[case.pk], past)
        try:
            return Figures.of(assess(request)), ""
        except FrameNotOpen as error:
            return None, error.message


def _by_case(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _by_application(rows: Any, case_ids: Sequence[int]) -> defaultdict[int, dict[tuple[int, int | None], Any]]:
    found: defaultdict[int, dict[tuple[int, int | None], Any]] = defaultdict(dict)
    for row in rows.filter(application__case_id__in=case_ids).select_related("application").order_by("id"):
        found[row.application.case_id][row.application_id, row.co_agency_id] = row
    return found


def _kept_usages(agency_id: int, case_ids: Sequence[int]) -> dict[int, Figures]:
    rows = Application.objects.for_agency(agency_id).usage().frozen().filter(case_id__in=case_ids).annotate(**KEPT)
    kept = rows.order_by("pk").values_list("case_id", *KEPT)
    return {case_id: Figures.kept(lines, paid, periods or ()) for case_id, lines, paid, periods in kept if paid}


def _claims(agency_id: int, case_ids: Sequence[int]) -> defaultdict[int, list[Claim]]:
    rows = Application.objects.for_agency(agency_id).filter(case_id__in=case_ids, kind__in=CLAIMS)
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    live = rows.exclude(state__in=DEAD).annotate(**KEPT).order_by("pk")
    for values in live.values("case_id", *COLUMNS, *KEPT):
        found[values["case_id"]].append(_claim(values))
    return found


def _claim(values: Mapping[str, Any]) -> Claim:
    own = {name: values[name] for name in COLUMNS}
    own |= {"kind": ApplicationKind(own["kind"]), "state": ApplicationState(own["state"])}
    lines, paid, periods = (values[name] for name in KEPT)
    is_kept = own["state"] in SENT and paid is not None
    ends = tuple(sorted(str(one["ends_on"]) for one in periods or ()))
    return Claim(**own, figures=Figures.kept(lines, paid, periods or ()) if is_kept else None, period_ends=ends)


def _past(
    agency_id: int, enterprise_ids: Sequence[int]
) -> defaultdict[tuple[int, str], defaultdict[CostCategory, int]]:
    found: defaultdict[tuple[int, str], defaultdict[CostCategory, int]] = defaultdict(lambda: defaultdict(int))
    uses = PastUse.objects.for_agency(agency_id).filter(enterprise_id__in=enterprise_ids)
    for use in uses.order_by("id"):
        found[use.enterprise_id, SchemeFrame(use.frame)][CostCategory(use.category)] += use.paid_yen
    return found
