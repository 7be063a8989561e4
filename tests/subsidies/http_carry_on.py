"""The next right thing: random people alone would hardly ever get past the first submission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from cases.enums import CaseAction, CaseStage
from cases.workflow import is_through_application, possible_actions
from subsidies.enums import CLAIMS, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.selectors.filing.applications import openable_of
from subsidies.workflow import SUBMITTABLE
from tests.subsidies.http_moves import act
from tests.subsidies.http_office import Office, Post

K, S = ApplicationKind, ApplicationState
IN_WORK: Final = {S.PREPARING, S.SENT_BACK, S.RETURNED}
LETTERS: Final = {K.CHANGE, K.WITHDRAWAL}
ENDS: Final = {CaseAction.WITHDRAW, CaseAction.LAPSE, CaseAction.COMPLETE}
REASON: Final = "協議会に電話で確かめ、このまま進めてよいと回答を得た。"
# One in how many of the times that it could be done.
SELDOM: Final = {K.WITHDRAWAL: 30, K.CHANGE: 12}

Deed = tuple[str, Post]


def next_deed(office: Office, rng: Random) -> Deed | None:
    """Return who sends what next, so that the case goes on; nothing where it has come to an end."""
    day = office.latest_day + timedelta(days=rng.choice((0, 0, 1, 2)))
    applications = office.applications
    deeds: list[Callable[[], Deed]] = [
        partial(_push, office, one, day, rng)
        for one in applications
        if _goes_on(one) and (one.kind != K.WITHDRAWAL or not rng.randrange(8))
    ]
    stage = CaseStage(office.case.stage)
    steps = [one for one in possible_actions(stage, frame=office.frame) if not is_through_application(one, stage)]
    steps = [one for one in steps if one not in ENDS]
    if steps:
        data = {"occurred_on": str(day), "reason": REASON}
        step = Post("cases:advance", (office.number, rng.choice(steps).value), data)
        deeds.append(lambda: ("manager", step))
    if not any(one.kind == K.USAGE for one in applications) and stage is CaseStage.PREPARING:
        deeds.append(lambda: ("author", Post("subsidies:request_approval", (office.number,), {"version": 1})))
    choices = [one.choice for one in openable_of(office.case) if not rng.randrange(_odds(one.choice))]
    if choices:
        begun = {"choice": rng.choice(choices), "subject": "支援の内容の変更", "explanation": REASON}
        deeds.append(lambda: ("author", Post("subsidies:application_new", (office.number,), begun)))
    return rng.choice(deeds)() if deeds else None


def _odds(choice: str) -> int:
    return SELDOM.get(K(choice.partition(":")[0]), 1)


def _goes_on(application: Application) -> bool:
    """Tell whether anything is left to do with an application."""
    state, kind, stage = S(application.state), K(application.kind), CaseStage(application.case.stage)
    if state in {*IN_WORK, S.APPROVED}:
        return stage in SUBMITTABLE[kind]
    return state is S.REQUESTED or bool(_answers(kind, state))


def _answers(kind: ApplicationKind, state: ApplicationState) -> dict[str, int]:
    """Return what the council may say next, each with its weight."""
    if kind in CLAIMS:
        said = {S.SUBMITTED: {"accept": 4, "return": 2, "decide": 3}, S.ACCEPTED: {"decide": 1}, S.DECIDED: {"pay": 1}}
        return said.get(state, {})
    if kind is K.USAGE:
        said = {S.SUBMITTED: {"accept": 12, "return": 4, "refuse": 1}, S.ACCEPTED: {"decide": 1}}
        return said.get(state, {})
    return {"accept": 3, "return": 1} if state is S.SUBMITTED else {}


def _push(office: Office, application: Application, day: date, rng: Random) -> Deed:
    """Return what brings one application further."""
    state, kind = S(application.state), K(application.kind)
    where = (office.number, application.pk)
    if state in IN_WORK:
        return _prepare(office, application, day)
    if state is S.REQUESTED:
        name, args = act(application, "approve")
        who = "other manager" if application.requested_by_id == office.members["manager"].pk else "manager"
        return who, Post(name, args, {**office.shown(name, *args, who=who), "override_reason": REASON})
    if state is S.APPROVED:
        office.open_gate(application, day)
        return "manager", Post(*act(application, "submit"), {"submitted_on": str(day), "method": "post"})
    answers = _answers(kind, state)
    answer = rng.choices(list(answers), list(answers.values()))[0]
    yen = str(application.decided_yen if application.decided_yen is not None else 100_000)
    data = {
        "return": {"returned_on": str(day), "cause_0": "missing", "document_0": "登記簿", "comment_0": "原本がない"},
        "refuse": {"refused_on": str(day), "reason": REASON},
        "accept": {"accepted_on": str(day)},
        "decide": {"decided_on": str(day), "decided_yen": "100000", "note": REASON},
        "pay": {"paid_on": str(day), "paid_yen": yen, "note": REASON},
    }[answer]
    return "manager", Post("subsidies:application_council", (*where, answer), data)


def _prepare(office: Office, application: Application, day: date) -> Deed:
    """Fill in what the application still lacks, then ask for its approval."""
    where = (office.number, application.pk)
    item = application.return_items.filter(answer="").order_by("pk").first()
    if item is not None:
        return "author", Post("subsidies:return_answer", (*where, item.pk), {"answer": "原本を取り寄せた。"})
    if application.kind in CLAIMS:
        data = office.shown("subsidies:claim", *where)
        empty = [name for name in data if name.endswith("__cost_yen") and data[name] in ("", None)]
        if empty:
            return "manager", Post("subsidies:claim", where, {**data, **dict.fromkeys(empty, "110000")})
        if not application.settlements.entered().exists():
            paid = office.shown("subsidies:settlement", *where, 0, query="?fill=1")
            days = {"contracted_on": str(day), "transferred_on": str(day)}
            return "manager", Post("subsidies:settlement", (*where, 0), {**paid, **days})
    if application.kind in LETTERS and not (application.subject and application.explanation):
        texts = {"subject": "支援の内容の変更", "explanation": REASON, "version": application.version}
        return "author", Post("subsidies:application_edit", where, texts)
    name, args = act(application, "request")
    return "other manager", Post(name, args, {"version": application.version})
