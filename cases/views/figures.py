"""The page of an enterprise's figures (実績), and the correction of one month by hand."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.forms.figures import MonthForm, WhichMonthForm
from cases.models import Enterprise
from cases.selectors import figures as selectors
from cases.services.figures import FiguresChanged, save_month
from cases.views.enterprises import LIST
from cases.views.shared import crumbs, posted
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError


def figures(request: MemberRequest, **_: int) -> HttpResponse:
    """Show what is stored, and lead to the import and to the entry of a month."""
    enterprise = loaded(request, Enterprise)
    which = WhichMonthForm(request.GET if "month" in request.GET else None, today=clock.today())
    if which.is_bound and which.is_valid():
        return redirect("cases:figures_month", enterprise.pk, f"{which.cleaned_data['month']:%Y-%m}")
    context = {
        "enterprise": enterprise,
        "stored": selectors.stored_figures(enterprise, today=clock.today()),
        "which": which,
        "can_edit": can(request.member, Action.EDIT_ENTERPRISE, enterprise).allowed,
        "breadcrumbs": _crumbs(enterprise, "実績"),
    }
    return render(request, "cases/figures.html", context, status=422 if which.is_bound else 200)


def figures_month(request: MemberRequest, *, month: str, **_: int) -> HttpResponse:
    """Enter or correct the figures of one month."""
    enterprise, day = loaded(request, Enterprise), _month(month)
    stored = selectors.month_figures(enterprise, day)
    form = MonthForm(posted(request), stored=stored)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_month(
                    actor=request.member, enterprise_id=enterprise.pk, month=day, seen=form.seen(), yen=form.yen()
                )
            except FiguresChanged as late:
                form, status = form.reopened(stored), 409
                form.add_error(None, late.message)
            except DomainError as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, f"{day:%Y-%m} の実績を保存しました。")
                return redirect("cases:figures", enterprise.pk)
    trail = _crumbs(enterprise, f"{day:%Y-%m}", ("実績", reverse("cases:figures", args=[enterprise.pk])))
    context = {"enterprise": enterprise, "month": day, "form": form, "sections": form.sections(), "breadcrumbs": trail}
    return render(request, "cases/figures_month.html", context, status=status)


def _month(text: str) -> date:
    """Return the first day of a month written as 2026-04; 404 for what is none, or lies in the future."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404(f"no month {text}") from None
    if not date(1990, 1, 1) <= day <= clock.today():
        raise Http404(f"no month {text}")
    return day


def _crumbs(enterprise: Enterprise, here: str, *via: tuple[str, str]) -> list[dict[str, str]]:
    return crumbs(here, LIST, (enterprise.name, reverse("cases:enterprise", args=[enterprise.pk])), *via)
