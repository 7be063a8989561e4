"""The tables of an application as a workbook: the figures of the packet, to the yen, and no formula anywhere."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from cases.models import Case, Enterprise
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application, ClaimLine, CostLine
from subsidies.packets.payload import UsagePayload
from subsidies.services.output.tables import NoTables, print_tables
from tests.builders import make_cost_line
from tests.conftest import sign_in
from tests.subsidies.packet_cases import PREPARED_ON, make_approved, make_ready_case, payload_of
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member

HOSTILE = '=HYPERLINK("http://127.0.0.1/","髙")'


def usage_of(case: Case) -> Application:
    return Application.objects.create(agency=case.agency, case=case)


def opened(application: Application, actor: Member) -> openpyxl.Workbook:
    _, content = print_tables(actor=actor, application=application, today=PREPARED_ON)
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(book: openpyxl.Workbook, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a sheet below its head."""
    return list(book[name].iter_rows(min_row=4, values_only=True))


def test_the_statement_by_work_bears_the_figures_of_the_packet(consultant: Member) -> None:
    case = make_ready_case(consultant)
    payload = payload_of(case)
    book = opened(usage_of(case), consultant)
    statement = rows(book, "業務別見積明細書")
    assert statement[-1][0] == "合計"
    assert statement[-1][6:] == (payload.estimate.net_yen, None, payload.estimate.tax_yen, payload.estimate.gross_yen)
    assert statement[-1][9] == 1_500_001 + 333_333
    assert statement[-1][5] == sum(row[5] for row in statement if row[0] == "小計")
    lines = [row for row in statement if row[0] not in {"小計", "合計"}]
    assert sum(row[9] for row in lines) == sum(line.gross_yen for line in CostLine.objects.all())
    assert all(isinstance(row[3], int) for row in lines)


def test_every_step_of_the_calculation_is_there(consultant: Member) -> None:
    case = make_ready_case(consultant)
    payload = payload_of(case)
    book = opened(usage_of(case), consultant)
    steps = rows(book, "計算根拠")
    assert [row[1] for row in steps] == [step.label for step in payload.calculation.steps]
    amounts = [row[4] for row in steps if isinstance(row[4], int)]
    assert payload.total.subsidy_yen in amounts or payload.amounts[0].subsidy_yen in amounts
    assert [row[1] for row in rows(book, "出典")] == list(payload.calculation.sources)
    assert sum(row[2] for row in rows(book, "支払の予定")) == sum(
        one.amount_yen for one in payload.calculation.payments
    )
    assert rows(book, "費用の負担")[-1][1:] == (
        payload.total.cost_yen,
        payload.total.subsidy_yen,
        payload.total.own_burden_yen,
    )


def test_what_is_approved_is_what_was_frozen(consultant: Member, manager: Member) -> None:
    application = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    application.refresh_from_db()
    make_cost_line(application.case, gross_yen=11)
    book = opened(application, consultant)
    frozen = UsagePayload.from_json(application.payload)
    assert rows(book, "業務別見積明細書")[-1][9] == frozen.estimate.gross_yen == 1_833_334


def test_hostile_text_of_the_office_is_no_formula(consultant: Member) -> None:
    case = make_ready_case(consultant)
    Enterprise.objects.update(name=HOSTILE)
    CostLine.objects.update(work=HOSTILE, person=HOSTILE)
    case.enterprise.refresh_from_db()
    book = opened(usage_of(case), consultant)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum(cell.data_type == "f" for cell in cells) == 0
    assert sum(cell.value == HOSTILE for cell in cells) == 2 * CostLine.objects.count()


def test_a_claim_sets_what_was_filed_beside_what_it_cost(consultant: Member) -> None:
    case = make_ready_case(consultant)
    claim = Application.objects.create(agency=case.agency, case=case, kind=ApplicationKind.PLAN_CLAIM)
    ClaimLine.objects.create(agency=case.agency, application=claim, category=CostCategory.PLANNING, cost_yen=1_400_000)
    book = opened(claim, consultant)
    statement = rows(book, "業務別請求明細書")
    assert statement[-1][6:] == (1_500_001, 1_400_000, -100_001)
    assert rows(book, "費用の負担")[-1][1] == 1_400_000


def test_a_letter_has_no_tables(consultant: Member) -> None:
    case = make_ready_case(consultant)
    letter = Application.objects.create(agency=case.agency, case=case, kind=ApplicationKind.CHANGE)
    with pytest.raises(NoTables, match="文書だけの申請"):
        print_tables(actor=consultant, application=letter, today=PREPARED_ON)
    answer = sign_in(consultant).get(reverse("subsidies:application_tables", args=[case.number, letter.pk]))
    assert answer["Location"] == reverse("subsidies:application", args=[case.number, letter.pk])
    assert "表がありません" in str(next(iter(get_messages(answer.wsgi_request))))


def test_the_download_is_private_named_and_noted(consultant: Member, viewer: Member, outsider: Member) -> None:
    case = make_ready_case(consultant)
    url = reverse("subsidies:application_tables", args=[case.number, usage_of(case).pk])
    answer = sign_in(viewer).get(url)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.get(verb=Verb.DOWNLOADED)
    assert (event.actor, event.object_id) == (viewer, case.pk)
    assert event.changes["申請書類: ファイル"] == [None, f"{case.number}_利用申請_表(下書き).xlsx"]
    assert sign_in(outsider).get(url).status_code == 404


def test_the_same_application_gives_the_same_bytes(consultant: Member, manager: Member) -> None:
    application = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    application.refresh_from_db()
    first = print_tables(actor=consultant, application=application, today=PREPARED_ON)
    later = datetime(2026, 12, 1, tzinfo=UTC).date()
    assert print_tables(actor=consultant, application=application, today=later) == first
