"""The forms of a period of the follow-up: the report's texts, measures and causes, and meetings with lenders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.models import Lender
from cases.services.locking import EditedMeanwhile
from cases.views.shared import Difference, differences_of, form_page, posted
from monitoring.forms.follow_up import (
    MEETING_FACTS,
    DeviationsForm,
    MeetingForm,
    ProgressForm,
    ReopenForm,
    TextsForm,
)
from monitoring.models import BankMeeting, FollowUpReport
from monitoring.selectors.follow_up_period import PeriodSheet
from monitoring.services import meetings as meeting_services
from monitoring.services import reports
from monitoring.views.follow_up_period import period_url, sheet_context, with_sheet
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.shared.errors import DomainError
from vapup.ui.forms import OfficeForm, VersionedForm

NO_REPORT: Final = "報告を作り始めると、書けるようになります。"
FROZEN: Final = "完成した報告は変更できません。直すには、理由を書いて作成中に戻してください。"
Save = Callable[[dict[str, Any]], object]


@with_sheet
def follow_up_texts(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    if (report := _draft(request, sheet)) is None:
        return redirect(period_url(sheet))
    initial = {name: getattr(report, name) for name in (*reports.TEXTS, "version")}
    form = TextsForm(posted(request), initial=initial)

    def save(ids: dict[str, Any]) -> object:
        return reports.save_texts(**ids, texts=form.values())

    return _form(request, sheet, form, save, "報告の文章", "monitoring/follow_up_texts.html")


@with_sheet
def follow_up_measures(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    if (report := _draft(request, sheet)) is None:
        return redirect(period_url(sheet))
    form = ProgressForm(posted(request), lines=sheet.measures, initial={"version": report.version})

    def save(ids: dict[str, Any]) -> object:
        return reports.save_progress(**ids, progress=form.progress())

    return _form(request, sheet, form, save, "施策の進捗", "monitoring/follow_up_measures.html")


@with_sheet
def follow_up_deviations(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    if (report := _draft(request, sheet)) is None:
        return redirect(period_url(sheet))
    form = DeviationsForm(posted(request), lines=sheet.deviations, initial={"version": report.version})

    def save(ids: dict[str, Any]) -> object:
        return reports.save_deviations(**ids, reasons=form.reasons())

    return _form(request, sheet, form, save, "差異の原因と対策", "monitoring/follow_up_deviations.html")


@with_sheet
def follow_up_reopen(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    if sheet.report is None or not sheet.is_finished:
        messages.info(request, "この報告は作成中です。そのまま直せます。")
        return redirect(period_url(sheet))
    form = ReopenForm(posted(request), initial={"version": sheet.report.version})

    def save(ids: dict[str, Any]) -> object:
        return reports.reopen_report(**ids, reason=form.cleaned_data["reason"])

    return _form(request, sheet, form, save, "完成した報告を作成中に戻す", "monitoring/follow_up_reopen.html")


@with_sheet
def follow_up_meeting_new(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    typed = request.GET.get("lender", "")
    form = MeetingForm(posted(request), initial={"version": 1, "lender": typed if typed.isdecimal() else ""})

    def save(ids: dict[str, Any]) -> object:
        ids.pop("version")
        lender_id = form.cleaned_data["lender"].pk
        return meeting_services.add_meeting(**ids, lender_id=lender_id, facts=form.facts(), today=clock.today())

    return _meeting_form(request, sheet, form, save, None)


@with_sheet
def follow_up_meeting(request: MemberRequest, sheet: PeriodSheet, meeting_id: int) -> HttpResponse:
    meeting = _meeting(sheet, meeting_id)
    initial = {name: getattr(meeting, name) for name in (*MEETING_FACTS, "lender", "version")}
    form = MeetingForm(posted(request), initial=initial)

    def save(ids: dict[str, Any]) -> object:
        lender_id = form.cleaned_data["lender"].pk
        whose = {**ids, "meeting_id": meeting.pk, "lender_id": lender_id}
        return meeting_services.edit_meeting(**whose, facts=form.facts(), today=clock.today())

    return _meeting_form(request, sheet, form, save, meeting)


@with_sheet
def follow_up_meeting_remove(request: MemberRequest, sheet: PeriodSheet, meeting_id: int) -> HttpResponse:
    meeting = _meeting(sheet, meeting_id)

    def save() -> HttpResponse:
        ids = {"case_id": sheet.case.pk, "period_id": sheet.period.pk, "meeting_id": meeting.pk}
        name = meeting_services.remove_meeting(actor=request.member, **ids)
        messages.success(request, f"{name}の記録を削除しました。")
        return HttpResponseRedirect(f"{period_url(sheet)}#meetings-title")

    context = {
        **sheet_context(sheet, "金融機関への報告の削除"),
        "heading": "金融機関への報告の削除",
        "intro": f"「{meeting}」の記録を削除します。内容は履歴に残ります。",
        "submit": "削除する",
        "danger": True,
        "cancel_url": period_url(sheet),
    }
    return form_page(request, OfficeForm(posted(request)), save, context)


def _draft(request: MemberRequest, sheet: PeriodSheet) -> FollowUpReport | None:
    """Return the report if it may be written to; else say why not."""
    if sheet.report is None or sheet.is_finished:
        messages.info(request, FROZEN if sheet.is_finished else NO_REPORT)
        return None
    return sheet.report


def _meeting(sheet: PeriodSheet, meeting_id: int) -> BankMeeting:
    found = next((one for one in sheet.meetings if one.pk == meeting_id), None)
    if found is None:
        raise Http404(f"the period {sheet.period.pk} has no meeting {meeting_id}")
    return found


def _meeting_form(
    request: MemberRequest, sheet: PeriodSheet, form: MeetingForm, save: Save, meeting: BankMeeting | None
) -> HttpResponse:
    form.offer("lender", Lender.objects.for_agency(sheet.case.agency_id).filter(enterprise=sheet.case.enterprise_id))
    place = (sheet.case.number, sheet.period.pk)
    remove = reverse("monitoring:follow_up_meeting_remove", args=[*place, meeting.pk]) if meeting else ""
    found = {"row": meeting, "remove_url": remove, "anchor": "meetings-title"}
    here = "金融機関への報告の変更" if meeting else "金融機関への報告の記録"
    return _form(request, sheet, form, save, here, "monitoring/follow_up_meeting.html", found)


def _form(
    request: MemberRequest,
    sheet: PeriodSheet,
    form: VersionedForm,
    save: Save,
    here: str,
    template: str,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form of a period or save it; where somebody else was first, keep the input and show what stands now."""
    context: dict[str, Any] = {"anchor": "report-title", "differences": (), "row": sheet.report, **(extra or {})}
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            status = _saved(request, sheet, form, save, context)
        if status is HTTPStatus.FOUND:
            messages.success(request, f"{here}を保存しました。")
            return HttpResponseRedirect(f"{period_url(sheet)}#{context['anchor']}")
    shown = {**sheet_context(sheet, here), **context, "form": form, "heading": here, "cancel_url": period_url(sheet)}
    return render(request, template, shown, status=status)


def _saved(
    request: MemberRequest, sheet: PeriodSheet, form: VersionedForm, save: Save, context: dict[str, Any]
) -> HTTPStatus:
    ids = {"case_id": sheet.case.pk, "period_id": sheet.period.pk, "version": form.cleaned_data["version"]}
    try:
        save({"actor": request.member, **ids})
    except EditedMeanwhile as late:
        row = context["row"]
        row.refresh_from_db()
        form.add_error(None, late.message)
        form.accept_version(row.version)
        context["differences"] = _differences(form, row)
        context["is_late"] = True
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _differences(form: VersionedForm, row: Model) -> list[Difference]:
    """Return where what is stored and what was typed disagree; forms of several rows name the row that it is about."""
    if not isinstance(form, (ProgressForm, DeviationsForm)):
        return differences_of(form, row)
    found = []
    for name, subject in form.subjects.items():
        stored, typed = form.shown(name, form.fields[name].initial), form.shown(name, form.cleaned_data[name])
        if stored != typed:
            found.append(Difference(f"{subject}: {form.fields[name].label}", stored, typed))
    return found
