"""Figures of the access tests' world: a month, a closed year, a name of the books, and a previewed file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import AccountName, Case, MonthlyFigure, YearlyFigure
from tests.imports.stories import untold
from vapup import clock
from vapup.accounts.models import Member
from vapup.documents.models import StoredDocument
from vapup.imports.enums import BatchState, ImportKind
from vapup.imports.figures.choices import seen
from vapup.imports.models import ImportBatch
from vapup.imports.services.batches import commit_batch

MONTH: Final = "2025-04"
FIGURES: Final = {
    "cases:figures": ("comav", None),
    "cases:figures_month": ("com", "com"),
    "imports:figures_new": ("com", "com"),
    "imports:figures_batch": ("com", None),
    "imports:figures_names": ("com", "com"),
    "imports:figures_options": ("com", "com"),
    "imports:figures_commit": ("com", "com"),
    "imports:figures_undo": ("com", "com"),
}
FILE: Final = "推移表\n勘定科目,2025年4月,2025年5月\n売上高,1000,2000\n謎の費用,300,400\n"


def figure_rows(by: Member, case: Case, document: StoredDocument) -> dict[str, str | int]:
    """Store one row of everything about figures, and return what their addresses need."""
    own = {"agency": case.agency, "enterprise": case.enterprise}
    MonthlyFigure.objects.create(**own, month=date(2025, 4, 1), account="sales", yen=1_000)
    YearlyFigure.objects.create(**own, ends_on=date(2025, 3, 31), account="sales", yen=12_000)
    AccountName.objects.create(**own, name="謎の収入", account="sales")
    options = {"enterprise": case.enterprise_id, "end_month": 3}
    batch = ImportBatch.objects.create(
        agency=case.agency,
        kind=ImportKind.FIGURES,
        document=document,
        state=BatchState.PREVIEWED,
        options=options,
        uploaded_by=by,
    )
    return {"figures_batch_id": batch.pk, "month": MONTH}


def play_figures(write: Callable[..., object]) -> None:
    """Let a file come, be decided on, be read again, be taken and be taken back; then a month is typed."""
    write("c", "imports:figures_new", file=SimpleUploadedFile("推移表.csv", FILE.encode("cp932")))
    batch = ImportBatch.objects.latest("pk")
    here = {"figures_batch_id": batch.pk}
    chosen = zip(seen(batch).names, ("other_expenses", "sales"), strict=False)
    names = {"version": batch.version, **{row.field: account for row, account in chosen}}
    write("c", "imports:figures_names", kwargs=here, **names)
    batch.refresh_from_db()
    how = {"version": batch.version, "product": "auto", "basis": "period"}
    write("c", "imports:figures_options", kwargs=here, **how)
    batch.refresh_from_db()
    write("c", "imports:figures_commit", kwargs=here, version=batch.version)
    commit_batch(agency_id=batch.agency_id, batch_id=batch.pk, now=clock.now(), progress=untold)
    write("c", "imports:figures_undo", kwargs=here)
    write("c", "cases:figures_month", sales="1,500")
