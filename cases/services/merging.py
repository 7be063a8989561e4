"""Merge an enterprise that was registered twice into the one that stays, and take that back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import models

from cases.models import Case, Enterprise, EnterpriseMerge
from cases.selectors.merging import Change, MergePlan, changes_of, merge_plan, shown_hash
from cases.selectors.merging_figures import PLACES, lost_figure
from cases.selectors.objections import approved_since
from cases.selectors.unmerging import Stranded, stranded_by
from cases.services.locking import EditedMeanwhile, lock_agency, lock_case, lock_enterprises
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

ENTERPRISE: Final = "cases.enterprise"
ENTERPRISE_ID: Final = "enterprise_id"
LENDER_ID: Final = "lender_id"


class MergeRefused(DomainError):
    """The enterprises cannot be merged, or something that happened since keeps a merge from being taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """What a person confirmed: who goes, whose values stay, and what they were shown (`shown_hash`).

    Attributes:
        taken: the fields whose value comes from the enterprise that goes.
    """

    gone_id: int
    taken: Sequence[str]
    shown_sha256: str


@unit_of_work()
def merge_enterprises(*, actor: Member, kept_id: int, merging: Merging) -> EnterpriseMerge:
    """Move everything of one enterprise to another, and keep the emptied one hidden behind it.

    Raises:
        NotAllowed: the actor may not merge enterprises.
        Enterprise.DoesNotExist: the agency has not both of them.
        MergeRefused: it is one and the same, or one of them was merged before.
        EditedMeanwhile: one of them, or what belongs to it, is not what the actor was shown.
    """
    require(actor, Action.MERGE_ENTERPRISES)
    if kept_id == merging.gone_id:
        raise MergeRefused("同じ事業者どうしは統合できません。統合する相手の事業者を選んでください。")
    kept, gone = _hold(actor, kept_id, merging.gone_id)
    for one in (kept, gone):
        if one.merged_into is not None:
            raise MergeRefused(f"事業者「{one.name}」は、すでに「{one.merged_into.name}」に統合されています。")
    plan = merge_plan(kept, gone)
    if shown_hash(plan) != merging.shown_sha256:
        raise EditedMeanwhile(
            "確認の画面を開いた後に、どちらかの事業者の内容か、案件・金融機関・過去の利用・実績が変わりました。"
            "今の内容を確かめてから、もう一度「統合する」を押してください。"
        )
    changes = changes_of(plan, merging.taken)
    _write({(model, pk, column): after for model, pk, column, _, after in changes})
    _count_versions(plan)
    merge = EnterpriseMerge.objects.create(
        agency_id=actor.agency_id,
        kept=kept,
        gone=gone,
        kept_number=kept.corporate_number,
        gone_number=gone.corporate_number,
        changes=changes,
        made_by=actor,
    )
    _tell_merged(actor, plan, changes)
    return merge


@unit_of_work()
def unmerge_enterprises(*, actor: Member, merge_id: int, reason: str, now: datetime) -> EnterpriseMerge:
    """Put everything that a merge wrote back as it was, and let both enterprises stand for themselves again.

    What came to the enterprise that stayed since then stays with it. What a bank of both said since to a case that
    goes back is then said by that bank of the other enterprise.

    Raises:
        NotAllowed: the actor may not merge enterprises.
        EnterpriseMerge.DoesNotExist: the agency has no such merge.
        MergeRefused: it was taken back before, the reason is missing, or something written since stands in the way.
    """
    require(actor, Action.MERGE_ENTERPRISES)
    if not reason.strip():
        raise MergeRefused("統合を取り消す理由を入力してください。理由は履歴に残ります。")
    merges = EnterpriseMerge.objects.for_agency(actor.agency_id)
    kept, gone = _hold(actor, *merges.values_list("kept_id", "gone_id").get(pk=merge_id))
    merge = merges.select_for_update(of=("self",), no_key=True).get(pk=merge_id)
    merge.kept, merge.gone = kept, gone
    if refusal := unmerge_refusal(merge):
        raise MergeRefused(refusal)
    torn = stranded_by(merge)
    written = {(model, pk, column): before for model, pk, column, before, _ in reversed(merge.changes)}
    _write(written | {(one.row._meta.label_lower, one.row.pk, LENDER_ID): one.twin.pk for one in torn if one.twin})
    Enterprise.with_merged.filter(pk__in=(kept.pk, gone.pk)).update(version=models.F("version") + 1)
    merge.undone_by, merge.undone_at = actor, now
    merge.save(update_fields=["undone_by", "undone_at"])
    _tell_unmerged(actor, merge, torn, reason.strip())
    return merge


def unmerge_refusal(merge: EnterpriseMerge) -> str:
    """Return why a merge cannot be taken back, naming what stands in the way; nothing where it can."""
    if merge.undone_at is not None:
        return "この統合は、すでに取り消されています。"
    kept = merge.kept
    if kept.merged_into is not None:
        later = kept.merged_into.name
        return f"「{kept.name}」は、この後「{later}」に統合されています。先にその統合を取り消してください。"
    return _changed_since(merge) or _approved_since(merge) or _torn_apart(merge) or _number_taken(merge)


def _hold(actor: Member, kept_id: int, gone_id: int) -> tuple[Enterprise, Enterprise]:
    """Lock the office, then the cases, then both enterprises, each by the lowest id: the order of everybody else.

    Whoever opens a case or edits an enterprise waits for the office; whoever approves has a case and waits for its
    enterprise.
    """
    lock_agency(actor)
    cases = Case.objects.for_agency(actor.agency_id).filter(enterprise_id__in=(kept_id, gone_id))
    for pk in cases.order_by("pk").values_list("pk", flat=True):
        lock_case(actor, pk)
    found = lock_enterprises(actor, (kept_id, gone_id))
    return found[kept_id], found[gone_id]


def _write(values: Mapping[tuple[str, int, str], Any]) -> None:
    """Set columns row by row, in the order given: a number or a main lender is free before another takes it."""
    rows: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for (name, pk, column), value in values.items():
        rows[name, pk][column] = _typed(name, column, value)
    for (name, pk), columns in rows.items():
        apps.get_model(name)._base_manager.filter(pk=pk).update(**columns)


def _typed(name: str, column: str, value: Any) -> Any:
    return apps.get_model(name)._meta.get_field(column).to_python(value)


def _count_versions(plan: MergePlan) -> None:
    for row in (plan.kept, plan.gone):
        Enterprise.with_merged.filter(pk=row.pk).update(version=row.version + 1)
        row.refresh_from_db(fields=["version"])


def _changed_since(merge: EnterpriseMerge) -> str:
    """Return the first row that is no longer as the merge left it, in a sentence."""
    rows = _rows_of(merge)
    for name, pk, column, _, after in merge.changes:
        model = apps.get_model(name)
        kind = str(model._meta.verbose_name)
        row = rows[name].get(pk)
        if row is None:
            return _lost(merge, name, pk, kind)
        if getattr(row, column) != _typed(name, column, after):
            label = str(model._meta.get_field(column).verbose_name)
            return (
                f"{kind}「{row}」の「{label}」が、統合の後に変更されています"
                f"(統合時 {_plain(after)}、今 {_plain(getattr(row, column))})。元に戻してから取り消してください。"
            )
    return ""


def _rows_of(merge: EnterpriseMerge) -> Mapping[str, Mapping[int, Any]]:
    """Return the rows that a merge wrote to and that are still there, by model and id."""
    ids: dict[str, set[int]] = defaultdict(set)
    for name, pk, *_ in merge.changes:
        ids[name].add(pk)
    found: dict[str, Mapping[int, Any]] = {}
    for name, own in ids.items():
        rows = apps.get_model(name)._base_manager.filter(agency_id=merge.agency_id)
        found[name] = rows.in_bulk(own)
    return found


def _lost(merge: EnterpriseMerge, model: str, pk: int, kind: str) -> str:
    """Say that a moved row is no longer there, and what brings it back where something does."""
    named, file = lost_figure(merge, model, pk) if model in PLACES else ("", "")
    what = f"統合で移した{kind}「{named}」" if named else f"統合で移した{kind}"
    if file:
        return f"{what}が、統合の後の取込「{file}」で置き換えられています。その取込を先に取り消してください。"
    return f"{what}が、統合の後に削除されています。削除されたものは戻せないため、取り消せません。"


def _plain(value: Any) -> str:
    return "(空欄)" if value in (None, "") else str(value)


def _approved_since(merge: EnterpriseMerge) -> str:
    """Refuse to take from under an approval the enterprise that it was given for."""
    approved = approved_since(_moved(merge.changes, "cases.case"), merge.made_at)
    if approved is None:
        return ""
    number, name = approved
    return (
        f"案件 {number} の{name}が、統合の後に「{merge.kept.name}」の名前と上限で承認されています。"
        "承認が残っている間は取り消せません。"
    )


def _torn_apart(merge: EnterpriseMerge) -> str:
    """Refuse to leave what a lender said since to a case that its enterprise no longer has."""
    for one in stranded_by(merge):
        if one.twin is None:
            kind = str(one.row._meta.verbose_name)
            return (
                f"案件 {one.case.number} に、統合の後に金融機関「{one.lender}」の{kind}が記録されています。"
                "取り消すと、この案件の事業者にこの金融機関がなくなるため、取り消せません。"
            )
    return ""


def _number_taken(merge: EnterpriseMerge) -> str:
    """Refuse to give a number back that somebody else has by now: that of the one, or what the other had before."""
    kept = (ENTERPRISE, merge.kept_id, "corporate_number")
    before = [value for name, pk, column, value, _ in merge.changes if (name, pk, column) == kept]
    numbers = {one for one in (merge.gone.corporate_number, *before) if one}
    others = Enterprise.objects.for_agency(merge.agency_id).filter(corporate_number__in=numbers)
    other = others.exclude(pk=merge.kept_id).order_by("pk").first()
    if other is None:
        return ""
    return f"法人番号 {other.corporate_number} は、統合の後に事業者「{other.name}」として登録されています。"


def _moved(changes: Iterable[Change], model: str) -> list[int]:
    return [pk for name, pk, column, _, _ in changes if name == model and column == ENTERPRISE_ID]


def _tell_merged(actor: Member, plan: MergePlan, changes: Sequence[Change]) -> None:
    """Write the merge into the trails of both enterprises and of every case that moved."""
    kept, gone = plan.kept, plan.gone
    facts = {name: after for model, pk, name, _, after in changes if (model, pk) == (ENTERPRISE, kept.pk)}
    told: audit.Changes = {"統合した事業者": [None, _named(gone)]}
    told |= audit.apply_changes(kept, facts)
    told |= {label: [None, "、".join(words)] for label, words in _moving(plan).items() if words}
    audit.record(actor, Verb.MERGED, kept, changes=told)
    audit.record(actor, Verb.MERGED, gone, changes={"統合先": [None, _named(kept)]})
    for case in plan.cases:
        audit.record(actor, Verb.CHANGED, case, changes={"事業者": [gone.name, kept.name]}, reason="事業者の統合")


def _moving(plan: MergePlan) -> dict[str, list[str]]:
    return {
        "移した案件": [one.number for one in plan.cases],
        "移した金融機関": [str(pair.gone) for pair in plan.moving_lenders],
        "移した過去の利用": [str(one) for one in plan.past_uses],
        **{f"移した{one.label}": [one.places] for one in plan.figures if one.places},
        **{f"移さなかった{one.label}": [one.left] for one in plan.figures if one.left},
    }


def _tell_unmerged(actor: Member, merge: EnterpriseMerge, torn: Sequence[Stranded], reason: str) -> None:
    kept, gone = merge.kept, merge.gone
    facts = {
        name: _typed(model, name, before)
        for model, pk, name, before, _ in merge.changes
        if (model, pk) == (ENTERPRISE, kept.pk)
    }
    told: audit.Changes = {"統合した事業者": [_named(gone), None], **audit.apply_changes(kept, facts)}
    audit.record(actor, Verb.UNMERGED, kept, changes=told, reason=reason)
    audit.record(actor, Verb.UNMERGED, gone, changes={"統合先": [_named(kept), None]}, reason=reason)
    cases: dict[int, audit.Changes] = {one.pk: {"事業者": [kept.name, gone.name]} for one in _moved_cases(merge)}
    for row in torn:
        label = f"{row.row._meta.verbose_name} {row.lender}"
        sides = [kept.name, gone.name] if row.case.pk in cases else [gone.name, kept.name]
        cases.setdefault(row.case.pk, {})[label] = [f"{one}の金融機関として" for one in sides]
    for case in Case.objects.for_agency(merge.agency_id).filter(pk__in=cases).order_by("pk"):
        audit.record(actor, Verb.CHANGED, case, changes=cases[case.pk], reason=f"事業者の統合の取消し: {reason}")


def _moved_cases(merge: EnterpriseMerge) -> models.QuerySet[Case]:
    return Case.objects.for_agency(merge.agency_id).filter(pk__in=_moved(merge.changes, "cases.case")).order_by("pk")


def _named(enterprise: Enterprise) -> str:
    number = f"(法人番号 {enterprise.corporate_number})" if enterprise.corporate_number else ""
    return f"{enterprise.name}{number}"
