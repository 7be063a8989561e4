"""Forms of costs, approval and submission: they check shape; whether it fits the case is for the services."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from cases.enums import Industry, LegalForm, SchemeFrame
from subsidies.enums import CostCategory, SubmissionMethod, TopUpState
from subsidies.models import CostLine
from subsidies.rules.assumptions import HALF_YEAR, LAST_YEAR, MOST_PERIODS, Assumptions, request_of
from subsidies.rules.chooser import Answers, Banks
from subsidies.rules.request import InvalidRequest, parse_request
from subsidies.selectors.cost_sheet import CostSheet, choice_of, read_choice
from subsidies.selectors.what_if import FILED_PREFIX, PAST_PREFIX
from subsidies.services.costs import TAX_PERCENTS, LineInput
from subsidies.services.usage import Approval
from vapup.shared.money import floor_share, format_yen
from vapup.ui.fields import CountField, HoursField, JapaneseDateField, YenField, half_width
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField

YES_NO: Final = [("yes", "はい"), ("no", "いいえ")]
NEVER_USED: Final = "none"


class CostLineForm(VersionedForm):
    """One line of the cost sheet; category and monitoring period are one choice, so that they cannot contradict."""

    group = forms.ChoiceField(label="費用区分・回")
    work = TextField(label="業務内容", max_length=200, help_text="例: 財務DD、アクションプランの作成")
    person = TextField(label="担当者・資格", max_length=100, help_text="例: 佐藤 花子(税理士)")
    hourly_rate_yen = YenField(label="単価", unit="円/時間(税抜)", help_text="支援機関が通常用いる単価表の額")
    minutes = HoursField(label="予定時間")
    tax_percent = forms.TypedChoiceField(
        label="消費税率",
        coerce=int,
        initial=TAX_PERCENTS[0],
        choices=[(percent, f"{percent}%") for percent in TAX_PERCENTS],
        help_text="業務が完了する日の税率",
    )
    is_subcontracted = forms.BooleanField(label="外部委託する業務である", required=False)

    def __init__(self, *args: Any, sheet: CostSheet, line: CostLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(group.choice, group.title) for group in sheet.groups if group.is_offered]
        kept = choice_of(CostCategory(line.category), line.period_id) if line else ""
        choices.extend((one.choice, one.title) for one in sheet.groups if one.choice == kept and not one.is_offered)
        field = self.fields["group"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "選んでください"), *choices]

    def line_input(self) -> LineInput:
        """Return the cleaned form as the services take it."""
        values = self.values()
        category, period_id = read_choice(values.pop("group"))
        return LineInput(category=category, period_id=period_id, **values)


def initial_of(line: CostLine) -> dict[str, Any]:
    """Return what the form of an existing line shows first."""
    names = ("work", "person", "hourly_rate_yen", "minutes", "tax_percent", "is_subcontracted")
    group = choice_of(CostCategory(line.category), line.period_id)
    return {"group": group, **{name: getattr(line, name) for name in names}}


class VersionForm(VersionedForm):
    """Nothing but the version that the user saw."""


class RequestApprovalForm(VersionedForm):
    """Ask for the approval."""

    note = ParagraphField(label="承認者への連絡", required=False, max_length=1000, rows=3)


class ReasonForm(OfficeForm):
    """Take a request or an approval back."""

    reason = ParagraphField(label="取り消す理由", max_length=1000, rows=3, help_text="履歴に残ります。")


class ApproveForm(OfficeForm):
    """Approve the figures shown."""

    shown_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label="表示した算定",
        widget=forms.HiddenInput,
        error_messages={"invalid": "画面の情報が壊れています。開き直してください。"},
    )
    note = ParagraphField(label="承認者の意見", required=False, max_length=1000, rows=3)
    override_reason = ParagraphField(label="上限等の例外を認める理由", required=False, max_length=1000, rows=3)

    def __init__(self, *args: Any, has_exceptions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_exceptions:
            self.fields["override_reason"].required = True
            self.fields["override_reason"].help_text = "履歴に残ります。"
        else:
            del self.fields["override_reason"]

    def approval(self) -> Approval:
        """Return the cleaned form as the service takes it."""
        return Approval(**self.cleaned_data)

    def accept_figures(self) -> None:
        """Carry the hash of the figures shown now instead of that of those shown before."""
        self.data = {**self.data, self.add_prefix("shown_sha256"): self.initial["shown_sha256"]}


class SendBackForm(OfficeForm):
    """Send the application back to its author."""

    comment = ParagraphField(label="差し戻す理由", max_length=1000, rows=4, help_text="担当者に表示されます。")


class SubmitForm(OfficeForm):
    """Record the submission to the council."""

    submitted_on = JapaneseDateField(label="利用申請日(提出した日)")
    method = forms.TypedChoiceField(
        label="提出方法", coerce=SubmissionMethod, choices=SubmissionMethod.choices, widget=forms.RadioSelect
    )
    receipt_number = TextField(label="受付番号", required=False, max_length=50, help_text="協議会から示されたとき")


class TopUpForm(OfficeForm):
    """A local top-up of the enterprise's own share."""

    provider = TextField(label="実施機関", max_length=100, help_text="例: 市区町村、信用保証協会")
    programme = TextField(label="制度の名称", max_length=200, required=False)
    amount_yen = YenField(label="上乗せの額", min_yen=1)
    state = forms.TypedChoiceField(
        label="状況", coerce=TopUpState, choices=TopUpState.choices, initial=TopUpState.PLANNED
    )
    decided_on = JapaneseDateField(
        label="交付決定日", required=False, help_text="状況が交付決定・入金済のときは必須です。"
    )
    source_url = forms.URLField(
        label="制度のページ",
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "「制度のページ」は https:// で始まるアドレスにしてください。"},
    )
    note = TextField(label="備考", max_length=200, required=False)

    def facts(self) -> dict[str, Any]:
        """Return the cleaned fields as the services take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EditTopUpForm(TopUpForm, VersionedForm):
    """A stored top-up."""


_SHARES: Final = Fraction(1, 100)
INTERVALS: Final = ((1, "1か月ごと"), (3, "3か月ごと"), (6, "6か月ごと"), (12, "1年ごと"))


class PartField(YenField):
    """A part of a total, typed as an amount of yen or as a whole percentage of it; the latter is read as a Fraction."""

    def read(self, text: str) -> Any:
        """Return yen as a whole number, or a share between 0 and 1."""
        written = half_width(text)
        if not written.endswith("%"):
            return super().read(text)
        digits = written.removesuffix("%")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > len("100") or int(digits) > 100:
            raise ValidationError("割合は 0%から100%までの整数で、30% のように入力してください。", code="invalid")
        return int(digits) * _SHARES


class AssumptionForm(OfficeForm):
    """What a what-if assumes. It is sent by GET, so that a what-if has an address of its own."""

    frame = forms.TypedChoiceField(label="制度・枠", coerce=SchemeFrame, choices=SchemeFrame.choices)
    accepted_on = JapaneseDateField(label="受理(予定)日")
    total_yen = YenField(label="計画策定+伴走支援の総額(税込)")
    monitoring_yen = PartField(label="うち伴走支援", required=False, unit="円か%", help_text="例: 900,000、30%")
    closing_yen = YenField(label="うち決算期の伴走支援", required=False, help_text="Vアップ事業のみ。空欄は回数で等分")
    period_count = CountField(
        label="伴走支援の回数", required=False, largest=MOST_PERIODS, unit="回", help_text="費用は回数で等分します。"
    )
    first_ends_on = JapaneseDateField(
        label="初回の対象期間の最終日", required=False, help_text="例: 2027-03-31、R9.3.31"
    )
    every_months = forms.TypedChoiceField(label="回の間隔", coerce=int, choices=INTERVALS, initial=HALF_YEAR)
    annual_sales_yen = YenField(label="年間売上高", required=False)
    interest_bearing_debt_yen = YenField(label="有利子負債", required=False)
    due_diligence_yen = YenField(label="DD費用等(税込、中小版GL枠)", required=False)
    seeks_guarantee_release = forms.BooleanField(label="経営者保証の解除を目指す", required=False)
    negotiation_yen = YenField(
        label="金融機関交渉費用(税込)",
        required=False,
        help_text="経営者保証の解除を目指す計画だけが対象です。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for prefix, label in ((PAST_PREFIX, "過去の補助額"), (FILED_PREFIX, "利用申請の額")):
            for category in CostCategory:
                field = YenField(label=f"{label} {category.label}", required=False)
                self.fields[f"{prefix}{category.value}"] = field

    def clean(self) -> dict[str, Any]:
        """Check what fields say about each other, then the whole as the engine reads it."""
        super().clean()
        if self._are_clean("total_yen", "monitoring_yen", "closing_yen"):
            self._check_parts()
        if self._are_clean("accepted_on", "period_count", "first_ends_on", "every_months"):
            self._check_periods()
        self._check_size()
        if not self.errors:
            self._check_request()
        return self.cleaned_data

    def assumptions(self) -> Assumptions:
        """Return the cleaned form as the engine takes it."""
        values = self.cleaned_data
        optional = ("due_diligence_yen", "negotiation_yen", "monitoring_yen", "period_count")
        kept = ("frame", "accepted_on", "annual_sales_yen", "interest_bearing_debt_yen", "total_yen", "closing_yen")
        amounts: dict[str, Any] = {name: values[name] or 0 for name in optional}
        past = {category: values[f"{PAST_PREFIX}{category.value}"] for category in CostCategory}
        filed = {category: values[f"{FILED_PREFIX}{category.value}"] for category in CostCategory}
        return Assumptions(
            **{name: values[name] for name in (*kept, "first_ends_on", "every_months", "seeks_guarantee_release")},
            **amounts,
            past_subsidies={category: yen for category, yen in past.items() if yen},
            estimates={category: yen for category, yen in filed.items() if yen is not None},
        )

    def _are_clean(self, *names: str) -> bool:
        return self.errors.keys().isdisjoint(names)

    def _check_parts(self) -> None:
        values = self.cleaned_data
        total_yen, part = values["total_yen"], values["monitoring_yen"]
        if isinstance(part, Fraction):
            part = values["monitoring_yen"] = floor_share(total_yen, part)
        monitoring_yen = part or 0
        if monitoring_yen > total_yen:
            self.add_error(
                "monitoring_yen",
                f"伴走支援 {format_yen(monitoring_yen)}円 が、総額 {format_yen(total_yen)}円 を超えています。",
            )
        if (values["closing_yen"] or 0) > monitoring_yen:
            closing = format_yen(values["closing_yen"])
            self.add_error(
                "closing_yen", f"決算期 {closing}円 が、伴走支援 {format_yen(monitoring_yen)}円 を超えています。"
            )

    def _check_periods(self) -> None:
        values = self.cleaned_data
        first, accepted_on = values["first_ends_on"], values["accepted_on"]
        if not values["period_count"]:
            return
        if first is None:
            self.add_error(
                "first_ends_on", "「伴走支援の回数」があるときは、初回の対象期間の最終日も入力してください。"
            )
        elif first < accepted_on:
            self.add_error("first_ends_on", f"初回の最終日 {first} が、受理(予定)日 {accepted_on} より前です。")
        elif first.year + values["period_count"] * values["every_months"] // 12 + 1 > LAST_YEAR:
            self.add_error(
                "first_ends_on", f"最後の回が{LAST_YEAR}年を超えます。初回の最終日か回数を見直してください。"
            )

    def _check_size(self) -> None:
        if self.cleaned_data.get("frame") is not SchemeFrame.NORMAL:
            return
        for name in ("annual_sales_yen", "interest_bearing_debt_yen"):
            if self._are_clean(name) and self.cleaned_data[name] is None:
                label = self.fields[name].label
                self.add_error(name, f"405事業 通常枠は企業規模で上限が変わるため、「{label}」を入力してください。")

    def _check_request(self) -> None:
        try:
            parse_request(request_of(self.assumptions()).as_dict())
        except InvalidRequest as refused:
            self.add_error("accepted_on" if refused.code == "frame_not_open" else None, refused.message)


class EstimateForm(OfficeForm):
    """The name under which a what-if is kept."""

    name = TextField(label="試算の名前", max_length=100, help_text="例: 伴走支援を3割にした案")


class ChooserForm(OfficeForm):
    """The questions of the chooser; the answers stand in the address, so that a verdict can be sent to a colleague."""

    support = forms.ChoiceField(
        label="1. 金融支援(返済条件の変更、借換など)が必要ですか",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    guideline = forms.ChoiceField(
        label="2. 「中小企業の事業再生等に関するガイドライン」の手続に沿いますか",
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text="第三者支援専門家を選び、対象債権者全員の同意を得る手続です。",
    )
    past = forms.ChoiceField(
        label="3. 過去にこれらの制度を使いましたか(最後に使ったもの)",
        choices=[(NEVER_USED, "使ったことはない"), *SchemeFrame.choices],
        initial=NEVER_USED,
    )
    past_on = JapaneseDateField(label="そのときの受理日", required=False)
    legal_form = forms.ChoiceField(label="4. 事業者の法人形態", choices=LegalForm.choices, initial=LegalForm.COMPANY)
    industry = forms.ChoiceField(label="業種の区分", choices=Industry.choices)
    capital_yen = YenField(label="資本金", required=False)
    employee_count = CountField(label="常時使用する従業員数", unit="人", required=False)
    banks = forms.ChoiceField(
        label="5. 取引金融機関",
        choices=[
            (Banks.SEVERAL, "2行以上"),
            (Banks.ONE_GUARANTEED, "1行だけで、保証協会の保証付の借入がある"),
            (Banks.ONE, "1行だけで、保証協会の保証もない"),
        ],
        widget=forms.RadioSelect,
    )
    bank_supporter = forms.ChoiceField(
        label="民間金融機関だけが支援者(認定支援機関)になりますか",
        choices=YES_NO,
        initial="no",
        widget=forms.RadioSelect,
    )
    on = JapaneseDateField(label="利用申請の受理予定日")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse a day of an earlier use that has not come, or that belongs to no use."""
        cleaned = super().clean() or self.cleaned_data
        past_on, past = cleaned.get("past_on"), cleaned.get("past")
        if past_on is not None and past_on > self.today:
            self.add_error(
                "past_on", f"{past_on} は今日 {self.today} より後です。過去の利用の受理日を入力してください。"
            )
        elif past_on is not None and past == NEVER_USED:
            self.add_error(
                "past_on",
                f"「使ったことはない」なのに、受理日 {past_on} があります。どちらかを直してください。",
            )
        return cleaned

    def answers(self) -> Answers:
        """Return the cleaned form as the rules take it."""
        said = self.cleaned_data
        return Answers(
            needs_support=said["support"] == "yes",
            follows_guideline=said["guideline"] == "yes",
            past_frame=None if said["past"] == NEVER_USED else SchemeFrame(said["past"]),
            past_accepted_on=said["past_on"],
            legal_form=LegalForm(said["legal_form"]),
            industry=Industry(said["industry"]),
            capital_yen=said["capital_yen"],
            employee_count=said["employee_count"],
            banks=Banks(said["banks"]),
            has_bank_supporter=said["bank_supporter"] == "yes",
        )
