"""Names and addresses: character by character the same on every paper."""

from __future__ import annotations

from collections.abc import Iterator

from subsidies.rules.gate.facts import GateFacts, Place, SettlementFacts
from subsidies.rules.gate.findings import GateFinding, differs, finding
from subsidies.rules.gate.spelling import HINT, is_kana, is_same_on_slip, is_spelling_only


def check_names(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield the papers and slips that name somebody else, or somewhere else, than the records."""
    for paper in facts.papers:
        for code, what, stated, known in (
            ("paper_name_differs", "名称", paper.stated_name, paper.name),
            ("paper_address_differs", "所在地", paper.stated_address, paper.address),
        ):
            if stated and known is not None and stated != known.value:
                yield _differs(code, Place(f"{paper.title}の{what}", stated), known, paper.about)
    if facts.is_claim:
        for one in facts.settlements:
            yield from _slip(facts, one)


def _slip(facts: GateFacts, one: SettlementFacts) -> Iterator[GateFinding]:
    name = one.agency.name
    for code, what, written, party, known in (
        ("payer", "振込人の名義", one.payer, facts.enterprise, "事業者名"),
        ("payee", "受取人の名義", one.payee, one.agency.party, "支援機関の名称"),
    ):
        place, record = Place(f"振込受付書等の{what}({name})", written), Place(known, party.name)
        if one.transferred_yen is None:
            continue
        if not written:
            message = (
                f"{place.label}が未入力のため、{record.label}「{record.value}」と突き合わせられません。"
                "振込受付書等を見て、請求のページで入力してください。"
            )
            yield finding(f"{code}_missing", Place(place.label, "未入力"), record, message, about=name)
        elif not party.kana and is_kana(written):
            message = (
                f"{place.label}「{place.value}」はカナのため、{record.label}「{record.value}」と自動では突き合わせられません。"
                "振込受付書等を目で確かめてください。"
            )
            yield finding("slip_in_kana", place, record, message, about=name)
        elif not is_same_on_slip(written, party.name, party.kana, party.other_names):
            if code == "payee" and (other := _other_agency(facts, one, written)):
                yield _wrong_agency(place, record, other)
                continue
            yield _differs(f"{code}_differs", place, record, name)


def _other_agency(facts: GateFacts, one: SettlementFacts, written: str) -> str:
    """Return the agency of the case that a slip names instead of the one it should; "" where it names none."""
    others = (agency.party for agency in facts.agencies if agency.name != one.agency.name)
    return next((it.name for it in others if is_same_on_slip(written, it.name, it.kana, it.other_names)), "")


def _wrong_agency(place: Place, record: Place, other: str) -> GateFinding:
    message = (
        f"{place.label}「{place.value}」が、{record.label}「{record.value}」ではなく別の支援機関「{other}」です。"
        "自己負担は支援機関ごとに振り込みます。振込先を確かめ、事業者に振り込み直してもらってください。"
    )
    return finding("transfer_to_wrong_agency", place, record, message, about=record.value)


def _differs(code: str, stated: Place, known: Place, about: str) -> GateFinding:
    if is_spelling_only(stated.value, known.value):
        return differs(code, stated, known, HINT, about=about)
    return differs(code, stated, known, "どちらが正しいかを確かめ、書類か記録を直してください。", about=about)
