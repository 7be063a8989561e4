"""The forms about deadlines: what people say of one, which of them the ledger shows, and how mails go out."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from cases.enums import SchemeFrame
from cases.selectors.cases import members_by_name
from monitoring.enums import DeadlineKind
from monitoring.rules.kinds import clock_kinds
from monitoring.selectors.risk import ALL_KINDS, LAPSED, OVERDUE, RiskFilter
from vapup.documents.kinds import ACCEPT, ALLOWED
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField
from vapup.ui.widgets import PlainSelect

ALL: Final = ("", "すべて")
SCOPES: Final = (("", "補助金を失う期限"), (ALL_KINDS, "書類などの期限も含む"), (LAPSED, "失効した期限(1年以内)"))
LARGEST_ID: Final = 2**63 - 1


class AcknowledgeForm(VersionedForm):
    """「確認しました」."""

    note = TextField(
        label="対応の予定", max_length=300, required=False, help_text="例: 来週、事業者から通帳の写しを受け取る"
    )


class SnoozeForm(VersionedForm):
    """「後回し」."""

    until = JapaneseDateField(label="次に知らせる日")
    reason = TextField(label="理由", max_length=300, help_text="例: 金融機関の回答を12月10日まで待つ")


class ExtensionForm(VersionedForm):
    """「延長を記録」."""

    until = JapaneseDateField(label="延長後の最終日", help_text="協議会が認めた、新しい最後の日。")
    granted_on = JapaneseDateField(label="協議会が認めた日")
    proof = TextField(
        label="根拠となる文書・連絡", max_length=300, help_text="例: 2027年4月1日付の承認通知、協議会 高橋様の電話"
    )
    file = forms.FileField(
        label="文書のファイル",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={"invalid": "「文書のファイル」を選び直してください。"},
    )

    def __init__(self, *args: Any, max_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"{ALLOWED}。{max_bytes // (1024 * 1024)}MBまで。"


class ReadForm(OfficeForm):
    """Which notice was read, or that all up to one were."""

    notice = forms.IntegerField(label="通知", min_value=1, max_value=LARGEST_ID)
    everything = forms.BooleanField(label="すべて", required=False)


class RiskFilterForm(OfficeForm):
    """Which deadlines the ledger shows; lives in the address."""

    consultant = forms.ChoiceField(label="担当者", required=False, widget=PlainSelect)
    kind = forms.ChoiceField(label="期限の種類", required=False, widget=PlainSelect)
    frame = forms.ChoiceField(label="制度・枠", required=False, choices=[ALL, *SchemeFrame.choices], widget=PlainSelect)
    days = forms.ChoiceField(
        label="期間",
        required=False,
        choices=[
            ALL,
            (str(OVERDUE), "超過のみ"),
            ("7", "超過・7日以内"),
            ("30", "30日以内"),
            ("90", "90日以内"),
            ("180", "180日以内"),
        ],
        widget=PlainSelect,
    )
    scope = forms.ChoiceField(
        label="対象",
        required=False,
        choices=SCOPES,
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, agency_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = members_by_name(agency_id)
        self.offer_choices("consultant", [ALL, *((str(one.pk), str(one)) for one in people)])
        kinds = [(kind.value, kind.label) for kind in DeadlineKind if not clock_kinds()[kind].is_event]
        self.offer_choices("kind", [ALL, *kinds])

    def wanted(self) -> RiskFilter:
        """Return the filter; a value that is not offered leaves its part out."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return RiskFilter(
            consultant_id=int(found["consultant"]) if found["consultant"] else None,
            kind=found["kind"],
            frame=found["frame"],
            days=int(found["days"]) if found["days"] else None,
            scope=found["scope"],
        )


def _hours(first: int, last: int) -> list[tuple[int, str]]:
    return [(hour, f"{hour}時") for hour in range(first, last + 1)]


class ReminderSettingsForm(VersionedForm):
    """How an agency wants its mails."""

    mail_from_hour = forms.TypedChoiceField(label="メールを送り始める時刻", coerce=int, choices=_hours(0, 23))
    mail_until_hour = forms.TypedChoiceField(
        label="メールを送り終える時刻",
        coerce=int,
        choices=_hours(1, 24),
        help_text="この時刻からは送りません。夜の間の通知は、翌朝の送り始める時刻に送ります。",
    )
    hides_figures = forms.BooleanField(
        label="メールに金額と事業者名を載せない",
        required=False,
        help_text="件名と本文には案件番号・期限の種類・日付だけを載せます。金額と事業者名は、ログインした画面で見ます。",
    )
