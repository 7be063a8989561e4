"""Forms of costs, approval and submission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.rules.worked import TAX_PERCENTS
from subsidies.selectors.diary.crew import Crew, RatedWorker
from subsidies.selectors.estimate.cost_sheet import CostSheet, choice_of, read_choice
from subsidies.services.estimate.costs import LineInput
from subsidies.services.filing.approval import Approval
from vapup.shared.money import format_yen
from vapup.ui.fields import HoursField, YenField
from vapup.ui.forms import HashField, OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField


class CostLineForm(VersionedForm):
    """One line of the cost sheet; category and monitoring period are one choice, so that they cannot contradict."""

    group = forms.ChoiceField(label="費用区分・回")
    co_agency = forms.ChoiceField(label="担当する支援機関", required=False)
    worker = forms.ChoiceField(
        label="従事者",
        required=False,
        help_text="単価表から選ぶと、空いている担当者・資格と単価に、単価表の内容が入ります。",
    )
    work = TextField(label="業務内容", max_length=200, help_text="例: 財務DD、アクションプランの作成")
    person = TextField(label="担当者・資格", max_length=100, required=False, help_text="例: 佐藤 花子(税理士)")
    hourly_rate_yen = YenField(
        label="単価", unit="円/時間(税抜)", required=False, help_text="支援機関が通常用いる単価表の額"
    )
    minutes = HoursField(label="予定時間")
    tax_percent = forms.TypedChoiceField(
        label="消費税率",
        coerce=int,
        initial=TAX_PERCENTS[0],
        choices=[(percent, f"{percent}%") for percent in TAX_PERCENTS],
        help_text="業務が完了する日の税率",
    )
    is_subcontracted = forms.BooleanField(label="外部委託する業務である", required=False)

    def __init__(
        self, *args: Any, sheet: CostSheet, crew: Crew | None = None, line: CostLine | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.crew = crew or Crew()
        self._offer_crew(line)
        choices = [(group.choice, group.title) for group in sheet.groups if group.is_offered]
        kept = choice_of(CostCategory(line.category), line.period_id) if line else ""
        choices.extend((one.choice, one.title) for one in sheet.groups if one.choice == kept and not one.is_offered)
        field = self.fields["group"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "選んでください"), *choices]

    def _offer_crew(self, line: CostLine | None) -> None:
        """Offer the agencies where there are several, and the people of the rate card where there are any."""
        agencies = [(str(one.pk), one.name) for one in self.crew.co_agencies]
        people = [(str(one.worker.pk), _worker_label(one)) for one in self.crew.workers]
        kept = line.worker if line else None
        if kept is not None and str(kept.pk) not in dict(people):
            people.append((str(kept.pk), f"{kept}(使用停止)"))
        self.offer_choices("co_agency", [("", "代表認定支援機関"), *agencies])
        self.offer_choices("worker", [("", "選ばない"), *people])
        if not agencies:
            del self.fields["co_agency"]
        if not people:
            del self.fields["worker"]

    def clean(self) -> dict[str, Any]:
        """Fill person and rate from the card of the chosen person where they are empty; ask for them otherwise."""
        cleaned = super().clean() or self.cleaned_data
        chosen = next((one for one in self.crew.workers if str(one.worker.pk) == cleaned.get("worker")), None)
        if chosen is not None:
            cleaned["person"] = cleaned.get("person") or str(chosen.worker)
            if cleaned.get("hourly_rate_yen") is None and "hourly_rate_yen" not in self.errors:
                cleaned["hourly_rate_yen"] = chosen.rate_yen
        for name in ("person", "hourly_rate_yen"):
            if name not in self.errors and cleaned.get(name) in (None, ""):
                self.add_error(name, _missing(str(self.fields[name].label), chosen))
        return cleaned

    @property
    def card_rate_yen(self) -> int | None:
        """Return the card's rate of the person chosen, on the key date; None where nobody is chosen or has none."""
        return self.crew.rate_of(_id_of(self.cleaned_data.get("worker")))

    def line_input(self) -> LineInput:
        """Return the cleaned form as the services take it."""
        values = self.values()
        category, period_id = read_choice(values.pop("group"))
        co_agency_id, worker_id = _id_of(values.pop("co_agency", "")), _id_of(values.pop("worker", ""))
        return LineInput(
            category=category, period_id=period_id, co_agency_id=co_agency_id, worker_id=worker_id, **values
        )


def _id_of(value: str | None) -> int | None:
    return int(value) if value else None


def _worker_label(one: RatedWorker) -> str:
    agency = f" {one.worker.co_agency.name}" if one.worker.co_agency else ""
    rate = f"{format_yen(one.rate_yen)}円/時間" if one.rate_yen is not None else "単価なし"
    return f"{one.worker}{agency} {rate}"


def _missing(label: str, chosen: RatedWorker | None) -> str:
    if chosen is None:
        return f"「{label}」を入力してください。"
    return f"「{chosen.worker}」の単価表に、適用基準日の単価がありません。「{label}」を入力してください。"


def initial_of(line: CostLine) -> dict[str, Any]:
    """Return what the form of an existing line shows first."""
    names = ("work", "person", "hourly_rate_yen", "minutes", "tax_percent", "is_subcontracted")
    group = choice_of(CostCategory(line.category), line.period_id)
    crew = {"co_agency": line.co_agency_id or "", "worker": line.worker_id or ""}
    return {"group": group, **crew, **{name: getattr(line, name) for name in names}}


class VersionForm(VersionedForm):
    """Nothing but the version that the user saw."""


class TakeHoursForm(VersionForm):
    """What the user saw of the hours, and confirms."""

    shown_sha256 = HashField(label="表示した内容")

    def show_again(self, version: int, shown_sha256: str) -> None:
        """Carry what is shown now, so that confirming again is a knowing one."""
        self.accept_version(version)
        self.initial = {"version": version, "shown_sha256": shown_sha256}
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["shown_sha256"] = shown_sha256
        self.data = data


class RequestApprovalForm(VersionedForm):
    """Ask for the approval."""

    note = ParagraphField(label="承認者への連絡", required=False, max_length=1000, rows=3)


class ReasonForm(OfficeForm):
    """Take a request or an approval back."""

    reason = ParagraphField(label="取り消す理由", max_length=1000, rows=3, help_text="履歴に残ります。")


class ShownForm(OfficeForm):
    """Decide on the figures shown, by their hash."""

    shown_sha256 = HashField(label="表示した算定")

    def accept_figures(self) -> None:
        """Carry the hash of the figures shown now instead of that of those shown before."""
        self.data = {**self.data, self.add_prefix("shown_sha256"): self.initial["shown_sha256"]}


class ApproveForm(ShownForm):
    """Approve the figures shown."""

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


class SendBackForm(ShownForm):
    """Send the application back to its author; one that lacks too much to be printed has no hash."""

    comment = ParagraphField(label="差し戻す理由", max_length=1000, rows=4, help_text="担当者に表示されます。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_sha256"].required = False
