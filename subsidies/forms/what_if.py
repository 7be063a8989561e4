"""Forms of what-ifs and of the estimates kept from them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.assumptions import HALF_YEAR, LAST_YEAR, MOST_PERIODS, Assumptions, request_of
from subsidies.rules.request import InvalidRequest, parse_request
from subsidies.selectors.estimate.what_if import FILED_PREFIX, PAST_PREFIX
from vapup.shared.money import floor_share, format_yen
from vapup.shared.numbers import half_width
from vapup.ui.fields import CountField, JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm
from vapup.ui.text import TextField

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
