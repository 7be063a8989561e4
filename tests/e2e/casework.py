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
PAYEE = "青葉総合会計事務所"
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
    """A line of the estimate: hours at the one rate of these stories, 10 % tax on top."""

    group: str
    category: CostCategory
    hours: int

    @property
    def yen(self) -> int:
        """The cost with tax."""
        return self.hours * RATE_YEN * 110 // 100


@dataclass(frozen=True)
class Story:
    """What a run tells: whose case, which frame, which banks and what work."""

    enterprise: str
    kana: str
    frame: SchemeFrame
    banks: tuple[Bank, ...]
    planned: tuple[Work, ...]
    followed: Work
    period_kind: str = ""
    difficulty: str = "受注の減少で返済の負担が重く、資金繰りが厳しい。"
    reuse_reason: str = ""

    @cached_property
    def today(self) -> date:
        """The day on which the run is played; every other day of the story counts back from it."""
        return clock.today()

    def ago(self, days: int) -> date:
        """Return the day that many days before the run."""
        return self.today - timedelta(days=days)

    @property
    def is_early(self) -> bool:
        """Whether the banks take note of the plan instead of agreeing to it."""
        return self.frame in {SchemeFrame.VUP, SchemeFrame.VUP_BANK}


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
        planned_accepted_on=story.ago(45),
        difficulty=story.difficulty,
        support_outlook="主要行は条件変更に前向き。",
        repeat_use_reason=story.reuse_reason,
    )
    desk.save()
    found = re.search(r"C-\d{4}-\d{4}", desk.page.url)
    assert found is not None
    step(desk, found.group(), "利用申請の準備を始める", story.ago(98))
    return found.group()


def step(desk: Desk, number: str, label: str, day: date) -> None:
    """Record a step of the case from its own page."""
    desk.open(f"/cases/{number}/")
    desk.follow(label)
    desk.fill(occurred_on=day)
    desk.save()


def estimate(desk: Desk, story: Story, number: str) -> None:
    """Enter the period of the follow-up and the costs."""
    desk.open(f"/cases/{number}/costs/")
    desk.follow("回を追加")
    if story.period_kind:
        desk.fill(kind=story.period_kind)
    desk.fill(starts_on=story.today + timedelta(days=30), ends_on=story.today + timedelta(days=210))
    desk.save()
    for work in (*story.planned, story.followed):
        desk.open(f"/cases/{number}/costs/new/")
        option = desk.page.locator("[name=group] option", has_text=work.group).first.get_attribute("value")
        desk.fill(
            group=option or "",
            work=f"{work.group}の業務",
            person="佐藤 花子(税理士)",
            hourly_rate_yen=RATE_YEN,
            minutes=work.hours,
        )
        desk.save()
    desk.open(f"/cases/{number}/assessment/")


def hear_banks(desk: Desk, story: Story, number: str, **said: Mapping[str, Value]) -> None:
    """Record on the board what the lenders said: `main` of the main bank, `others`, and `everyone` of each."""
    desk.open(f"/cases/{number}/banks/")
    for bank in story.banks:
        words = {**said.get("everyone", {}), **said.get("main" if bank.role == LenderRole.MAIN else "others", {})}
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
    for _name, path in papers:
        desk.open(path)
        desk.fill(status="working", place="office", is_original=True, issued_on=issued_on, stated_edition="R7")
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


def submit(desk: Desk, path: str, day: date) -> None:
    """Record the submission of the application whose page is at `path`."""
    desk.open(path)
    desk.follow("提出を記録する")
    desk.fill(submitted_on=day, method="post")
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


def begin_claim(desk: Desk, number: str) -> str:
    """Begin the claim of the plan from the list of applications; return the path of its page."""
    desk.open(f"/cases/{number}/applications/")
    desk.open(f"/cases/{number}/applications/new/")
    desk.page.get_by_label("支払申請(計画策定)").check()
    desk.save("準備を始める")
    return re.sub(r"^https?://[^/]+", "", desk.page.url)


def claim(desk: Desk, story: Story, place: str) -> int:
    """Enter what the planning really cost and how the own share was paid; return the own share in yen."""
    desk.open(place)
    desk.open(f"{place}claim/")
    for work in story.planned:
        facts: dict[str, Value] = {
            "cost_yen": work.yen,
            "statement_yen": work.yen,
            "hours_yen": work.yen,
            "worked_from": story.ago(34),
            "worked_to": story.ago(20),
        }
        desk.fill(**{f"{work.category.value}__{name}": value for name, value in facts.items()})
    desk.save()
    desk.open(f"{place}claim/settlements/0/?fill=1")
    own_yen = int(desk.page.locator("[name=own_invoice_yen]").input_value().replace(",", ""))
    desk.fill(
        contracted_on=story.ago(36),
        council_invoiced_on=story.ago(8),
        own_invoiced_on=story.ago(8),
        method="transfer",
        transferred_on=story.ago(4),
        transferred_yen=own_yen,
        is_single_purpose=True,
        payer=story.enterprise,
        payee=PAYEE,
    )
    desk.save()
    desk.open(f"{place}claim/transfer-note/")
    return own_yen
