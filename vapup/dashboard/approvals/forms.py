"""What a manager says of an item of the inbox."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from subsidies.services.filing.approval import Approval
from vapup.dashboard.approvals.listing import Kind
from vapup.ui.forms import BROKEN, HASH, OfficeForm
from vapup.ui.text import ParagraphField

APPROVE: Final = "approve"
RETURN: Final = "return"
VERSION: Final = r"^[0-9]{1,9}\Z"
# The longest reasons that are stored with an application, and with a plan or a week.
LONGEST_WORDS: Final = 1000
LONGEST_REASON: Final = 500


class DecideForm(OfficeForm):
    """Approve or return what is shown.

    `seen` is what the reader saw: the hash of an application's content, the version of a plan or a week.
    """

    item = forms.RegexField(
        r"^(?:application|plan|week)-[0-9]{1,18}$", label="依頼", widget=forms.HiddenInput, error_messages=BROKEN
    )
    seen = forms.CharField(label="表示した内容", widget=forms.HiddenInput, error_messages=BROKEN)
    comment = ParagraphField(label="コメント", required=False, max_length=LONGEST_WORDS, rows=3)
    override_reason = ParagraphField(
        label="上限等の例外を認める理由",
        required=False,
        max_length=LONGEST_WORDS,
        rows=3,
        help_text="承認するときに必要です。履歴に残ります。",
    )

    def __init__(
        self, *args: Any, kind: Kind, act: str = "", keeps_words: bool, has_exceptions: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.keeps_words = act, keeps_words
        # An application that lacks too much to be printed has no hash; it can be returned, not approved.
        seen = self.fields["seen"]
        seen.required = kind is not Kind.APPLICATION or act == APPROVE
        seen.validators.append(RegexValidator(HASH if kind is Kind.APPLICATION else VERSION, BROKEN["invalid"]))
        comment = self.fields["comment"]
        comment.label = "コメント(承認の意見・差戻しの理由)" if keeps_words else "差戻しの理由"
        comment.help_text = "差し戻すときは必ず入力してください。依頼した人に表示されます。"
        if not keeps_words:
            self.fields["comment"] = ParagraphField(
                label=comment.label, required=False, max_length=LONGEST_REASON, rows=3, help_text=comment.help_text
            )
        if not has_exceptions:
            del self.fields["override_reason"]

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a return, and refuse one that an approval would drop."""
        cleaned = super().clean() or self.cleaned_data
        words = str(cleaned.get("comment") or "").strip()
        if self.act == RETURN and not words and "comment" not in self.errors:
            self.add_error("comment", "差し戻す理由を入力してください。依頼した人は、これを読んで直します。")
        if self.act == APPROVE and words and not self.keeps_words:
            self.add_error(
                "comment",
                "差戻しの理由が入力されています。差し戻すときは「差し戻す」を、承認するときは理由を消してください。",
            )
        if self.act not in {APPROVE, RETURN}:
            self.add_error(None, "「承認する」か「差し戻す」を選んでください。")
        return cleaned

    def approval(self) -> Approval:
        """Return what the approval of an application says."""
        cleaned = self.cleaned_data
        reason = cleaned.get("override_reason", "")
        return Approval(shown_sha256=cleaned["seen"], note=cleaned["comment"], override_reason=reason)

    def show_again(self, seen: str) -> None:
        """Carry what is shown now, so that deciding again is a knowing decision."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen")] = seen
        self.data = data
