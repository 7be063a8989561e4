"""Papers: there, checked, original, fresh, of the right edition; and certifications that still hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from subsidies.enums import ApplicationKind, PaperPlace, PaperStatus
from subsidies.rules.gate.facts import AgencyFacts, GateFacts, PaperFacts, Place
from subsidies.rules.gate.findings import GateFinding, differs, finding
from vapup.shared.dates import months_end

_ELSEWHERE: Final = frozenset({PaperPlace.ENTERPRISE, PaperPlace.CO_AGENCY, PaperPlace.BANK, PaperPlace.NOWHERE})
_THERE: Final = frozenset({PaperStatus.CHECKED, PaperStatus.CHECKED_LACKING})


def check_papers(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield what is wrong with the papers that the application needs, and the certifications that ran out."""
    for paper in facts.papers:
        if paper.is_needed:
            yield from _presence(paper)
        if paper.status in _THERE:
            yield from _form(paper)
            yield from _age(facts, paper)
    for agency in facts.agencies if facts.is_claim or facts.kind is ApplicationKind.USAGE else ():
        yield from _certification(facts, agency)


def _presence(paper: PaperFacts) -> Iterator[GateFinding]:
    needed = Place("必要書類の一覧", f"必要({paper.why})" if paper.why else "必要")
    status = Place(paper.title, paper.status.label)
    codes = {
        PaperStatus.NOT_STARTED: ("paper_missing", "書類を用意し、内容を確かめて「確認済」にしてください。"),
        PaperStatus.WORKING: ("paper_unchecked", "内容を確かめて「確認済」にしてください。"),
        PaperStatus.CHECKED_LACKING: ("paper_lacking", f"不足: {paper.reason}。不足を補い「確認済」にしてください。"),
        PaperStatus.LEFT_OUT: ("paper_left_out", f"理由: {paper.reason}。理由が認められるかを確かめてください。"),
    }
    if paper.status in codes:
        code, remedy = codes[paper.status]
        message = f"{status.label}が「{status.value}」ですが、{needed.label}では「{needed.value}」です。{remedy}"
        yield finding(code, status, needed, message, about=paper.about)


def _form(paper: PaperFacts) -> Iterator[GateFinding]:
    if paper.needs_original and not paper.is_original:
        first, second = Place(paper.title, "写し"), Place("必要書類の一覧", "原本")
        message = (
            f"{first.label}は「{first.value}」として記録されていますが、{second.label}では「{second.value}」です。"
            "原本を受け取り、書類のページで「原本である」にしてください。"
        )
        yield finding("original_missing", first, second, message, about=paper.about)
    if paper.is_needed and paper.place in _ELSEWHERE:
        first, second = Place(f"{paper.title}の所在", paper.place.label), Place("提出する場所", "当事務所")
        message = (
            f"{first.label}が「{first.value}」で、{second.label}の「{second.value}」にありません。"
            "提出までに受け取り、所在を直してください。"
        )
        yield finding("paper_elsewhere", first, second, message, about=paper.about)
    if paper.expected_edition and not paper.stated_edition:
        first, second = Place(f"{paper.title}の様式の版", "未入力"), Place("適用基準日の版", paper.expected_edition)
        message = (
            f"{first.label}が{first.value}です。{second.label}は「{second.value}」です。"
            "様式の版を確かめ、書類のページで入力してください。"
        )
        yield finding("edition_unread", first, second, message, about=paper.about)
    elif paper.expected_edition and edition_code(paper.stated_edition) != edition_code(paper.expected_edition):
        first = Place(f"{paper.title}の様式の版", paper.stated_edition)
        second = Place("適用基準日の版", paper.expected_edition)
        yield differs("edition_wrong", first, second, "正しい年度の様式に書き直してください。", about=paper.about)


def edition_code(text: str) -> str:
    """Return an edition as the rule data names it, however it was written: R7, 令和7年度版 and r7 are one."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold().replace("令和", "r")
    return re.sub("(年度|年)?(版|様式)?$", "", plain)


def _age(facts: GateFacts, paper: PaperFacts) -> Iterator[GateFinding]:
    submitted = Place("提出日", facts.day.isoformat())
    if paper.max_age_months is not None:
        if paper.issued_on is None:
            first = Place(f"{paper.title}の発行日", "未入力")
            message = (
                f"{first.label}が{first.value}のため、{submitted.label} {submitted.value} に"
                f"発行から{paper.max_age_months}か月以内かを確かめられません。発行日を入力してください。"
            )
            yield finding("certificate_undated", first, submitted, message, about=paper.about)
        elif facts.day > (last := months_end(paper.issued_on, paper.max_age_months)):
            first = Place(f"{paper.title}の発行日", paper.issued_on.isoformat())
            message = (
                f"{first.label} {first.value} から{paper.max_age_months}か月は {last} までで、"
                f"{submitted.label} {submitted.value} より前に過ぎています。取り直してください。"
            )
            yield finding("certificate_stale", first, submitted, message, about=paper.about)
    if paper.valid_until is not None and facts.day > paper.valid_until:
        first = Place(f"{paper.title}の有効期限", paper.valid_until.isoformat())
        message = (
            f"{first.label} {first.value} が、{submitted.label} {submitted.value} より前に過ぎています。"
            "有効な書類に替えてください。"
        )
        yield finding("paper_expired", first, submitted, message, about=paper.about)


def _certification(facts: GateFacts, agency: AgencyFacts) -> Iterator[GateFinding]:
    submitted = Place(f"{facts.kind.label}の提出日", facts.day.isoformat())
    label = f"認定支援機関の認定の有効期限({agency.name})"
    if agency.certification_expires_on is None:
        first = Place(label, "未入力")
        message = (
            f"{first.label}が{first.value}のため、{submitted.label} {submitted.value} に有効かを確かめられません。"
            "認定通知書を見て入力してください。"
        )
        yield finding("certification_unknown", first, submitted, message, about=agency.name)
    elif agency.certification_expires_on < facts.day:
        first = Place(label, agency.certification_expires_on.isoformat())
        message = (
            f"{first.label} {first.value} が、{submitted.label} {submitted.value} より前に過ぎています。"
            "認定を更新し、新しい認定通知書を添えてください。"
        )
        yield finding("certification_expired", first, submitted, message, about=agency.name)
