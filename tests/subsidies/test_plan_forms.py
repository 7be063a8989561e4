"""A claim for planning prints the approved plan itself (別紙2-1), frozen with it; without one a paper stands in."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from random import Random

import pytest

from cases.enums import PlanState, SchemeFrame
from cases.models import Case, Plan, PlanFigure
from subsidies.enums import ApplicationState
from subsidies.models import Application
from subsidies.packets.archive import archive_of
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.payload import Form
from subsidies.packets.plan import hash_of
from subsidies.packets.printing import PrintedPacket, part_html, print_packet
from subsidies.selectors.filing.requirements import requirements_of
from subsidies.selectors.gate.frozen import changed_since_approval
from tests.builders import make_case
from tests.cases.plans.making import close, make_figures
from tests.casework import application_at, submit_application
from tests.monitoring.follow_up.follow_up_cases import make_agreed_plan
from tests.subsidies.form_cases import CLAIMED_ON, PLAN_CLAIM, accepted_case, agree, content, plan_claim
from tests.subsidies.packets.figures import unprinted
from tests.subsidies.packets.plans import plan_rows, random_plan
from tests.subsidies.packets.reading import bookmarks_of, chapters_of_file, pages_of, squeezed
from vapup.accounts.models import Member
from vapup.documents.payload import from_json, to_json
from vapup.shared.dates import JAPAN

F = SchemeFrame
NUMBERS = {
    F.NORMAL: "別紙2-1 経営改善計画書",
    F.SME_GL: "事業再生計画書または弁済計画書",
    F.VUP: "別紙2-1 早期経営改善計画書",
    F.VUP_BANK: "別紙2-1 早期経営改善計画書",
}
WHOLE = (
    *("計画の概要", "ビジネスモデル俯瞰図", "課題と施策", "主な数値", "損益計画", "貸借対照表", "キャッシュフロー計画"),
    *("返済計画", "資金繰表", "指標(目安)", "実態貸借対照表", "モニタリング計画"),
)


def claimed(consultant: Member, manager: Member, frame: SchemeFrame = F.NORMAL) -> Application:
    """Store a plan claim whose case has no plan yet."""
    return plan_claim(accepted_case(consultant, manager, frame), consultant)


def form_of(payload: ClaimPayload) -> Form:
    return next(one for one in payload.forms if one.code == "plan")


def html_of(payload: ClaimPayload) -> str:
    return part_html(payload, form_of(payload), is_draft=False)


def fresh(claim: Application) -> Application:
    return application_at(claim.case, PLAN_CLAIM)


def slot_of(claim: Application) -> tuple[bool, str]:
    slot = next(one for one in requirements_of(fresh(claim)) if one.key == "plan")
    return slot.is_needed, slot.why


def told_of(printed: PrintedPacket, label: str) -> list[str]:
    part = next(one for one in printed.parts if one.label == label)
    return [title for title, _ in part.placed_chapters]


def test_without_an_approved_plan_the_paper_stands_in(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    make_agreed_plan(claim.case)
    Plan.objects.filter(case=claim.case).update(state=PlanState.DRAFT, approved_by=None, approved_at=None)
    payload = content(fresh(claim))
    assert payload.plan is None
    assert "plan" not in {one.code for one in payload.forms}
    assert slot_of(claim) == (True, "承認済の計画の版がないため、別の書類として添付")


def test_the_approved_version_is_a_form_and_the_list_says_which(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    plan = make_agreed_plan(claim.case)
    payload = content(fresh(claim))
    assert payload.plan is not None
    assert payload.plan.number == 1
    assert [one.code for one in payload.forms][:2] == ["plan_claim_form", "plan"]
    assert plan.approved_at is not None
    day = plan.approved_at.astimezone(JAPAN)
    assert slot_of(claim) == (True, f"計画 第1版({day.year}年{day.month}月{day.day}日承認)を申請書類に印刷")
    papers = {one.title: one.note for one in payload.papers}
    assert papers["別紙2-1 経営改善計画書"].startswith("計画 第1版(令和")


def test_the_list_of_an_approved_claim_tells_of_what_was_frozen(consultant: Member, manager: Member) -> None:
    case = accepted_case(consultant, manager, F.NORMAL)
    agree(case, consultant)
    make_agreed_plan(case)
    claim = plan_claim(case, consultant)
    submit_application(case, consultant, manager, key=PLAN_CLAIM, day=CLAIMED_ON)
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    make_agreed_plan(case, number=2)
    assert slot_of(claim)[1].startswith("計画 第1版(")
    # One that was approved before vapup printed plans enclosed a paper.
    payload = {name: value for name, value in (fresh(claim).payload or {}).items() if name != "plan"}
    Application.objects.filter(pk=claim.pk).update(payload=payload)
    assert slot_of(claim)[1] == "別の書類として添付"


def test_other_claims_enclose_no_plan(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    make_agreed_plan(claim.case)
    change = Application(agency_id=claim.agency_id, case=claim.case, kind="change", subject="変更", explanation="変更")
    assert "plan" not in content(change).as_json()


@pytest.mark.parametrize(
    "frame", [pytest.param(one, marks=[] if one is F.SME_GL else pytest.mark.nightly) for one in NUMBERS]
)
def test_every_frame_prints_its_chapters(
    consultant: Member, manager: Member, tmp_path: Path, frame: SchemeFrame
) -> None:
    claim = claimed(consultant, manager, frame)
    random_plan(claim.case, Random(7))
    payload = content(fresh(claim))
    printed = print_packet(payload, is_draft=False)
    path = tmp_path / "packet.pdf"
    path.write_bytes(printed.pdf.content)
    label = NUMBERS[frame]
    # An early plan has no real values.
    chapters = [one for one in WHOLE if one != "実態貸借対照表" or frame in {F.NORMAL, F.SME_GL}]
    assert told_of(printed, label) == chapters == list(payload.plan_sheets().chapters)
    # The bookmarks of the packet lead to the pages that the table of contents tells.
    part = next(one for one in printed.parts if one.label == label)
    assert (label, part.first_page) in bookmarks_of(path)
    assert chapters_of_file(path, label) == list(part.placed_chapters)
    pages = pages_of(path)
    for title, page in part.placed_chapters:
        assert squeezed(title) in squeezed(pages[page - 1])
        assert f"{squeezed(title)}{page}" in squeezed(pages[0])
    front = squeezed(pages[part.first_page - 1])
    assert [one for one in chapters if squeezed(one) not in front] == []
    # What the pages say is what the tables say, in thousands of yen.
    text = "\n".join(pages)
    rows = plan_rows(fresh(claim))
    assert len(rows) > 40
    assert unprinted(rows, text) == []


def test_an_early_plan_without_a_balance_sheet_leaves_out_what_follows_from_one(
    consultant: Member, manager: Member
) -> None:
    claim = claimed(consultant, manager, F.VUP)
    random_plan(claim.case, Random(3), is_whole=False)
    payload = content(fresh(claim))
    chapters = (
        *("計画の概要", "ビジネスモデル俯瞰図", "課題と施策", "主な数値", "損益計画", "返済計画", "資金繰表"),
        "モニタリング計画",
    )
    assert payload.plan_sheets().chapters == chapters
    assert tuple(re.findall('<h1 data-bookmark="([^"]*)"', html_of(payload)))[1:] == chapters


def test_a_newer_version_does_not_change_what_was_frozen(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    first = random_plan(claim.case, Random(5))
    payload = content(fresh(claim))
    stored, html = json.dumps(payload.as_json()), html_of(payload)
    close(first, PlanState.REPLACED)
    PlanFigure.objects.filter(plan=first).update(yen=1)
    newer = make_agreed_plan(claim.case, number=2)
    make_figures(newer, {"rent": 777_000_000}, year=1)
    again = ClaimPayload.from_json(json.loads(stored))
    assert again.sha256 == payload.sha256
    assert (again.forms, html_of(again)) == (payload.forms, html)
    assert "第1版" in html_of(again)
    assert "第2版" not in html_of(again)
    # A draft that is made now tells of the version that holds now.
    assert content(fresh(claim)).plan.number == 2


@pytest.mark.nightly
def test_the_version_and_its_hash_stand_on_the_paper_and_in_the_manifest(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    random_plan(claim.case, Random(9))
    payload = content(fresh(claim))
    html, digest = html_of(payload), hash_of(payload.plan)
    assert f"照合番号 {digest[:12]}" in html
    # Made twice from what was stored, the packet has the same bytes.
    again = ClaimPayload.from_json(json.loads(json.dumps(payload.as_json())))
    printed = print_packet(payload, is_draft=False)
    assert print_packet(again, is_draft=False).pdf.content == printed.pdf.content
    archive = archive_of(payload, printed, filename="packet.pdf", is_draft=False)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert json.loads(opened.read("manifest.json"))["plan"] == {"version": 1, "sha256": digest}
    assert from_json(type(payload.plan), json.loads(json.dumps(to_json(payload.plan)))) == payload.plan


def test_what_was_frozen_before_there_were_plans_keeps_its_hash_and_its_pages(
    consultant: Member, manager: Member
) -> None:
    payload = content(claimed(consultant, manager))
    stored = payload.as_json()
    assert "plan" not in stored
    old = ClaimPayload.from_json(stored)
    assert old.plan is None
    assert old.sha256 == payload.sha256
    form = old.forms[0]
    assert part_html(old, form, is_draft=False) == part_html(payload, form, is_draft=False)


def test_the_gate_tells_of_a_version_that_holds_since_the_approval(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    first = make_agreed_plan(claim.case)
    claim = fresh(claim)
    claim.state, claim.payload = ApplicationState.APPROVED, content(claim).as_json()
    assert [one.message for one in changed_since_approval(claim, {})] == []
    close(first, PlanState.REPLACED)
    make_agreed_plan(claim.case, number=2)
    (told,) = changed_since_approval(claim, {})
    assert told.message == (
        "承認した内容の「計画の版」 第1版 が、今の記録の 第2版 と異なります。"
        "承認を取り消して、今の内容で承認を受け直してください。"
    )
    # What was frozen without a plan says nothing of one.
    claim.payload = {name: value for name, value in claim.payload.items() if name != "plan"}
    assert list(changed_since_approval(claim, {})) == []


def test_hostile_words_stay_words(consultant: Member, manager: Member) -> None:
    claim = claimed(consultant, manager)
    plan = random_plan(claim.case, Random(2))
    Plan.objects.filter(pk=plan.pk).update(outline="<script>alert(1)</script>{{ payload }}")
    html = html_of(content(fresh(claim)))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ payload }}" in html


def test_a_case_that_is_not_claimed_has_no_plan_to_print(consultant: Member) -> None:
    case: Case = make_case(consultant)
    make_agreed_plan(case)
    usage = content(Application(agency_id=case.agency_id, case=case))
    assert usage.plan_sheets() is None
