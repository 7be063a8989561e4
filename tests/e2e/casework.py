"""The steps of a case as its people take them on the pages: from the enterprise to the submitted claim."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from playwright.sync_api import FilePayload

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.documents.files import pdf
from tests.e2e.desk import Desk, Value
from vapup import clock

RATE_YEN = 12_000
WORKER = "佐藤 花子"
WANTING = "押印後の写しが未着"
EXEMPTION = "協議会の担当者に電話で確かめ、後日の追完でよいと回答を得た。"


@dataclass(frozen=True, slots=True)
class Bank:
    """A lender of the story, in yen."""

    name: str
    role: LenderRole
    balance_yen: int = 0
    guaranteed_yen: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """A line of the estimate: hours at the rate of its person's card, 10 % tax on top; `agency` is the other one's."""

    group: str
    category: CostCategory
    hours: int
    rate_yen: int = RATE_YEN
    worker: str = WORKER
    agency: str = ""

    @property
    def yen(self) -> int:
        """The cost with tax."""
        return self.hours * self.rate_yen * 110 // 100

    @property
    def name(self) -> str:
        """What the estimate calls it."""
        return f"{self.group}の業務({self.worker})"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A period of the follow-up in days from the day of the run, both inclusive, and its work."""

    starts_in: int
    ends_in: int
    work: Work
    kind: str = ""


@dataclass(frozen=True)
class Story:
    """What a run tells: whose case, which frame, which banks and what work."""

    enterprise: str
    kana: str
    frame: SchemeFrame
    banks: tuple[Bank, ...]
    planned: tuple[Work, ...]
    follow_ups: tuple[FollowUp, ...]
    negotiated: Work | None = None
    starts_in: int = 0
    difficulty: str = "受注の減少で返済の負担が重く、資金繰りが厳しい。"
    reuse_reason: str = ""

    @cached_property
    def today(self) -> date:
        """The day on which the plan is claimed; every other day of the story counts from it.

        Stories start on days of their own, so that nobody works on two of them at the same time.
        """
        return clock.today() + timedelta(days=self.starts_in)

    def ago(self, days: int) -> date:
        """Return the day that many days before the run."""
        return self.today - timedelta(days=days)

    @property
    def works(self) -> tuple[Work, ...]:
        """All lines of the estimate."""
        negotiated = (self.negotiated,) if self.negotiated else ()
        return (*self.planned, *(one.work for one in self.follow_ups), *negotiated)


def register(desk: Desk, story: Story) -> None:
    """Register the enterprise and its lenders, and stay on the page of the enterprise."""
    desk.open("/enterprises/new/")
    desk.fill(
        name=story.enterprise,
        name_kana=story.kana,
        representative_title="代表取締役",
        representative="髙島 邦彦",
        address="宮城県仙台市宮城野区9-9-9",
        industry="manufacturing_other",
        business="板硝子の加工",
        capital_yen=10_000_000,
        employee_count=24,
        fiscal_year_end_month=3,
        annual_sales_yen=320_000_000,
        interest_bearing_debt_yen=250_000_000,
    )
    desk.save()
    for bank in story.banks:
        desk.follow("金融機関を登録")
        desk.fill(bank_name=bank.name, role=bank.role, balance_yen=bank.balance_yen, guaranteed_yen=bank.guaranteed_yen)
        desk.save()
        assert desk.shows(bank.name)


def open_case(desk: Desk, story: Story) -> str:
    """Open the case of the enterprise on the screen, begin its preparation, and return its number."""
    desk.press(desk.page.get_by_role("main").get_by_role("link", name=re.compile("案件を登録")).first)
    desk.fill(
        frame=story.frame,
        council="04",
        consulted_on=story.ago(100),
        planned_accepted_on=story.ago(46),
        seeks_guarantee_release=story.negotiated is not None,
        difficulty=story.difficulty,
        support_outlook="主要行は条件変更に前向き。",
        repeat_use_reason=story.reuse_reason,
    )
    desk.save()
    found = re.search(r"C-\d{4}-\d{4}", desk.page.url)
    assert found is not None
    step(desk, found.group(), "利用申請の準備を始める", story.ago(98))
    return found.group()


def step(desk: Desk, number: str, label: str, day: date | None = None) -> None:
    """Record a step of the case from its own page; without a day, on the one that the page proposes."""
    desk.open(f"/cases/{number}/")
    desk.follow(label)
    if day is not None:
        desk.fill(occurred_on=day)
    desk.save()


def estimate(desk: Desk, story: Story, number: str) -> None:
    """Enter the periods of the follow-up and the costs, whose people and rates come from the rate card."""
    desk.open(f"/cases/{number}/costs/")
    for one in story.follow_ups:
        desk.follow("回を追加")
        if one.kind:
            desk.fill(kind=one.kind)
        desk.fill(starts_on=story.ago(-one.starts_in), ends_on=story.ago(-one.ends_in))
        desk.save()
    for work in story.works:
        desk.open(f"/cases/{number}/costs/new/")
        desk.fill(group=option(desk, "group", work.group), worker=option(desk, "worker", work.worker))
        if work.agency:
            desk.fill(co_agency=option(desk, "co_agency", work.agency))
        desk.fill(work=work.name, minutes=work.hours)
        desk.save()
        assert desk.shows(f"{work.rate_yen:,}")
    with desk.tally.detour():
        desk.open(f"/cases/{number}/assessment/")


def option(desk: Desk, name: str, text: str) -> str:
    """Return the value of the first choice whose label has the text."""
    return desk.page.locator(f"[name={name}] option", has_text=text).first.get_attribute("value") or ""


def hear_banks(desk: Desk, story: Story, number: str, **said: Mapping[str, Value]) -> None:
    """Record on the board what the lenders said: `main` of the main bank, `others`, and `everyone` of each.

    Days of `everyone` are those of the first bank; each of the others is a day later than the one before it.
    """
    desk.open(f"/cases/{number}/banks/")
    for place, bank in enumerate(story.banks):
        later = timedelta(days=place)
        words = {
            name: value + later if isinstance(value, date) else value
            for name, value in said.get("everyone", {}).items()
        } | dict(said.get("main" if bank.role == LenderRole.MAIN else "others", {}))
        if words:
            desk.follow(bank.name)
            desk.fill(**words)
            desk.save()


def gather(desk: Desk, place: str, *, issued_on: date, wanting: bool) -> str:
    """Record every paper of the application at `place`, check them together, and return the name of the one wanting.

    With `wanting` the last paper is noted as lacking something.
    """
    desk.open(f"{place}papers/")
    papers = desk.page.locator(".table--papers th a").evaluate_all(
        "all => all.map(one => [one.innerText, one.pathname])"
    )
    upload(desk, papers[0][1])
    for place_in_list, (name, path) in enumerate(papers):
        desk.open(path)
        desk.fill(status="working", place="office", is_original=True, stated_edition="R7")
        if "証明書" in name:
            desk.fill(issued_on=issued_on - timedelta(days=place_in_list))
        if wanting and path == papers[-1][1]:
            desk.fill(status="checked_lacking", reason=WANTING)
        desk.save("保存する")
    check_together(desk)
    return str(papers[-1][0]) if wanting else ""


def upload(desk: Desk, path: str) -> None:
    """Keep the scan of a paper."""
    desk.open(path)
    scan: FilePayload = {"name": "押印済.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    desk.page.locator("[name=file]").set_input_files(scan)
    desk.save("ファイルを登録する")
    assert desk.shows("押印済.pdf")


def check_together(desk: Desk) -> None:
    """Mark the papers of the list on the screen as checked, all that wait for it."""
    boxes = desk.page.locator("[name=paper]").all()
    for box in boxes:
        box.check()
    desk.save("選んだ書類をまとめて確認済にする")
    assert desk.page.get_by_text(f"{len(boxes)}件の書類を確認済にしました。").count() == 1


def supply(desk: Desk, place: str, paper: str) -> None:
    """Note that what a paper lacked has come."""
    desk.open(f"{place}papers/")
    desk.follow(paper)
    desk.fill(status="checked", reason="")
    desk.save("保存する")


def ask(desk: Desk, path: str) -> None:
    """Ask for the approval of the application whose page is at `path`."""
    desk.open(path)
    desk.follow("承認を依頼する")
    desk.save("承認を依頼する")
    assert desk.shows("承認待ち")


def approve(manager: Desk, path: str) -> None:
    """Approve the application whose page is at `path`."""
    manager.open(path)
    manager.follow("確認して承認する")
    manager.save("承認する")
    assert manager.shows("承認済")


def tick_all(desk: Desk, place: str) -> int:
    """Tick every point at the gate that waits for a person; return how many."""
    desk.open(f"{place}gate/")
    buttons = desk.page.get_by_role("button", name=re.compile("^確認した"))
    count = buttons.count()
    for _ in range(count):
        desk.press(buttons.first)
    assert buttons.count() == 0
    return count


def let_pass(manager: Desk, place: str) -> None:
    """Let the one finding that closes the gate pass, for a reason; a reason that says too little is refused."""
    manager.open(f"{place}gate/")
    assert manager.page.locator("#closing li").count() == 1, manager.page.locator("#closing").inner_text()
    manager.follow("例外を承認する")
    manager.fill(reason=EXEMPTION)
    manager.save("例外を承認する")
    assert manager.shows("提出できます")
    manager.page.get_by_text("例外の承認 1件").click()  # what is done is folded away
    assert manager.shows(EXEMPTION)


def closes(desk: Desk, place: str) -> list[str]:
    """Return what closes the gate, in the words of the page."""
    desk.open(f"{place}gate/")
    return desk.page.locator("#closing li .gate-item__main > p:first-child").all_inner_texts()


def submit(desk: Desk, path: str, day: date | None) -> None:
    """Record the submission of the application whose page is at `path`; without a day it is today's."""
    desk.open(path)
    desk.follow("提出を記録する")
    if day is not None:
        desk.fill(submitted_on=day)
    desk.fill(method="post")
    desk.save("提出を記録する")
    assert desk.shows("提出済")


def hear_return(desk: Desk, path: str, day: date) -> None:
    """Record that the council returned the application for two things, and what was done about each."""
    desk.open(path)
    desk.follow("差戻しを記録する")
    desk.fill(
        returned_on=day,
        cause_0="amount",
        document_0="業務別見積明細書",
        comment_0="合計の額が見積書と違う。",
        cause_1="seal",
        document_1="利用申請書",
        comment_1="代表者の印影が薄い。",
    )
    desk.save("差戻しを記録する")
    assert desk.shows("金額の不一致")
    assert desk.shows("記名・押印のもれ")
    for answer in ("明細書を見積書に合わせて作り直した。", "代表者に押し直してもらった。"):
        desk.follow("対応を書く")
        desk.fill(answer=answer)
        desk.save()
        assert desk.shows(answer)


def hear_decision(desk: Desk, path: str, *, accepted_on: date, decided_on: date) -> None:
    """Record the acceptance of the usage application and the decision."""
    desk.open(path)
    desk.follow("受理を記録する")
    desk.fill(accepted_on=accepted_on, receipt_number="R8-123")
    desk.save("受理を記録する")
    desk.follow("決定を記録する")
    desk.fill(decided_on=decided_on)
    desk.save("利用決定を記録する")
