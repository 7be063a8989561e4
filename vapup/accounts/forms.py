"""The forms of the account pages; they check shape, the services check rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError

from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, Invitation, Member, User
from vapup.accounts.selectors import AuditFilter, object_kinds
from vapup.ui.fields import CorporateNumberField, JapaneseDateField, PhoneField, PostalCodeField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField

DUTIES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.CONSULTANT: "事業者・案件の登録、費用の入力、承認の依頼",
        Role.MANAGER: "担当者の仕事に加え、承認・差戻し、担当者の変更",
        Role.ADMIN: "正式な申請書類の出力、協議会への提出の記録、利用者の管理",
        Role.VIEWER: "閲覧だけ",
    }
)
SETTINGS: Final = (
    "name",
    "representative",
    "corporate_number",
    "certification_number",
    "certification_expires_on",
    "postal_code",
    "address",
    "phone",
    "self_approval_allowed",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose stored value differs from what the user typed."""

    label: str
    stored: str
    typed: str


class RolesField(forms.TypedMultipleChoiceField):
    """One or more roles, each with what it is for."""

    def __init__(self) -> None:
        super().__init__(
            label="役割",
            choices=[(role.value, f"{role.label}: {duty}") for role, duty in DUTIES.items()],
            coerce=Role,
            widget=forms.CheckboxSelectMultiple,
            help_text="一人が複数の役割を持てます。",
        )


class RolesForm(OfficeForm):
    """A member's roles."""

    roles = RolesField()


class InviteForm(OfficeForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="メールアドレス",
        max_length=254,
        error_messages={"invalid": "メールアドレスの形で入力してください。例: sato@example.jp"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    display_name = TextField(label="氏名", max_length=100, help_text="本人が参加するときに直せます。")
    roles = RolesField()


class JoinForm(OfficeForm):
    """What an invited person without an account has to say."""

    email = forms.EmailField(
        label="メールアドレス", disabled=True, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    display_name = TextField(label="氏名", max_length=100)
    password = forms.CharField(
        label="パスワード",
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label="パスワード(確認)", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    @classmethod
    def of(cls, invitation: Invitation, data: Any = None) -> JoinForm:
        """Return the form as the invitation fills it in."""
        return cls(data, initial={"email": invitation.email, "display_name": invitation.display_name})

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules, and that it was typed twice alike."""
        cleaned: dict[str, Any] = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", "二つのパスワードが違います。同じものを入力してください。")
        elif password:
            user = User(email=cleaned.get("email", ""), display_name=cleaned.get("display_name", ""))
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ProfileForm(OfficeForm):
    """What a user may change about themselves."""

    display_name = TextField(label="氏名", max_length=100, help_text="画面と操作記録に表示されます。")
    has_single_keys = forms.BooleanField(
        label="1文字のキー操作を使う",
        required=False,
        help_text="「/」で検索、「?」でキー操作の一覧など。音声入力や読み上げソフトと重なるときは外してください。",
    )


class SettingsForm(VersionedForm):
    """The agency's own data, as they are printed on applications."""

    name = TextField(label="名称", max_length=200, help_text="申請書類に、このまま印刷されます。")
    representative = TextField(label="代表者", max_length=100, required=False, help_text="例: 代表社員 佐藤 花子")
    corporate_number = CorporateNumberField(label="法人番号", required=False)
    certification_number = TextField(label="認定支援機関ID", max_length=20, required=False)
    certification_expires_on = JapaneseDateField(label="認定の有効期限", required=False)
    postal_code = PostalCodeField(label="郵便番号", required=False)
    address = TextField(label="所在地", max_length=300, required=False)
    phone = PhoneField(label="電話番号", required=False)
    self_approval_allowed = forms.BooleanField(label="自己承認を認める(一人事務所)", required=False)
    self_approval_reason = TextField(
        label="自己承認の設定を変える理由",
        max_length=300,
        required=False,
        help_text="設定を変えるときだけ入力してください。操作記録に残ります。",
    )

    @classmethod
    def of(cls, agency: Agency) -> SettingsForm:
        """Return the form as it stands in the database."""
        return cls(initial={name: getattr(agency, name) for name in (*SETTINGS, "version")})

    def settings(self) -> dict[str, Any]:
        """Return the values to be stored, by the model's names."""
        return {name: self.cleaned_data[name] for name in SETTINGS}

    def differences(self, agency: Agency) -> list[Difference]:
        """Return where the typed values differ from those of `agency`."""
        pairs = ((name, getattr(agency, name), self.cleaned_data[name]) for name in SETTINGS)
        return [
            Difference(str(self.fields[name].label), _text(stored), _text(typed))
            for name, stored, typed in pairs
            if stored != typed
        ]


class AuditFilterForm(OfficeForm):
    """Which part of the audit trail to show; its values live in the address."""

    person = forms.TypedChoiceField(label="操作者", required=False, coerce=int, empty_value=None)
    verb = forms.ChoiceField(label="操作", required=False, choices=[("", "すべて"), *Verb.choices])
    kind = forms.ChoiceField(label="対象", required=False)
    since = JapaneseDateField(label="この日から", required=False, help_text="")
    until = JapaneseDateField(label="この日まで", required=False, help_text="")

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(member.pk), str(member)) for member in members]
        self.offer_choices("person", [("", "すべて"), *people])
        self.offer_choices("kind", [("", "すべて"), *object_kinds().items()])

    def wanted(self) -> AuditFilter:
        """Return the filter; a field that cannot be read filters nothing and shows its error."""
        chosen = self.cleaned_data
        return AuditFilter(
            actor_id=chosen.get("person"),
            verb=chosen.get("verb", ""),
            object_type=chosen.get("kind", ""),
            since=chosen.get("since"),
            until=chosen.get("until"),
        )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return "—" if value in (None, "") else str(value)
