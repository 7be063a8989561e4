"""A file with forty faults: each named with its cell, the rest taken or nothing, and the undo restores every table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cases.models import Case, CaseStep, Enterprise, Lender, PastUse
from cases.selectors.merging import merge_plan, shown_hash
from cases.services.merging import Merging, merge_enterprises
from monitoring.models import Deadline
from subsidies.models import Application, ClaimLine, CostLine, Receipt
from tests.builders import make_enterprise
from tests.imports.files import sound_rows, workbook_of
from tests.imports.planted import Planted, plant
from tests.imports.stories import committed, tables, undone, uploaded
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.imports.enums import BatchState, CommitMode, Verdict
from vapup.imports.models import ImportBatch, ImportRow
from vapup.imports.services.batches import ImportRefused

SMALL, LARGE = 50, 310  # enterprises: about 320 and 2,000 rows


def said_of(batch: ImportBatch) -> dict[str, str]:
    """Return all that is said of cells as faults, by their address."""
    found: dict[str, str] = {}
    for row in ImportRow.objects.filter(batch=batch, verdict=Verdict.ERROR):
        for level, address, text in row.messages:
            if level == Verdict.ERROR:
                found[address] = found.get(address, "") + text
    return found


def missed(planted: list[Planted], said: dict[str, str]) -> Iterator[str]:
    for fault in planted:
        if fault.words not in said.get(fault.address, ""):
            yield f"{fault.address} {fault.words}: {said.get(fault.address)}"


def play(mover: Member, enterprises: int) -> None:
    rows, planted, merged = plant(sound_rows(enterprises, consultant=mover.user.email))
    assert len(planted) == 40
    before = tables()
    batch = uploaded(mover, workbook_of(rows, merged=merged))
    assert batch.row_count == sum(map(len, rows.values()))
    said = said_of(batch)
    assert list(missed(planted, said)) == []
    # Nothing else is called a fault: what falls with a faulty row is told as such, without a cell.
    assert set(said) - {fault.address for fault in planted} == {"金融機関!C34"}  # the other half of the merged cell
    assert tables() == before

    with pytest.raises(ImportRefused, match="何も取り込んでいません"):
        committed(mover, batch, CommitMode.ALL_OR_NOTHING)
    assert tables() == before

    batch = committed(mover, batch, CommitMode.FLAWLESS_ROWS)
    assert batch.state == BatchState.COMMITTED
    assert batch.taken_count == batch.row_count - batch.error_count - batch.skipped_count
    good = ImportRow.objects.filter(batch=batch, verdict__in=(Verdict.OK, Verdict.WARNING))
    for sheet, model in (
        ("事業者", Enterprise),
        ("案件", Case),
        ("費用", CostLine),
        ("金融機関", Lender),
        ("過去の利用", PastUse),
    ):
        assert model.objects.count() == good.filter(sheet=sheet).count() > 0
    assert not Case.objects.filter(enterprise__name="").exists()

    batch = undone(mover, batch)
    assert batch.state == BatchState.UNDONE
    after = tables()
    assert {table for table in after if after[table] != before[table]} == set()


def test_every_fault_is_named_and_the_rest_can_be_taken_and_taken_back(mover: Member) -> None:
    play(mover, SMALL)


@pytest.mark.nightly
def test_two_thousand_rows_with_forty_faults(mover: Member) -> None:
    play(mover, LARGE)


def test_a_sound_file_is_taken_whole(mover: Member) -> None:
    batch = uploaded(mover, workbook_of(sound_rows(8, consultant=mover.user.display_name)))
    assert (batch.error_count, batch.skipped_count, batch.warning_count) == (0, 0, 0)
    batch = committed(mover, batch, CommitMode.ALL_OR_NOTHING)
    assert (batch.state, batch.taken_count) == (BatchState.COMMITTED, batch.row_count)
    case = Case.objects.get(enterprise__name="株式会社青空製作所3")
    assert (case.get_stage_display(), case.consultant, case.council_id) == ("伴走支援中", mover, "04")
    steps = CaseStep.objects.filter(case=case).order_by("pk")
    assert [one.to_stage for one in steps][-3:] == ["plan_claimed", "plan_decided", "monitoring"]
    assert {one.reason for one in steps} == {"取込(移行.xlsx 案件!5行)"}
    claim = Application.objects.get(case=case, kind="plan_claim")
    assert (claim.state, claim.decided_yen, claim.paid_yen) == ("paid", 500_000, 500_000)
    assert ClaimLine.objects.get(application=claim).cost_yen == 1_500_000
    assert Receipt.objects.get(application=claim).paid_yen == 500_000
    assert Deadline.objects.filter(case=case, state="met", kind="plan_claim").exists()


def test_the_trail_says_what_was_brought_in_and_taken_back(mover: Member) -> None:
    batch = committed(mover, uploaded(mover, workbook_of(sound_rows(4, consultant=mover.user.email))))
    told = AuditEvent.objects.get(verb=Verb.IMPORTED, object_type="importbatch")
    assert told.changes["事業者"] == [None, 4]
    assert told.changes["費用明細"] == [None, 8]
    of_cases = AuditEvent.objects.filter(verb=Verb.IMPORTED, object_type="case")
    assert of_cases.count() == 4
    undone(mover, batch)
    gone = AuditEvent.objects.get(verb=Verb.IMPORT_UNDONE)
    assert gone.changes["案件"] == [4, None]
    assert of_cases.count() == 4


def test_numbers_go_on_from_the_last_one_and_keep_those_of_the_file(mover: Member) -> None:
    rows = sound_rows(3, consultant=mover.user.email)
    rows["案件"][1]["number"] = "C-2026-0001"
    committed(mover, uploaded(mover, workbook_of(rows)))
    assert sorted(Case.objects.values_list("number", flat=True)) == ["C-2026-0001", "C-2026-0002", "C-2026-0003"]


def test_the_number_of_a_merged_enterprise_leads_to_the_one_that_was_kept(mover: Member) -> None:
    kept = make_enterprise(mover.agency, name="有限会社山田水産")
    gone = make_enterprise(mover.agency, name="(有) 山田水産", corporate_number="6999901000002")
    shown = shown_hash(merge_plan(kept, gone))
    merge_enterprises(actor=mover, kept_id=kept.pk, merging=Merging(gone_id=gone.pk, taken=(), shown_sha256=shown))
    rows = sound_rows(1, consultant=mover.user.email)
    rows["事業者"][0]["corporate_number"] = "6999901000002"
    committed(mover, uploaded(mover, workbook_of(rows)))
    assert Case.objects.get().enterprise == kept
