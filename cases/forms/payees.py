"""The form of an agency's bank account, as banks write accounts."""

from __future__ import annotations

import re
from typing import Any, Final

import jaconv
from django import forms
from django.core.exceptions import ValidationError

from cases.enums import AccountKind
from vapup.shared import banks
from vapup.shared.numbers import half_width
from vapup.ui.forms import VersionedForm
from vapup.ui.text import TextField, shorten

# What banks accept in the name of a holder: half-width kana without small ones, capitals, digits and a few signs.
HOLDER: Final = re.compile(r"[A-Z0-9ｱ-ﾝﾞﾟ().,/\-\\｢｣ ]*")
SMALL: Final = str.maketrans("ｧｨｩｪｫｬｭｮｯｰ‐−－", "ｱｲｳｴｵﾔﾕﾖﾂ----")
ACCOUNT: Final = ("bank_name", "branch_name", "number", "holder_kana")


class HolderKanaField(TextField):
    """The holder of an account in the half-width kana that banks use; kana of any width are understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=48, **kwargs)
        self.widget.attrs.update({"class": "input--20", "autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        """Return the name as banks write it, or refuse a character that they do not take."""
        text = super().to_python(value)
        narrow: str = jaconv.z2h(jaconv.hira2kata(text.replace("\u3000", " ")), kana=True, ascii=True, digit=True)
        holder = narrow.upper().translate(SMALL)
        unknown = next((one for one in holder if not HOLDER.fullmatch(one)), "")
        if unknown:
            raise ValidationError(
                f"「{shorten(unknown)}」は口座名義に使えません。"
                "通帳のとおり、カナ・英大文字・数字・記号 ().,/-「」で入力してください。",
                code="invalid",
            )
        return holder


class DigitsField(TextField):
    """A code of exactly so many digits; full-width ones are understood, and leading zeros are added where asked."""

    def __init__(self, *, length: int, pads: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.length, self.pads = length, pads
        css = "input--8" if length > 4 else "input--4"
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "class": css})

    def to_python(self, value: Any) -> str:
        """Return the bare digits."""
        text = super().to_python(value)
        digits = half_width(text)
        if not digits:
            return ""
        if self.pads and re.fullmatch(r"[0-9]+", digits):
            digits = digits.zfill(self.length)
        if not re.fullmatch(rf"[0-9]{{{self.length}}}", digits):
            raise ValidationError(
                f"「{shorten(text)}」は{self.label}ではありません。{self.length}桁の数字で入力してください。",
                code="invalid",
            )
        return digits


class PayeeForm(VersionedForm):
    """An agency's account and whether income tax is withheld from its fee."""

    bank_name = TextField(label="金融機関名", max_length=100, required=False, help_text="通帳にある正式な名称")
    bank_code = DigitsField(
        label="金融機関コード", length=4, required=False, help_text="4桁。入力すると名称と照合します。"
    )
    branch_name = TextField(label="支店名", max_length=100, required=False, help_text="「支店」まで入力します。")
    branch_code = DigitsField(label="支店コード", length=3, required=False, help_text="3桁")
    kind = forms.ChoiceField(label="預金の種類", choices=AccountKind.choices, initial=AccountKind.ORDINARY)
    number = DigitsField(
        label="口座番号", length=7, pads=True, required=False, help_text="7桁。短い番号は先頭に0を補います。"
    )
    holder_kana = HolderKanaField(
        label="口座名義(カナ)", required=False, help_text="通帳のカナ。半角カナに直して保存します。"
    )
    withholds_tax = forms.BooleanField(
        label="源泉所得税が差し引かれる個人の士業",
        required=False,
        help_text="税理士・公認会計士・中小企業診断士などが個人で受け取るとき。振込額の案を差引後の額で示します。",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the whole account or none of it, and compare the codes with the published names."""
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ACCOUNT if cleaned.get(name)]
        if given or cleaned.get("bank_code") or cleaned.get("branch_code"):
            for name in ACCOUNT:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(
                        name, f"「{self.fields[name].label}」を入力してください。口座は全部の欄を入力します。"
                    )
        if cleaned.get("bank_code") and cleaned.get("bank_name"):
            self._compare("bank", banks.bank_name(cleaned["bank_code"]))
        if cleaned.get("branch_code") and cleaned.get("branch_name") and not self.errors:
            self._compare_branch()
        return cleaned

    def _compare_branch(self) -> None:
        bank_code = self.cleaned_data["bank_code"]
        if not bank_code:
            self.add_error("bank_code", "支店コードを入力するときは、金融機関コードも入力してください。")
        else:
            self._compare("branch", banks.branch_name(bank_code, self.cleaned_data["branch_code"]))

    def _compare(self, what: str, listed: str) -> None:
        name, code = f"{what}_name", f"{what}_code"
        written = self.cleaned_data[name]
        label = self.fields[code].label
        if not listed:
            self.add_error(
                code, f"{label} {self.cleaned_data[code]} は、公表された一覧にありません。通帳を確かめてください。"
            )
        elif not banks.is_name_of(written, listed):
            self.add_error(
                code,
                f"{label} {self.cleaned_data[code]} は「{listed}」です。入力された「{shorten(written)}」と異なります。",
            )
