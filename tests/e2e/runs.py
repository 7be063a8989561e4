"""The parts that the runs of all frames share: to the decision on the use, the plan and its claim, the follow-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.e2e import casework, claims, diary
from tests.e2e.casework import FollowUp, Story, Work
from tests.e2e.conftest import Clock
from tests.e2e.desk import Desk, Value

# Days after the last day of a period: the invoices, those of the negotiation, and when the claim is handed in.
INVOICED, NEGOTIATION_INVOICED, CLAIMED = 3, 11, 20
DAYS_TO_DECISION, DAYS_TO_PAYMENT = 14, 30
DAYS_OF_FOLLOW_UP = 12


@dataclass(frozen=True, slots=True)
class Run:
    """One case on its way: its two people, its story, and the product's clock."""

    desk: Desk
    manager: Desk
    story: Story
    clock: Clock

    def wait_until(self, day: date) -> None:
        """Let time pass; who comes back logs in again."""
        self.clock.move((day - self.story.today).days + self.story.starts_in)
        self.desk.log_in()
        self.manager.log_in()


def carry_to_planning(run: Run, number: str, *, main: Mapping[str, Value]) -> None:
    """Take the usage application through approval, gate, submission, return, resubmission, acceptance and decision.

    Args:
        main: what the main bank says before the application.
    """
    desk, manager, story = run.desk, run.manager, run.story
    casework.estimate(desk, story, number)
    casework.hear_banks(desk, story, number, main=main)
    usage = f"/cases/{number}/usage/"
    casework.ask(desk, usage)
    place = place_of(desk, usage)
    paper = casework.gather(desk, place, issued_on=story.ago(65), wanting=True)
    casework.approve(manager, usage)
    points = casework.tick_all(desk, place)
    with desk.tally.detour():
        casework.let_pass(manager, place)
    casework.submit(desk, usage, story.ago(60))

    with desk.tally.detour():
        casework.hear_return(desk, usage, story.ago(55))
        assert casework.closes(desk, place) != []  # the exception counted for the first submission only
        casework.supply(desk, place, paper)
        casework.ask(desk, usage)
        casework.approve(manager, usage)
        assert casework.tick_all(desk, place) == points  # and so did the ticks
        closing = casework.closes(desk, place)
        assert not closing, closing  # not a test module: pytest would not tell
        casework.submit(desk, usage, story.ago(50))
    casework.hear_decision(desk, usage, accepted_on=story.ago(45), decided_on=story.ago(40))


def work_on_plan(run: Run, number: str) -> None:
    """Log the hours of the planning, and have them approved."""
    last = diary.log(run.desk, number, run.story.planned, run.story.ago(36))
    assert last <= run.story.ago(22)
    assert diary.approve(run.manager, number) > 0


def claim_and_submit(run: Run, number: str) -> int:
    """Prepare the claim of the plan, take it through approval and gate, and submit it; return the own share in yen."""
    desk, story = run.desk, run.story
    place = claims.begin(desk, number)
    contracted_on, invoiced_on = story.ago(44), story.ago(9)
    shares = claims.claim(desk, story, place, invoiced_on=invoiced_on, contracted_on=contracted_on)
    hand_in(run, place, issued_on=story.ago(3), submitted_on=story.ago(1))
    desk.open(f"/cases/{number}/")
    assert desk.shows("支払申請済")
    with desk.tally.detour():
        for path in ("applications", "history", "hand-over"):
            desk.open(f"/cases/{number}/{path}/")
    run.wait_until(story.ago(-DAYS_TO_DECISION))
    hear_of_payment(run, place, sum(one.council_yen for one in shares))
    return sum(one.own_yen for one in shares)


def hand_in(run: Run, place: str, *, issued_on: date, submitted_on: date | None = None) -> None:
    """Take a claim whose figures are entered through match, papers, approval and gate to the council."""
    desk = run.desk
    with desk.tally.detour():  # the page of the claim has the verdict as well
        claims.match_agrees(desk, place)
    casework.gather(desk, place, issued_on=issued_on, wanting=False)
    casework.ask(desk, place)
    casework.approve(run.manager, place)
    casework.tick_all(desk, place)
    closing = casework.closes(desk, place)
    assert not closing, closing  # not a test module: pytest would not tell
    assert desk.shows("提出できます")
    casework.submit(desk, place, submitted_on)


def hear_of_payment(run: Run, place: str, yen: int) -> None:
    """Record the council's decision on a claim, and the payment as it was decided, both today."""
    desk = run.desk
    desk.open(place)
    desk.follow("決定を記録する")
    if desk.page.locator("[name=decided_yen]").count():  # of several agencies each one's part is proposed
        desk.fill(decided_yen=yen)
    desk.save("支払決定を記録する")
    desk.follow("入金を記録する")
    desk.save("入金を記録する")
    assert desk.shows("入金済")


def follow_up(run: Run, number: str) -> None:
    """Work through the periods, claim each one, and with the last one the negotiation; return when all is paid."""
    last = run.story.follow_ups[-1]
    for one in run.story.follow_ups:
        works = [one.work]
        if one is last and run.story.negotiated:
            works.append(run.story.negotiated)
        claim_period(run, number, one, works)


def claim_period(run: Run, number: str, period: FollowUp, works: list[Work]) -> None:
    """Log the hours of a period, claim it and what goes with it, and have it paid."""
    desk, story = run.desk, run.story
    ends_on = story.ago(-period.ends_in)
    run.wait_until(ends_on + timedelta(days=CLAIMED))
    diary.log(desk, number, works, ends_on - timedelta(days=DAYS_OF_FOLLOW_UP))
    assert diary.approve(run.manager, number) > 0
    dues = []
    for days in (INVOICED, NEGOTIATION_INVOICED)[: len(works)]:
        place = claims.begin(desk, number)
        shares = claims.claim(desk, story, place, invoiced_on=ends_on + timedelta(days=days))
        hand_in(run, place, issued_on=ends_on + timedelta(days=days + 6))
        dues.append((place, sum(one.council_yen for one in shares)))
    run.wait_until(ends_on + timedelta(days=CLAIMED + DAYS_TO_PAYMENT))
    for place, yen in dues:
        hear_of_payment(run, place, yen)


def complete(run: Run, number: str) -> int:
    """End the case, find everything received, the hours locked and printable; return what the council paid in yen."""
    desk = run.desk
    casework.step(desk, number, "完了にする")
    assert desk.shows("完了")
    with desk.tally.detour():
        assert diary.is_locked(desk, number)
        assert diary.print_month(desk, number).startswith(b"%PDF")
        desk.open(f"/cases/{number}/payments/")
    feet = desk.page.locator("tfoot tr").all_inner_texts()
    council, own = ([int(one.replace(",", "")) for one in re.findall(r"[\d,]+(?=円|\s|$)", foot)] for foot in feet)
    assert desk.shows("計画策定の留保分")  # the held half came with the first period
    assert council[:4] == [council[0]] * 4  # expected, claimed, decided and paid
    assert own[:3] == [own[0]] * 3
    assert council[-1] == own[-1] == 0  # nothing is to come
    with desk.tally.detour():
        desk.open(f"/cases/{number}/assessment/")
    assert desk.shows(f"{council[0]:,}")
    assert desk.shows(f"{own[0]:,}")
    return council[0]


def place_of(desk: Desk, usage: str) -> str:
    """Return where the pages under the usage application hang, as the link to its papers says."""
    desk.open(usage)
    link = desk.page.get_by_role("main").locator("a[href$='/papers/']").first
    return (link.get_attribute("href") or "").removesuffix("papers/")
