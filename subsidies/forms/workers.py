"""Forms of the people whose hours are charged, and of their rates."""

from __future__ import annotations

from typing import Any

from django import forms

from subsidies.models import Worker
from subsidies.services.diary.workers import WorkerInput
from vapup.accounts.models import Member
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField


class WorkerForm(OfficeForm):
    """A person; of another agency's people nobody logs in."""

    name = TextField(label="氏名", max_length=100)
    qualification = TextField(
        label="資格・役職", max_length=100, required=False, help_text="例: 税理士、公認会計士、中小企業診断士"
    )
    member = forms.ModelChoiceField(
        Member.objects.none(),
        label="この人の利用者",
        required=False,
        empty_label="結び付けない",
        help_text="結び付けると、本人が自分の業務日誌を記入できます。",
    )
    is_subcontracted = forms.BooleanField(label="外部委託先の人", required=False)

    def __init__(self, *args: Any, agency_id: int, of_another: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_another:
            del self.fields["member"]
        else:
            self.offer("member", Member.objects.for_agency(agency_id).select_related("user").order_by("pk"))

    def worker_input(self, co_agency_id: int | None) -> WorkerInput:
        """Return what was entered as the services take it."""
        member = self.cleaned_data.get("member")
        return WorkerInput(
            name=self.cleaned_data["name"],
            qualification=self.cleaned_data["qualification"],
            is_subcontracted=self.cleaned_data["is_subcontracted"],
            member_id=member.pk if member else None,
            co_agency_id=co_agency_id,
        )


class EditWorkerForm(WorkerForm, VersionedForm):
    """A stored person."""


class RateForm(OfficeForm):
    """An hourly rate from a day on."""

    valid_from = JapaneseDateField(label="適用開始日")
    hourly_rate_yen = YenField(label="単価(税抜)", min_yen=1, max_yen=1_000_000, unit="円/時間")


def initial_of(worker: Worker) -> dict[str, Any]:
    """Return a stored person as the form shows it."""
    return {
        "name": worker.name,
        "qualification": worker.qualification,
        "member": worker.member_id,
        "is_subcontracted": worker.is_subcontracted,
        "version": worker.version,
    }
