"""The page of the action plan: issues, their measures, and what each measure is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.forms.plan.actions import IssueForm, MeasureForm, MoveForm, NewIssueForm, NewMeasureForm, RemoveForm
from cases.forms.plan.lines import LineInput
from cases.models import Issue, Measure, Plan
from cases.selectors.banks import latest_change
from cases.selectors.plan.actions import (
    action_plan,
    effect_lines,
    effects_of_measure,
    seen_issue,
    seen_measure,
    seen_removal,
)
from cases.services.locking import EditedMeanwhile
from cases.services.plan import actions as services
from cases.services.plan.effects import compare_effects
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import differences
from cases.views.shared import Difference, differences_of, posted
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.dates import ONE_DAY
from vapup.shared.errors import DomainError
from vapup.ui.forms import VersionedForm

PAGE: Final = "cases:plan_actions"
REMOVAL: Final = {"submit": "削除する", "danger": True, "done": "削除しました。"}


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A form about an issue or a measure, as the page saves it.

    Attributes:
        words: heading, submit, and where there is any: intro, done, danger, anchor, has_lines.
        save: calls the service with the form's input.
        stamp: returns the stamp of what is stored now.
        compare: returns where the input and what is stored now disagree; None where nothing is typed.
    """

    row: Issue | Measure
    form: VersionedForm
    words: dict[str, Any]
    save: Callable[[], object]
    stamp: Callable[[], int]
    compare: Callable[[], list[Difference]] | None = None


def plan_actions(request: MemberRequest, **_: str) -> HttpResponse:
    return _list(request, loaded(request, Plan))


@require_POST
def issue_new(request: MemberRequest, **_: str) -> HttpResponse:
    plan, form = loaded(request, Plan), NewIssueForm(request.POST)
    if form.is_valid():
        try:
            issue = services.add_issue(actor=request.member, case_id=plan.case_id, facts=form.facts())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return _back(request, plan, f"経営課題「{issue.title}」を追加しました。", add=issue.pk)
    return _list(request, plan, issue_form=form)


@require_POST
def measure_new(request: MemberRequest, issue_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    issue = get_object_or_404(Issue, plan=plan, pk=issue_id)
    form = NewMeasureForm(request.POST, auto_id=f"id_{issue_id}_%s")
    if form.is_valid():
        do = partial(services.add_measure, actor=request.member, case_id=plan.case_id, issue_id=issue.pk)
        try:
            measure = do(facts=form.facts())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return _back(request, plan, f"施策「{measure.title}」を追加しました。", add=issue.pk)
    return _list(request, plan, measure_form=(issue.pk, form))


def issue(request: MemberRequest, issue_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    row = get_object_or_404(Issue, plan=plan, pk=issue_id)
    first = {name: getattr(row, name) for name in services.ISSUE_FACTS}
    form = IssueForm(posted(request), initial={**first, "version": seen_issue(row)})
    do = partial(services.edit_issue, actor=request.member, case_id=plan.case_id, issue_id=row.pk)
    words = {"heading": "経営課題の変更", "submit": "保存する", "anchor": f"issue-{row.pk}"}
    edit = RowEdit(
        row,
        form,
        words,
        save=lambda: do(seen=form.cleaned_data["version"], facts=form.facts()),
        stamp=lambda: seen_issue(row),
        compare=lambda: differences_of(form, row),
    )
    return _form_page(request, plan, edit)


def measure(request: MemberRequest, measure_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    row = get_object_or_404(Measure.objects.select_related("issue"), plan=plan, pk=measure_id)
    lines = [LineInput(one.account, "", one.yen) for one in effect_lines(effects_of_measure(row))]
    first = {name: getattr(row, name) for name in services.MEASURE_FACTS}
    first["version"] = seen_measure(row)
    form = MeasureForm(posted(request), years=plan.planned_years, lines=lines, initial=first)
    words = {"heading": "施策の変更", "submit": "保存する", "anchor": f"measure-{row.pk}", "has_lines": True}
    edit = RowEdit(
        row,
        form,
        words,
        save=lambda: services.edit_measure(
            actor=request.member,
            case_id=plan.case_id,
            measure_id=row.pk,
            seen=form.cleaned_data["version"],
            facts=form.facts(),
            effects=form.effects(),
        ),
        stamp=lambda: seen_measure(row),
        compare=lambda: differences_of(form, row) + differences(compare_effects(row, form.effects())),
    )
    return _form_page(request, plan, edit)


def issue_remove(request: MemberRequest, issue_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    row = get_object_or_404(Issue, plan=plan, pk=issue_id)
    # The stamp is taken before the measures are counted: what comes in between makes the removal too late.
    form = RemoveForm(posted(request), initial={"version": seen_removal(row)})
    words = {**REMOVAL, "heading": "経営課題の削除", "intro": partial(_goes_with, row)}
    do = partial(services.remove_issue, actor=request.member, case_id=plan.case_id, issue_id=row.pk)
    edit = RowEdit(row, form, words, lambda: do(seen=form.cleaned_data["version"]), lambda: seen_removal(row))
    return _form_page(request, plan, edit)


def measure_remove(request: MemberRequest, measure_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    row = get_object_or_404(Measure.objects.select_related("issue"), plan=plan, pk=measure_id)
    form = RemoveForm(posted(request), initial={"version": seen_measure(row)})
    words = {
        **REMOVAL,
        "heading": "施策の削除",
        "intro": lambda: f"施策「{row.title}」と、その効果額{row.effects.count()}件を削除します。",
    }
    do = partial(services.remove_measure, actor=request.member, case_id=plan.case_id, measure_id=row.pk)
    edit = RowEdit(row, form, words, lambda: do(seen=form.cleaned_data["version"]), lambda: seen_measure(row))
    return _form_page(request, plan, edit)


def _goes_with(issue: Issue) -> str:
    """Say what goes when an issue goes."""
    titles = list(issue.measures.order_by("position", "id").values_list("title", flat=True))
    named = "".join(f"「{one}」" for one in titles)
    also = f"と、その施策{len(titles)}件{named}" if titles else ""
    return f"経営課題「{issue.title}」{also}を削除します。"


@require_POST
def issue_move(request: MemberRequest, issue_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    get_object_or_404(Issue, plan=plan, pk=issue_id)
    return _move(request, plan, partial(services.move_issue, issue_id=issue_id), f"issue-{issue_id}")


@require_POST
def measure_move(request: MemberRequest, measure_id: int, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    get_object_or_404(Measure, plan=plan, pk=measure_id)
    return _move(request, plan, partial(services.move_measure, measure_id=measure_id), f"measure-{measure_id}")


def _move(request: MemberRequest, plan: Plan, do: Callable[..., object], anchor: str) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "画面の情報が壊れています。もう一度「上へ」か「下へ」を押してください。")
    else:
        try:
            do(actor=request.member, case_id=plan.case_id, up=form.is_up)
        except DomainError as refused:
            messages.error(request, refused.message)
    return redirect(f"{reverse(PAGE, args=[plan.case.number])}#{anchor}")


def _list(
    request: MemberRequest,
    plan: Plan,
    issue_form: NewIssueForm | None = None,
    measure_form: tuple[int, NewMeasureForm] | None = None,
) -> HttpResponse:
    """Show the list with a form for a new issue, and below each issue one for a new measure."""
    context = plan_context(plan, request.member, PAGE)
    refused_id, refused = measure_form or (0, None)
    added = request.GET.get("add", "")
    rows = [
        {
            "row": row,
            "form": refused if row.issue.pk == refused_id else _new_measure(plan, row.issue.pk, added),
            "is_open": row.issue.pk == refused_id or str(row.issue.pk) == added or not row.measures,
        }
        for row in action_plan(plan)
    ]
    own = {"rows": rows, "issue_form": issue_form or NewIssueForm(auto_id="id_issue_%s")}
    own["years"] = list(plan.planned_years)
    is_refused = issue_form is not None or measure_form is not None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "plans/actions.html", {**context, **own}, status=status)


def _new_measure(plan: Plan, issue_id: int, added: str) -> NewMeasureForm:
    form = NewMeasureForm(initial={"starts_on": plan.base_ends_on + ONE_DAY}, auto_id=f"id_{issue_id}_%s")
    if added == str(issue_id):
        form.fields["title"].widget.attrs["autofocus"] = True
    return form


def _form_page(request: MemberRequest, plan: Plan, edit: RowEdit) -> HttpResponse:
    """Show a form of a row or save it; after a conflict the input stays beside what is stored."""
    status, words, form = HTTPStatus.OK, edit.words, edit.form
    own: dict[str, Any] = {"differences": [], "is_conflict": False, "latest": None}
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                edit.save()
            except EditedMeanwhile as late:
                status, own = HTTPStatus.CONFLICT, _conflict(plan, edit, late)
            except DomainError as refused:
                form.add_error(None, refused.message)
            else:
                return _back(request, plan, words.get("done", "保存しました。"), anchor=words.get("anchor", ""))
    url = reverse(PAGE, args=[plan.case.number])
    own |= {"danger": False, "has_lines": False, "intro": "", **words, "form": form, "row": edit.row, "cancel_url": url}
    context = {**plan_context(plan, request.member, PAGE, here=words["heading"]), **own}
    return render(request, "plans/action_form.html", context, status=status)


def _conflict(plan: Plan, edit: RowEdit, late: EditedMeanwhile) -> dict[str, Any]:
    """Return what the page shows of a conflict; where nothing was typed, its introduction says what is stored."""
    edit.row.refresh_from_db()
    edit.form.add_error(None, late.message)
    edit.form.accept_version(edit.stamp())
    latest = latest_change(plan.case, f"計画 第{plan.number}版 {services.PART}")
    found = edit.compare() if edit.compare else []
    return {"differences": found, "is_conflict": edit.compare is not None, "latest": latest}


def _back(request: MemberRequest, plan: Plan, message: str, *, anchor: str = "", add: int = 0) -> HttpResponseRedirect:
    """Return to the list; with `add`, the cursor waits in the form below that issue."""
    messages.success(request, message)
    url = reverse(PAGE, args=[plan.case.number])
    if add:
        return redirect(f"{url}?add={add}#issue-{add}")
    return redirect(f"{url}#{anchor}" if anchor else url)
