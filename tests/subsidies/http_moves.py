"""What random people send: each move makes one form from the pages as they are shown, and spoils it now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from cases.enums import CaseAction, CaseStage, Consent, SchemeFrame
from cases.models import Note
from cases.workflow import is_through_application, possible_actions
from subsidies.enums import (
    CLAIMS,
    ApplicationAction,
    ApplicationKind,
    ApplicationState,
    PaperPlace,
    PaperStatus,
    ReturnCause,
    SubmissionMethod,
)
from subsidies.models import Application, CostLine, GateOverride, ReturnItem
from subsidies.selectors.filing.applications import USAGE_ACTS, openable_of
from subsidies.selectors.filing.papers import papers_page_of
from subsidies.selectors.gate.verdict import gate_of
from subsidies.workflow import has_step
from tests.subsidies.http_office import Office, Post

K = ApplicationKind
Move = Callable[[Office, Random], Post | None]
TODAY: Final = date(2026, 6, 15)
TEXTS: Final = ("", "  ", "書類の不備", "廃業のため", *("協議会に電話で確かめ、回答を得た。",) * 3)
OFFSETS: Final = (*(0,) * 8, 1, 2, 5, -5, -40, 4_000)
ANSWERS: Final = ("return", "accept", "decide", "pay", "accept", "decide", "pay", "refuse")
RARE: Final = 8
ENDS: Final = frozenset({CaseAction.WITHDRAW, CaseAction.LAPSE, CaseAction.COMPLETE})


def random_day(office: Office, rng: Random) -> date:
    """Return a day near the latest one recorded, or one that is far too early or too late."""
    return office.latest_day + timedelta(days=rng.choice(OFFSETS))


def stale(rng: Random, data: dict[str, Any]) -> dict[str, Any]:
    """Let a form carry an old version now and then."""
    if data.get("version") not in (None, "") and rng.random() < 0.15:
        data["version"] = int(data["version"]) - 1
    return data


def act(application: Application, name: str) -> tuple[str, tuple[Any, ...]]:
    """Return the address of an act; the usage application has its own."""
    number = application.case.number
    if application.kind == ApplicationKind.USAGE and name in USAGE_ACTS:
        return f"subsidies:{USAGE_ACTS[name]}", (number,)
    return f"subsidies:application_{name}", (number, application.pk)


def _some(office: Office, rng: Random, kinds: frozenset[ApplicationKind] | None = None) -> Application | None:
    found = [one for one in office.applications if kinds is None or one.kind in kinds]
    return rng.choice(found) if found else None


# --- the case ----------------------------------------------------------------------------------------------------


def advance(office: Office, rng: Random) -> Post | None:
    """Record a step of the case: mostly one that its stage has, and an end of the case only rarely."""
    stage = CaseStage(office.case.stage)
    rows = possible_actions(stage, frame=office.frame)
    direct = [one for one in rows if not is_through_application(one, stage)]
    action = rng.choice(direct or list(CaseAction)) if rng.random() < 0.7 else rng.choice(list(CaseAction))
    if action in ENDS and rng.randrange(RARE):
        return None
    data = {"occurred_on": str(random_day(office, rng)), "reason": rng.choice(TEXTS)}
    return Post("cases:advance", (office.number, action.value), data)


def edit_case(office: Office, rng: Random) -> Post:
    """Change what the case says, or correct a day that was recorded."""
    data = office.shown("cases:edit", office.number)
    days = [name for name in data if name.endswith("_on") and name != "planned_accepted_on"]
    if "difficulty" in data or rng.random() < 0.3:
        data["difficulty"] = rng.choice(("売上の減少", "人手不足", "資金繰りの悪化"))
    if days and rng.random() < 0.3:
        data[rng.choice(days)] = str(random_day(office, rng))
    return Post("cases:edit", (office.number,), stale(rng, {**data, "reason": rng.choice(TEXTS)}))


def bank(office: Office, rng: Random) -> Post:
    """Record what a lender says."""
    lender = rng.choice(list(office.case.enterprise.lenders.order_by("pk")))
    data = office.shown("cases:bank", office.number, lender.pk)
    for name in data:
        if name.endswith("_on") and rng.random() < 0.5:
            data[name] = str(random_day(office, rng))
    if "consent" in data:
        data["consent"] = rng.choice(Consent.values)
    data |= {"conditions": rng.choice(TEXTS), "note": rng.choice(TEXTS)}
    return Post("cases:bank", (office.number, lender.pk), stale(rng, data))


def guideline(office: Office, rng: Random) -> Post:
    """Record the procedure of the guideline, which the other frames do not have."""
    data = office.shown("cases:guideline_edit", office.number)
    data |= {"expert_name": "田中 一郎", "expert_list": "headquarters", "note": rng.choice(TEXTS)}
    day = office.latest_day - timedelta(days=30)
    for place, name in enumerate(("main_creditors_agreed_on", "appointed_on", "report_on", "meeting_on")):
        if rng.random() < 0.6:
            data[name] = str(day + timedelta(days=place + rng.choice((0, 0, 1, -3))))
    return Post("cases:guideline_edit", (office.number,), stale(rng, data))


def note(office: Office, rng: Random) -> Post:
    """Write, change, pin or read a note."""
    found = Note.objects.filter(case=office.case_id).order_by("-pk").first()
    dice = rng.randrange(4)
    members = [office.members[name].pk for name in ("author", "manager")]
    written = {"body": rng.choice(("社長に電話した。", "決算書は来週届く。", "")), "called": rng.sample(members, 1)}
    if found is None or dice == 0:
        return Post("cases:notes", (office.number,), written)
    if dice == 1:
        return Post("cases:notes_read", (office.number,))
    if dice == 2:
        data = stale(rng, {"version": found.version, "is_pinned": rng.choice(("on", ""))})
        return Post("cases:note_pin", (office.number, found.pk), data)
    return Post("cases:note_edit", (office.number, found.pk), stale(rng, {**written, "version": found.version}))


def cost_line(office: Office, rng: Random) -> Post | None:
    """Add a line, or change or remove one that was added; the first lines stay, else nothing could be applied for."""
    lines = list(CostLine.objects.filter(case=office.case_id, work="追加の交渉").order_by("pk"))
    number, dice = office.number, rng.randrange(3)
    data = {
        "group": "negotiation" if office.frame is SchemeFrame.NORMAL else "planning",
        "work": "追加の交渉",
        "person": "佐藤",
        "hourly_rate_yen": str(rng.choice((10_000, 12_000))),
        "minutes": rng.choice(("1", "2", "1000000")),
        "tax_percent": rng.choice(("10", "10", "8")),
    }
    if not lines or dice == 0:
        shown = office.shown("subsidies:cost_line_new", number)
        return Post("subsidies:cost_line_new", (number,), stale(rng, {**shown, **data}))
    line = rng.choice(lines)
    name = "subsidies:cost_line_edit" if dice == 1 else "subsidies:cost_line_remove"
    shown = office.shown(name, number, line.pk)
    return Post(name, (number, line.pk), stale(rng, {**shown, **(data if dice == 1 else {})}))


# --- applications in the office ----------------------------------------------------------------------------------


def begin(office: Office, rng: Random) -> Post:
    """Begin an application, mostly one that may be begun."""
    offered = [one.choice for one in openable_of(office.case)]
    choice = rng.choice(offered) if offered and rng.random() < 0.8 else rng.choice(ApplicationKind.values)
    data = {"choice": choice, "subject": rng.choice(("回数の変更", "")), "explanation": rng.choice(TEXTS)}
    return Post("subsidies:application_new", (office.number,), data)


def _able(office: Office, rng: Random, action: ApplicationAction) -> Application | None:
    """Return an application, mostly one whose state has the step."""
    able = [one for one in office.applications if has_step(K(one.kind), ApplicationState(one.state), action)]
    return rng.choice(able) if able and rng.random() < 0.8 else _some(office, rng)


def _office_act(name: str, data_of: Callable[[Office, Random, Application], dict[str, Any]]) -> Move:
    def move(office: Office, rng: Random) -> Post | None:
        action = ApplicationAction("request" if name == "edit" else name)
        application = _able(office, rng, action)
        if application is None:
            return None
        return Post(*act(application, name), data_of(office, rng, application))

    return move


def _request(office: Office, rng: Random, application: Application) -> dict[str, Any]:
    del office
    return stale(rng, {"version": application.version, "note": rng.choice(TEXTS)})


def approval(office: Office, rng: Random, application: Application) -> dict[str, Any]:
    """Return the form of an approval."""
    seen = _seen(office, rng, application, "approve")
    return {**seen, "note": rng.choice(TEXTS), "override_reason": rng.choice(TEXTS)}


def _sent_back(office: Office, rng: Random, application: Application) -> dict[str, Any]:
    return {**_seen(office, rng, application, "send_back"), "comment": rng.choice(TEXTS)}


def _seen(office: Office, rng: Random, application: Application, verb: str) -> dict[str, Any]:
    """Return a form with the hash that the page shows, or a stale one."""
    name, args = act(application, verb)
    data = office.shown(name, *args, who=rng.choice(("manager", "other manager")))
    if "shown_sha256" in data and rng.random() < 0.2:
        data["shown_sha256"] = "0" * 64
    return data


def _submission(office: Office, rng: Random, application: Application) -> dict[str, Any]:
    day = random_day(office, rng)
    if application.state == ApplicationState.APPROVED and rng.random() < 0.5:
        office.open_gate(application, day)
    return {"submitted_on": str(day), "method": rng.choice(SubmissionMethod.values)}


def _letter(office: Office, rng: Random, application: Application) -> dict[str, Any]:
    del office
    texts = {"subject": rng.choice(("回数の変更", "取下げ")), "explanation": rng.choice(("経営者の交代", "廃業"))}
    return stale(rng, {**texts, "version": application.version})


def council(office: Office, rng: Random) -> Post | None:
    """Record what the council said; a refusal, which ends the case, and the end by a withdrawal only rarely."""
    answer = rng.choice(ANSWERS)
    application = _able(office, rng, ApplicationAction(answer))
    if application is None:
        return None
    is_end = answer == "refuse" or (answer == "accept" and application.kind == ApplicationKind.WITHDRAWAL)
    if is_end and rng.randrange(RARE):
        return None
    return council_post(application, answer, random_day(office, rng), rng)


def council_post(application: Application, answer: str, day: date, rng: Random) -> Post:
    """Return the form of one answer of the council."""
    yen = application.decided_yen if application.decided_yen is not None else rng.choice((100_000, 0, 10**13))
    forms: dict[str, dict[str, Any]] = {
        "return": {
            "returned_on": day,
            "cause_0": rng.choice(ReturnCause.values),
            "document_0": "別紙1",
            "comment_0": rng.choice(TEXTS),
        },
        "accept": {"accepted_on": day, "receipt_number": rng.choice(("", "R7-1"))},
        "refuse": {"refused_on": day, "reason": rng.choice(TEXTS)},
        "decide": {
            "decided_on": day,
            "decided_yen": rng.choice((100_000, 50_000, "", 10**13)),
            "note": rng.choice(TEXTS),
        },
        "pay": {"paid_on": day, "paid_yen": yen if rng.random() < 0.7 else 1},
    }
    data = forms[answer]
    where = (application.case.number, application.pk, answer)
    return Post("subsidies:application_council", where, {name: str(value) for name, value in data.items()})


def answer_item(office: Office, rng: Random) -> Post | None:
    """Say what was done about something that the council found wrong."""
    items = list(ReturnItem.objects.filter(application__case=office.case_id).order_by("pk"))
    if not items:
        return None
    item = rng.choice(items)
    where = (office.number, item.application_id, item.pk)
    return Post("subsidies:return_answer", where, {"answer": rng.choice(TEXTS)})


# --- papers, gate, claims ----------------------------------------------------------------------------------------


def papers(office: Office, rng: Random) -> Post | None:
    """Record one paper, or mark several as checked."""
    application = _some(office, rng)
    if application is None:
        return None
    where = (office.number, application.pk)
    rows = [row for group in papers_page_of(application, today=TODAY).groups for row in group.rows]
    offered = [row.seen for row in rows if row.seen]
    if offered and rng.random() < 0.3:
        return Post("subsidies:papers", where, {"paper": rng.sample(offered, rng.randint(1, min(3, len(offered))))})
    row = rng.choice(rows)
    data = office.shown("subsidies:paper", *where, row.slot.key)
    data |= {"place": rng.choice(PaperPlace.values), "status": rng.choice(PaperStatus.values)}
    data["reason"] = rng.choice(TEXTS) if rng.random() < 0.5 else ""
    data["issued_on"] = str(random_day(office, rng))
    return Post("subsidies:paper", (*where, row.slot.key), stale(rng, data))


def gate_tick(office: Office, rng: Random) -> Post | None:
    """Tick a point of the gate, or take the tick back."""
    application = _some(office, rng)
    points = gate_of(application, today=TODAY).ticks if application else ()
    if application is None or not points:
        return None
    data = {"code": rng.choice([*(row.tick.id for row in points), "nothing"]), "undo": rng.choice(("", "", "1"))}
    return Post("subsidies:gate_tick", (office.number, application.pk), data)


def gate_override(office: Office, rng: Random) -> Post | None:
    """Let a finding pass, or take that back."""
    application = _some(office, rng)
    if application is None:
        return None
    where = (office.number, application.pk)
    made = GateOverride.objects.filter(application=application).order_by("pk").last()
    if made is not None and rng.random() < 0.3:
        return Post("subsidies:gate_override_remove", (*where, made.pk))
    found = [row.finding for row in gate_of(application, today=TODAY).rows]
    if not found:
        return None
    finding = rng.choice(found)
    words = finding.words_key if rng.random() < 0.8 else "0" * 16
    data = {"finding": finding.key, "words": words, "reason": rng.choice(TEXTS)}
    return Post("subsidies:gate_override", where, data)


def claim(office: Office, rng: Random) -> Post | None:
    """Record what a claim really cost, or how it was invoiced and paid."""
    application = _some(office, rng, CLAIMS)
    if application is None:
        return None
    where = (office.number, application.pk)
    if rng.random() < 0.5:
        data = office.shown("subsidies:claim", *where)
        for name in data:
            if name.endswith("__cost_yen"):
                data[name] = rng.choice(("110000", "220000", "", "1"))
            elif name != "version":
                data[name] = "" if rng.random() < 0.7 else data[name]
        return Post("subsidies:claim", where, stale(rng, data))
    data = office.shown("subsidies:settlement", *where, 0, query=rng.choice(("", "?fill=1")))
    data["transferred_on"] = str(random_day(office, rng))
    return Post("subsidies:settlement", (*where, 0), stale(rng, data))


def _reason(office: Office, rng: Random, application: Application) -> dict[str, Any]:
    del office, application
    text = rng.choice(TEXTS)
    return {"reason": text, "comment": text}


MOVES: Final[Mapping[str, Move]] = {
    "advance": advance,
    "edit_case": edit_case,
    "bank": bank,
    "guideline": guideline,
    "note": note,
    "cost_line": cost_line,
    "begin": begin,
    "edit": _office_act("edit", _letter),
    "request": _office_act("request", _request),
    "reopen": _office_act("reopen", _reason),
    "approve": _office_act("approve", approval),
    "send_back": _office_act("send_back", _sent_back),
    "cancel": _office_act("cancel", _reason),
    "submit": _office_act("submit", _submission),
    "council": council,
    "answer_item": answer_item,
    "papers": papers,
    "gate_tick": gate_tick,
    "gate_override": gate_override,
    "claim": claim,
}
