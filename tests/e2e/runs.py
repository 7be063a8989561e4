"""The two halves that the runs of all frames share: to the decision on the use, and the claim of the plan."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tests.e2e import casework
from tests.e2e.casework import Story
from tests.e2e.desk import Desk, Value


def carry_to_planning(desk: Desk, manager: Desk, story: Story, number: str, *, main: Mapping[str, Value]) -> None:
    """Take the usage application through approval, gate, submission, return, resubmission, acceptance and decision.

    Args:
        main: what the main bank says before the application.
    """
    casework.estimate(desk, story, number)
    casework.hear_banks(desk, story, number, main=main)
    usage = f"/cases/{number}/usage/"
    casework.ask(desk, usage)
    place = place_of(desk, usage)
    paper = casework.gather(desk, place, issued_on=story.ago(65), wanting=True)
    casework.approve(manager, usage)
    points = casework.tick_all(desk, place)
    casework.let_pass(manager, place)
    casework.submit(desk, usage, story.ago(60))

    casework.hear_return(desk, usage, story.ago(55))
    assert casework.closes(desk, place) != []  # the exception counted for the first submission only
    casework.supply(desk, place, paper)
    casework.ask(desk, usage)
    casework.approve(manager, usage)
    assert casework.tick_all(desk, place) == points  # and so did the ticks
    assert casework.closes(desk, place) == []
    casework.submit(desk, usage, story.ago(50))
    casework.hear_decision(desk, usage, accepted_on=story.ago(45), decided_on=story.ago(40))


def claim_and_submit(desk: Desk, manager: Desk, story: Story, number: str) -> int:
    """Prepare the claim of the plan, take it through approval and gate, and submit it; return the own share in yen."""
    place = casework.begin_claim(desk, number)
    own_yen = casework.claim(desk, story, place)
    casework.gather(desk, place, issued_on=story.ago(7), wanting=False)
    casework.ask(desk, place)
    casework.approve(manager, place)
    casework.tick_all(desk, place)
    assert casework.closes(desk, place) == []
    assert desk.shows("提出できます")
    casework.submit(desk, place, story.ago(1))
    desk.open(f"/cases/{number}/")
    assert desk.shows("支払申請済")
    for path in ("applications", "history", "hand-over"):
        desk.open(f"/cases/{number}/{path}/")
    return own_yen


def place_of(desk: Desk, usage: str) -> str:
    """Return where the pages under the usage application hang, as the link to its papers says."""
    desk.open(usage)
    link = desk.page.get_by_role("main").locator("a[href$='/papers/']").first
    return (link.get_attribute("href") or "").removesuffix("papers/")


def tell(frame: str, kinds: set[str]) -> None:
    """Print how many kinds of pages the run passed."""
    sys.stdout.write(f"\n{frame}: {len(kinds)} kinds of pages: {', '.join(sorted(kinds))}\n")
