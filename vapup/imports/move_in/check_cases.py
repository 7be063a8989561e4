"""What may be wrong with a case: whom it belongs to, its stage, its dates, and whether its frame was open."""

from __future__ import annotations

from datetime import date
from typing import Final

from cases.enums import CaseStage, Industry, LegalForm, Scheme, SchemeFrame
from cases.rules.eligibility import Answer, Applicant, sme_verdict
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from vapup.imports.columns import Draft
from vapup.imports.move_in import forms
from vapup.imports.move_in.book import Book, Bundle, Party, doubles
from vapup.imports.move_in.journey import later_of, steps_of

GUIDELINE_COLUMNS: Final = ("appointed_on", "standstill_on", "standstill_until", "report_on")
UNACCEPTED: Final = frozenset({CaseStage.CONSULTATION, CaseStage.PREPARING, CaseStage.APPLIED})


def check_cases(book: Book, *, today: date) -> None:
    """Tell every fault of the rows of cases."""
    for draft, first in doubles(book.of(forms.CASES), ["number"]):
        draft.fault("number", f"案件番号{draft.shown('number')}は、{first.address('number')}にもあります。")
    for bundle in book.bundles.values():
        _settle(book, bundle)
        _check_number(book, bundle.draft)
        _check_dates(bundle, today)
        _check_frame(bundle)
        if bundle.party is not None and bundle.frame is not None:
            _check_form(bundle, bundle.party, bundle.frame)


def _settle(book: Book, bundle: Bundle) -> None:
    """Find the person and the council that the row names."""
    draft = bundle.draft
    name, council = draft.values["consultant"], draft.values["council"]
    if name:
        key = name.lower() if "@" in name else "".join(name.split())
        found = book.office.members.get(key, ())
        bundle.consultant = found[0] if len(found) == 1 else None
        if not found:
            draft.fault(
                "consultant",
                f"「担当者」の{draft.shown('consultant')}は、担当者・管理者の役割を持つ利用者ではありません。",
            )
        elif len(found) > 1:
            draft.fault(
                "consultant",
                f"「担当者」の{draft.shown('consultant')}は{len(found)}人います。メールアドレスで指定してください。",
            )
    if council:
        bundle.council = book.office.councils.get(council, "")
        if not bundle.council:
            draft.fault(
                "council",
                f"「協議会」の{draft.shown('council')}がありません。「宮城県」のように都道府県名で入力してください。",
            )


def _check_number(book: Book, draft: Draft) -> None:
    if draft.values["number"] in book.office.case_numbers:
        draft.fault(
            "number", f"案件番号{draft.shown('number')}は、登録済みの案件で使われています。別の番号にしてください。"
        )


def _check_dates(bundle: Bundle, today: date) -> None:
    """Look for days that are missing, too many, in the future, or before one that comes first."""
    draft = bundle.draft
    latest, name = draft.values["consulted_on"], "初回相談日"
    for step, row, day in steps_of(bundle):
        if row is None:
            draft.fault(
                "stage", f"段階{draft.shown('stage')}には、「支払申請」シートに計画策定の支払申請の行が必要です。"
            )
            return
        label = row.form.by_name[step.column].label if row.form else ""
        if day is None:
            _miss(row, step.column, f"段階{draft.shown('stage')}には「{label}」が必要です。日付を入力してください。")
        elif latest is not None and day < latest:
            _miss(row, step.column, f"「{label}」 {day} は「{name}」 {latest} より前です。どちらかを直してください。")
        if day is not None and (latest is None or day >= latest):
            latest, name = day, label
    for step, row, day in later_of(bundle):
        label = row.form.by_name[step.column].label if row is not None and row.form else ""
        if row is not None:
            _miss(
                row,
                step.column,
                f"「{label}」 {day} がありますが、段階は{draft.shown('stage')}です。"
                "段階を直すか、日付を消してください。",
            )
    _check_future(draft, today)


def _miss(row: Draft, column: str, text: str) -> None:
    """Tell a fault of a day, unless its cell has one already."""
    if not any(one.address == row.address(column) for one in row.messages):
        row.fault(column, text)


def _check_future(draft: Draft, today: date) -> None:
    named = ("consulted_on", "usage_applied_on", "usage_accepted_on", "usage_decided_on")
    for column in (*named, "appointed_on", "standstill_on", "report_on", "agreed_on", "ended_on"):
        day = draft.values[column]
        if day is not None and day > today and draft.form is not None:
            _miss(
                draft,
                column,
                f"「{draft.form.by_name[column].label}」 {day} は今日 {today} より後です。日付を確かめてください。",
            )


def _check_frame(bundle: Bundle) -> None:
    """Look whether the frame has rules on the day that picks them, and whether it has these steps."""
    draft, frame, stage = bundle.draft, bundle.frame, bundle.stage
    if frame is None or stage is None:
        return
    _check_planned_day(draft, stage)
    if frame is not SchemeFrame.SME_GL:
        _check_foreign_days(draft)
        _check_stage_of_frame(bundle, frame, stage)
    _check_window(bundle, frame)
    _check_standstill(draft)


def _check_planned_day(draft: Draft, stage: CaseStage) -> None:
    planned, consulted = draft.values["planned_accepted_on"], draft.values["consulted_on"]
    if stage in UNACCEPTED and planned is None and not draft.is_faulty:
        draft.fault("planned_accepted_on", "受理前の案件には「受理予定日」が必要です。この日の規則で計算します。")
    if planned and consulted and planned < consulted:
        draft.fault("planned_accepted_on", f"「受理予定日」 {planned} は「初回相談日」 {consulted} より前です。")


def _check_foreign_days(draft: Draft) -> None:
    """Refuse the days of the guideline's procedure in another frame."""
    for column in (one for one in GUIDELINE_COLUMNS if draft.values[one]):
        label = draft.form.by_name[column].label if draft.form else ""
        draft.fault(
            column,
            f"「{label}」 {draft.values[column]} は中小版GL枠だけの日付ですが、枠は{draft.shown('frame')}です。"
            "日付を消すか、枠を直してください。",
        )


def _check_stage_of_frame(bundle: Bundle, frame: SchemeFrame, stage: CaseStage) -> None:
    if stage not in {CaseStage.CONSULTATION, *(step.step.stage for step in steps_of(bundle))}:
        bundle.draft.fault("stage", f"「{frame.label}」の案件に、段階{bundle.draft.shown('stage')}はありません。")


def _check_window(bundle: Bundle, frame: SchemeFrame) -> None:
    if bundle.key_date is None:
        return
    try:
        rule_version_on(frame, bundle.key_date)
    except FrameNotOpen as closed:
        _miss(bundle.draft, bundle.key_column, closed.message)


def _check_standstill(draft: Draft) -> None:
    asked, until = draft.values["standstill_on"], draft.values["standstill_until"]
    if until and not asked:
        draft.fault("standstill_on", f"「一時停止の期限」 {until} がありますが、「一時停止の要請日」が空です。")
    elif until and until < asked:
        draft.fault("standstill_until", f"「一時停止の期限」 {until} は「一時停止の要請日」 {asked} より前です。")


def _check_form(bundle: Bundle, party: Party, frame: SchemeFrame) -> None:
    """Refuse an enterprise that the scheme excludes by its legal form; one that was accepted is only asked about."""
    industry, employees, day = party.fact("industry"), party.fact("employee_count"), bundle.key_date
    if industry is None or employees is None or day is None:
        return
    form = LegalForm(party.fact("legal_form") or LegalForm.COMPANY)
    applicant = Applicant(form, Industry(industry), party.fact("capital_yen"), employees)
    verdict = sme_verdict(applicant, Scheme.of(frame), on=day)
    if verdict.answer is not Answer.EXCLUDED_FORM:
        return
    text = f"事業者{party.key}: {''.join(verdict.reasons)}"
    if bundle.stage in UNACCEPTED:
        bundle.draft.fault("frame", text)
    else:
        bundle.draft.warn("frame", f"{text}受理された案件として取り込みます。")
