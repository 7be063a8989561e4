from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import OutputWrapper
from django.db import connection, connections

from cases.enums import SchemeFrame
from subsidies.models import Application
from tests.builders import make_agency, make_case, make_cost_line, make_member
from tests.casework import REASON, pass_gate
from tests.subsidies.packet_cases import make_approved, make_ready_case, text_of
from vapup import clock
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member


class Run:
    """What a run of `manage.py packet` left behind."""

    def __init__(self, *arguments: object) -> None:
        command = load_command_class(get_commands()["packet"], "packet")
        output, errors = io.StringIO(), io.StringIO()
        command.stdout, command.stderr = OutputWrapper(output), OutputWrapper(errors)
        self.status = 0
        try:
            command.run_from_argv(["manage.py", "packet", *map(str, arguments)])
        except SystemExit as ended:
            self.status = int(ended.code or 0)
        self.output, self.errors = output.getvalue(), errors.getvalue()

    @property
    def error(self) -> dict[str, Any]:
        """Return the error object."""
        found: dict[str, Any] = json.loads(self.errors)["error"]
        return found


@pytest.fixture(autouse=True)
def _open_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the test's own transaction: a command closes the connections of its process at its end."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def test_an_approved_application_is_printed(consultant: Member, manager: Member, tmp_path: Path) -> None:
    application = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    pass_gate(application, today=clock.today())
    file = tmp_path / "out.pdf"
    run = Run(application.case.number, "usage", "--output", file)
    assert (run.status, run.errors) == (0, "")
    assert json.loads(run.output)["pages"] >= 8
    assert "下書き" not in text_of(file.read_bytes(), tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    event = AuditEvent.objects.get(verb=Verb.PACKET_MADE)
    assert (event.actor, event.object_id, event.reason) == (None, application.case_id, "利用申請をコマンドで出力")


def test_an_approved_application_that_may_not_be_submitted_yet_tells_why(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    application = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    file = tmp_path / "out.pdf"
    run = Run(application.case.number, "usage", "--output", file)
    assert (run.status, run.output, run.error["code"]) == (3, "", "gate_closed")
    findings = json.loads(run.errors)["findings"]
    assert {"paper_missing", "certification_unknown"} <= {one["code"] for one in findings}
    assert all(one["message"].endswith("。") and one["source"] for one in findings)
    assert not file.exists()


def test_what_a_manager_let_pass_is_printed_in_the_annex(consultant: Member, manager: Member, tmp_path: Path) -> None:
    application = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    pass_gate(application, today=clock.today())
    file = tmp_path / "out.pdf"
    assert Run(application.case.number, "usage", "--output", file).status == 0
    printed = text_of(file.read_bytes(), tmp_path)
    assert "提出前の確認の例外" in printed
    assert REASON[:12] in "".join(printed.split())


def test_without_approval_the_findings_are_told_and_nothing_is_written(consultant: Member, tmp_path: Path) -> None:
    case = make_ready_case(consultant, planning_yen=3_300_000)  # with 333,333 above the guide of 3,000,000
    file = tmp_path / "out.pdf"
    run = Run(case.number, "usage", "--output", file)
    assert (run.status, run.output) == (3, "")
    assert run.error["code"] == "not_approved"
    findings = json.loads(run.errors)["findings"]
    assert {"total_exceeds_size_class"} == {one["code"] for one in findings if one["severity"] == "error"}
    assert not file.exists()


def test_a_draft_is_printed_all_the_same(consultant: Member, tmp_path: Path) -> None:
    case = make_ready_case(consultant, planning_yen=3_300_000)
    file = tmp_path / "out.pdf"
    assert Run(case.number, "usage", "--output", file, "--draft").status == 0
    assert "未承認のため提出できません" in text_of(file.read_bytes(), tmp_path)
    assert not Application.objects.exists()


def test_the_case_is_found_where_the_owner_of_the_tables_is_no_superuser(consultant: Member, tmp_path: Path) -> None:
    case = make_ready_case(consultant)
    with connection.cursor() as cursor:
        # Like such an owner, the unprivileged role sees no row outside a scope.
        cursor.execute("SELECT set_config('role', %s, true)", [settings.TENANT_ROLE])
    run = Run(f"{consultant.agency.slug}/{case.number}", "usage", "--output", tmp_path / "out.pdf", "--draft")
    assert (run.status, run.errors) == (0, "")


def test_a_number_of_several_agencies_needs_the_agency(consultant: Member, tmp_path: Path) -> None:
    case = make_ready_case(consultant)
    other = make_member(make_agency(slug="kita"))
    make_cost_line(make_case(other, number=case.number))
    file = tmp_path / "out.pdf"
    run = Run(case.number, "usage", "--output", file, "--draft")
    assert (run.status, run.error["code"]) == (2, "ambiguous_case")
    assert f"kita/{case.number}" in run.error["message"]
    assert Run(f"kita/{case.number}", "usage", "--output", file, "--draft").status == 0


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("C-0", "usage", "--output", "x.pdf"), "unknown_case", "CASE"),
        (("nowhere/{number}", "usage", "--output", "x.pdf"), "unknown_case", "CASE"),
        (("{number}", "plan_claim", "--output", "x.pdf"), "unknown_application", "APPLICATION"),
        (("{number}", "monitoring_claim:1", "--output", "x.pdf"), "unknown_application", "APPLICATION"),
        (("{number}", "monitoring_claim", "--output", "x.pdf"), "unknown_application", "APPLICATION"),
        (("{number}", "monitoring_claim:0", "--output", "x.pdf"), "unknown_application", "APPLICATION"),
        (("{number}", "usage:1", "--output", "x.pdf"), "unknown_application", "APPLICATION"),
        (("{number}", "claim", "--output", "x.pdf"), "unknown_application", "APPLICATION"),
        (("{number}", "usage", "--output", "/nowhere/x.pdf", "--draft"), "cannot_write", "--output"),
        (("{number}", "usage"), "invalid_option", None),
        (("{number}", "usage", "--output", "x.pdf", "--colour"), "invalid_option", None),
    ],
)
def test_bad_input_is_told_as_json(
    consultant: Member, arguments: tuple[str, ...], code: str, field: str | None
) -> None:
    case = make_ready_case(consultant)
    run = Run(*(argument.format(number=case.number) for argument in arguments))
    assert (run.status, run.output) == (2, "")
    assert (run.error["code"], run.error["field"]) == (code, field)
    assert run.error["message"]


def test_a_key_date_without_forms_is_bad_input(consultant: Member, tmp_path: Path) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=date(2024, 1, 31))
    make_cost_line(case)
    run = Run(case.number, "usage", "--output", tmp_path / "out.pdf", "--draft")
    assert (run.status, run.error["code"]) == (2, "cannot_print")
    assert run.error["message"].endswith("。")
