"""The pages of a case's lenders: the board, what each has said, and the letters for them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from cases.enums import LenderRole, LetterFormat, LetterKind, Scheme, SchemeFrame
from cases.forms.banks import StanceForm
from cases.models import Case, Lender, LenderStance
from cases.packets.letters import LetterNotOffered, letters_of
from cases.selectors.bank_tasks import letter_tasks
from cases.selectors.banks import CLOSE, TRAIL, Board, bank_board, guarantor_of, latest_change, stance_of
from cases.services.banks import STANCE_FACTS, record_stance
from cases.services.letters import print_letter
from cases.services.locking import EditedMeanwhile
from cases.views.shared import case_context, differences_of, posted
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

PAGE: Final = "cases:banks"
LETTER_TYPES: Final = {
    LetterFormat.PDF: "application/pdf",
    LetterFormat.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
FORM_PAGE: Final = "cases/bank.html"
OF_CLOSE_BANKS: Final = frozenset({LetterKind.CONSULTATION, LetterKind.CONFIRMATION, LetterKind.RECEIPT})


def banks(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    member = request.member
    board = bank_board(case)
    context = {
        **case_context(case, PAGE),
        "board": board,
        "tasks": letter_tasks(board),
        "can_edit": can(member, Action.HANDLE_PAPERS, case).allowed,
        "can_print": can(member, Action.DRAFT_PACKET, case).allowed,
        "can_add": can(member, Action.EDIT_ENTERPRISE).allowed,
        "guarantor_query": urlencode(
            {"role": LenderRole.GUARANTOR.value, "name": guarantor_of(case.council.prefecture)}
        ),
        "letters": _letters(case, board),
    }
    return render(request, "cases/banks.html", context)


def bank(request: MemberRequest, lender_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    lender = _lender(case, lender_id)
    stance = stance_of(case, lender)
    form = StanceForm(
        posted(request),
        initial={name: getattr(stance, name) for name in (*STANCE_FACTS, "version")},
        scheme=Scheme.of(SchemeFrame(case.frame)),
        is_close=lender.role in CLOSE,
    )
    if request.method == "POST" and form.is_valid():
        ids = {"case_id": case.pk, "lender_id": lender.pk, "version": form.cleaned_data["version"]}
        try:
            record_stance(actor=request.member, facts=form.values(), today=clock.today(), **ids)
        except EditedMeanwhile as late:
            return _conflict(request, case, stance, form, late)
        except DomainError as refused:
            for sentence in refused.message.splitlines():
                form.add_error(None, sentence)
        else:
            messages.success(request, f"「{lender}」の状況を保存しました。")
            return redirect(f"{reverse(PAGE, args=[case.number])}#lender-{lender.pk}")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, FORM_PAGE, {**_form_context(case, lender), "form": form}, status=status)


def bank_letter(request: MemberRequest, lender_id: int, letter_kind: str, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    lender = _lender(case, lender_id)
    if letter_kind not in LetterKind.values:
        raise Http404(f"no letter {letter_kind}")
    kind, ids = LetterKind(letter_kind), {"case_id": case.pk, "lender_id": lender.pk}
    asked = request.GET.get("format", "")
    format_ = LetterFormat(asked) if asked in LetterFormat.values else LetterFormat.PDF
    try:
        filename, content = print_letter(actor=request.member, kind=kind, today=clock.today(), format_=format_, **ids)
    except LetterNotOffered as refused:
        context = {**case_context(case, PAGE, here="書面の作成"), "message": refused.message}
        return render(request, "cases/bank_letter_refused.html", context, status=HTTPStatus.CONFLICT)
    response = HttpResponse(content, content_type=LETTER_TYPES[format_])
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


def _letters(case: Case, board: Board) -> list[tuple[Lender, list[LetterKind]]]:
    """Return each lender with the letters that it has a part in; the council asks close banks alone for some."""
    kinds = letters_of(SchemeFrame(case.frame))
    found = [
        (row.lender, [one for one in kinds if (row.is_close or not board.close or one not in OF_CLOSE_BANKS)])
        for row in board.rows
    ]
    return [(lender, letters) for lender, letters in found if letters]


def _lender(case: Case, lender_id: int) -> Lender:
    lenders = Lender.objects.for_agency(case.agency_id).filter(enterprise_id=case.enterprise_id)
    found: Lender = get_object_or_404(lenders, pk=lender_id)
    return found


def _form_context(case: Case, lender: Lender) -> dict[str, Any]:
    url = reverse(PAGE, args=[case.number])
    return {**case_context(case, PAGE, here=str(lender)), "lender": lender, "cancel_url": url}


def _conflict(
    request: MemberRequest, case: Case, stance: LenderStance, form: StanceForm, late: EditedMeanwhile
) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    stored = stance_of(case, stance.lender)
    form.add_error(None, late.message)
    form.accept_version(stored.version)
    latest = latest_change(case, f"{TRAIL} {stance.lender}")
    found = {"form": form, "differences": differences_of(form, stored), "latest": latest}
    return render(request, FORM_PAGE, {**_form_context(case, stance.lender), **found}, status=HTTPStatus.CONFLICT)
