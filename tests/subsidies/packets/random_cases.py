"""Random cases of every frame, edition and kind of application, with odd yen everywhere; rows only, no service."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from cases.enums import CaseStage, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, Council, Enterprise, GuidelineProcedure, PastUse
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import CLAIMS, ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, ClaimLine, CostLine, Settlement
from subsidies.rules.editions import FormEdition, form_editions
from subsidies.rules.terms import terms_on
from subsidies.selectors import assess_request_of
from subsidies.selectors.claiming.claims import claimed_categories
from tests.builders import make_case, make_enterprise, make_lender, make_period
from tests.subsidies.claims_cases import make_application
from tests.subsidies.packets.plans import random_plan
from tests.subsidies.packets.worked import log_at_random
from vapup.accounts.models import Member

C, F, K = CostCategory, SchemeFrame, ApplicationKind
LATEST: Final = date(2025, 5, 12)
FUKUOKA: Final = "40"
# The first eight stand for all: every kind and every frame is among them.
PAIRS: Final[tuple[tuple[ApplicationKind, SchemeFrame], ...]] = (
    (K.USAGE, F.NORMAL),
    (K.PLAN_CLAIM, F.SME_GL),
    (K.MONITORING_CLAIM, F.VUP),
    (K.NEGOTIATION_CLAIM, F.NORMAL),
    (K.WITHDRAWAL, F.VUP_BANK),
    (K.CHANGE, F.SME_GL),
    (K.USAGE, F.VUP_BANK),
    (K.PLAN_CLAIM, F.VUP),
    *((K.USAGE, frame) for frame in (F.SME_GL, F.VUP)),
    *((K.PLAN_CLAIM, frame) for frame in (F.NORMAL, F.VUP_BANK)),
    *((K.MONITORING_CLAIM, frame) for frame in (F.NORMAL, F.SME_GL)),
    (K.NEGOTIATION_CLAIM, F.VUP),
    *((K.WITHDRAWAL, frame) for frame in (F.NORMAL, F.SME_GL, F.VUP)),
    *((K.CHANGE, frame) for frame in (F.NORMAL, F.VUP, F.VUP_BANK)),
)
WORKS: Final = ("現状の調査分析", "事業計画の策定", "金融機関との調整", "報告書の作成", "資金繰り表の作成")
PEOPLE: Final = ("佐藤 花子(税理士)", "髙﨑 邊(公認会計士)", "鈴木 健(中小企業診断士)")
BANKS: Final = ("七十七銀行", "石巻信用金庫", "日本政策金融公庫", "𠮷野信用組合")


def editions_of(kind: ApplicationKind, frame: SchemeFrame) -> tuple[FormEdition, ...]:
    """Return the editions of a frame in which there is such an application, oldest first."""
    needs = {K.NEGOTIATION_CLAIM: C.NEGOTIATION}.get(kind)
    return tuple(
        one
        for one in form_editions()[frame]
        if needs is None or terms_on(frame, day_in(one)).by_category[needs].in_frame
    )


def day_in(edition: FormEdition) -> date:
    """Return a day on which the edition is in use: its last, if it has one."""
    return edition.effective_to or LATEST


def pair_of(seed: int) -> tuple[ApplicationKind, SchemeFrame, date]:
    """Return the kind, the frame and the key date of a seed; seeds in a row go round all of them."""
    kind, frame = PAIRS[seed % len(PAIRS)]
    found = editions_of(kind, frame)
    return kind, frame, day_in(found[-1 - seed // len(PAIRS) % len(found)])


def random_application(consultant: Member, seed: int) -> Application:
    """Store a random case and return the application of it that the seed stands for."""
    kind, frame, key_date = pair_of(seed)
    return application_in(consultant, kind, frame, key_date, Random(seed))


def application_in(
    consultant: Member,
    kind: ApplicationKind,
    frame: SchemeFrame,
    key_date: date,
    chance: Random,
    *,
    others: int | None = None,
    has_plan: bool | None = None,
) -> Application:
    """Store a random case of a frame and key date, and return an application of it.

    Args:
        others: how many other agencies there are.
        has_plan: a claim for planning encloses an approved plan; of some it is a paper of its own.
    """
    case = _case(consultant, kind, frame, key_date, chance)
    if others is None:
        others = chance.choice((0, 0, 1, 2))
    for place in range(others):
        CoAgency.objects.create(
            agency=consultant.agency, case=case, name=f"みなと診断士事務所{place + 1}", representative="港 一郎"
        )
    if kind is not K.USAGE:
        accept(case, key_date)
    if kind is K.PLAN_CLAIM:
        application = claim_in(case, kind, chance)
        told = Random(f"plan {frame} {key_date}")
        if told.random() < 0.7 if has_plan is None else has_plan:
            random_plan(case, told, is_whole=frame not in {F.VUP, F.VUP_BANK} or told.random() < 0.5)
    elif kind in {K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM, K.WITHDRAWAL}:
        pay(claim_in(case, K.PLAN_CLAIM, chance), chance)
        application = _later(case, kind, chance)
    else:
        application = plain(case, kind)
    if kind in CLAIMS and chance.random() < 0.7:  # the others keep their hours on paper
        log_at_random(application, Random(f"{kind} {frame} {key_date}"))
    return Application.objects.select_related(
        "case__enterprise", "case__council", "case__agency", "case__consultant__user", "period"
    ).get(pk=application.pk)


def plain(case: Case, kind: ApplicationKind) -> Application:
    """Store a usage application or a letter."""
    words = {} if kind is K.USAGE else {"subject": "対象期間の変更", "explanation": "決算期の変更による。\n以上。"}
    return make_application(case, kind=kind, **words)


def _later(case: Case, kind: ApplicationKind, chance: Random) -> Application:
    """Return what comes after the plan was paid: the claim of a period, of the negotiation, or the end."""
    periods = list(case.monitoring_periods.order_by("ends_on"))
    if kind is K.MONITORING_CLAIM:
        place = chance.randrange(len(periods))
        for number, period in enumerate(periods[:place], 1):
            pay(claim_in(case, kind, chance, period=period, number=number), chance)
        return claim_in(case, kind, chance, period=periods[place], number=place + 1)
    return claim_in(case, kind, chance) if kind is K.NEGOTIATION_CLAIM else plain(case, kind)


def _case(consultant: Member, kind: ApplicationKind, frame: SchemeFrame, key_date: date, chance: Random) -> Case:
    case = make_case(consultant, enterprise=_enterprise(consultant, chance), frame=frame, planned_accepted_on=key_date)
    case.council = Council.objects.get(code=chance.choice(("04", FUKUOKA)))
    case.consulted_on = key_date - timedelta(days=60)
    case.difficulty, case.support_outlook = "原料の高騰により資金繰りが悪化した。", "主要行は猶予に前向きである。"
    negotiates = kind is K.NEGOTIATION_CLAIM or chance.random() < 0.5
    case.seeks_guarantee_release = negotiates
    case.save()
    if frame is F.SME_GL:
        fields = {"expert_name": "宮沢 理一", "expert_office": "宮沢公認会計士事務所"}
        GuidelineProcedure.objects.create(agency=consultant.agency, case=case, **fields)
    if kind is K.USAGE and chance.random() < 0.5:
        _add_past_use(case, chance)
    _add_costs(case, key_date, chance, negotiates=negotiates)
    return case


def _enterprise(consultant: Member, chance: Random) -> Enterprise:
    enterprise = make_enterprise(
        consultant.agency,
        annual_sales_yen=chance.randint(30_000_001, 2_500_000_001),
        interest_bearing_debt_yen=chance.randint(1_000_001, 1_900_000_001),
    )
    enterprise.capital_yen = chance.randint(1_000_001, 90_000_001)
    enterprise.save()
    roles = (LenderRole.MAIN, LenderRole.SUBMAIN, LenderRole.OTHER, LenderRole.OTHER)
    for bank, role in list(zip(BANKS, roles, strict=True))[: chance.randint(1, 4)]:
        balance_yen = chance.randint(2_000_001, 400_000_001)
        make_lender(
            enterprise,
            bank_name=bank,
            role=role,
            balance_yen=balance_yen,
            guaranteed_yen=chance.choice((0, chance.randint(1_001, balance_yen))),
        )
    return enterprise


def _add_past_use(case: Case, chance: Random) -> None:
    PastUse.objects.create(
        agency_id=case.agency_id,
        enterprise=case.enterprise,
        frame=case.frame,
        category=C.PLANNING,
        paid_yen=chance.randint(100_001, 1_900_001),
        accepted_on=date(2017, 8, 1),
        note="前回の計画",
    )
    case.repeat_use_reason = "主要な取引先の撤退という、前回と異なる要因による。"
    case.save()


def _add_costs(case: Case, key_date: date, chance: Random, *, negotiates: bool) -> None:
    terms = terms_on(SchemeFrame(case.frame), key_date).by_category
    for category in (one for one in terms if terms[one].in_frame):
        if category in PeriodKind.values:
            for place in range(chance.randint(1, 3) if category is C.MONITORING else 1):
                ends_on = date(key_date.year + 1 + place, 9 if category is C.MONITORING_INTERIM else 11, 30)
                period = make_period(case, kind=PeriodKind(category), ends_on=ends_on)
                _add_lines(case, category, chance, period)
        elif category is not C.NEGOTIATION or negotiates:
            _add_lines(case, category, chance)


def _add_lines(case: Case, category: CostCategory, chance: Random, period: MonitoringPeriod | None = None) -> None:
    for position in range(chance.randint(1, 3)):
        rate, minutes, percent = chance.randint(4_001, 24_999), chance.randrange(60, 2_400, 15), chance.choice((10, 8))
        net = rate * minutes // 60
        tax = net * percent // 100
        CostLine.objects.create(
            agency_id=case.agency_id,
            case=case,
            category=category,
            period=period,
            position=position,
            work=chance.choice(WORKS),
            person=chance.choice(PEOPLE),
            hourly_rate_yen=rate,
            minutes=minutes,
            net_yen=net,
            tax_percent=percent,
            tax_yen=tax,
            gross_yen=net + tax,
            is_subcontracted=chance.random() < 0.15,
        )


def accept(case: Case, key_date: date) -> None:
    """Let the council have accepted the case on its key date, and freeze what was filed."""
    case.stage, case.costs_locked = CaseStage.PLANNING, True
    case.usage_applied_on, case.usage_accepted_on = key_date - timedelta(days=5), key_date
    case.accepted_on, case.usage_decided_on = key_date, key_date + timedelta(days=14)
    case.save()
    make_application(
        case,
        kind=K.USAGE,
        state=ApplicationState.DECIDED,
        submitted_on=case.usage_applied_on,
        accepted_on=key_date,
        decided_on=case.usage_decided_on,
        receipt_number="R7-0012",
        assessed=assess_request_of(case).as_dict(),
    )


def claim_in(
    case: Case, kind: ApplicationKind, chance: Random, *, period: MonitoringPeriod | None = None, number: int = 1
) -> Application:
    """Store a claim whose costs are those that were filed, or lower, or higher, split among the agencies at random."""
    claim = make_application(case, kind=kind, period=period, number=number)
    first = (period.ends_on if period else case.key_date) + timedelta(days=20)
    cost_yen = 0
    for category in claimed_categories(claim):
        filed = CostLine.objects.filter(case=case, category=category)
        lines = filed.filter(period=period) if period else filed
        filed_yen = sum(lines.values_list("gross_yen", flat=True))
        its_yen = max(1, filed_yen + chance.choice((0, -chance.randint(1, filed_yen + 1), chance.randint(1, 50_001))))
        cost_yen += its_yen
        days = {"worked_from": first, "worked_to": first + timedelta(days=chance.randint(0, 75))}
        fields = {"agency_id": case.agency_id, "application": claim, "category": category, "cost_yen": its_yen}
        ClaimLine.objects.create(**fields, **days)
    _settle(claim, cost_yen, chance)
    return claim


def _settle(claim: Application, cost_yen: int, chance: Random) -> None:
    """Store each agency's papers; what was invoiced and paid is random, so that forms can only print what is stored."""
    agencies = [None, *claim.case.co_agencies.order_by("id")]
    cuts = sorted(chance.randint(0, cost_yen) for _ in agencies[1:])
    for agency, low, high in zip(agencies, [0, *cuts], [*cuts, cost_yen], strict=True):
        Settlement.objects.create(
            agency_id=claim.agency_id,
            application=claim,
            co_agency=agency,
            cost_yen=high - low,
            council_invoiced_on=LATEST,
            council_invoice_yen=chance.randint(1_001, 999_999),
            own_invoice_yen=chance.randint(1_001, 999_999),
            transferred_on=LATEST,
            transferred_yen=chance.randint(1_001, 999_999),
            withheld_yen=chance.choice((0, chance.randint(1_001, 99_999))),
            payer="ヤマダスイサン",
            payee="アオバカイケイ",
        )


def pay(claim: Application, chance: Random) -> None:
    """Let the council have decided and paid an amount."""
    decided_yen = chance.randint(10_001, 2_000_001)
    claim.state, claim.submitted_on, claim.accepted_on = ApplicationState.PAID, LATEST, LATEST
    claim.decided_on, claim.decided_yen = LATEST + timedelta(days=30), decided_yen
    claim.paid_on, claim.paid_yen = LATEST + timedelta(days=45), decided_yen - 1
    claim.requested_by = claim.decided_by = claim.case.consultant
    claim.save()
