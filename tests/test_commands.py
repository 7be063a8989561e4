"""Bad options of any command: one JSON object on standard error, exit status 2, nothing else."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from django.core.management import get_commands, load_command_class
from django.db import connections

from tests.sources import ROOT
from vapup.commands import InvalidInput

AGENCY = ("--name=青葉", "--slug=aoba", "--admin-email=a@example.jp", "--admin-name=佐藤")
BAD: list[tuple[tuple[str, ...], str, str, str | None, str]] = [
    (("assess", "--colour"), "{}", "invalid_option", None, "--colour"),
    (("assess", "extra"), "{}", "invalid_option", None, "extra"),
    (("assess",), "", "invalid_request", None, ""),
    (("assess",), "{", "invalid_request", None, ""),
    (("assess", "--lines=3"), "{}", "invalid_option", None, "--lines"),
    (("demo_data", "--agency=x"), "", "invalid_option", None, "--agency"),
    (("load_data",), "", "invalid_option", None, "--agencies"),
    (("load_data", "--agencies=1"), "", "invalid_option", None, "--cases"),
    (("load_data", "--agencies=many", "--cases=1"), "", "invalid_option", None, "many"),
    (("load_data", "--agencies=1.5", "--cases=1"), "", "invalid_option", None, "1.5"),
    (("load_data", "--agencies=0", "--cases=1"), "", "invalid_request", "agencies", "--agencies"),
    (("packet",), "", "invalid_option", None, "CASE"),
    (("packet", "C-1", "usage"), "", "invalid_option", None, "--output"),
    (("packet", "C-1", "poem", "--output=x.pdf"), "", "unknown_application", "APPLICATION", "poem"),
    (("create_agency",), "", "invalid_option", None, "--name"),
    (("create_agency", *AGENCY, "--slug=青葉"), "", "invalid_option", "slug", ""),
    (("create_agency", *AGENCY, "--colour"), "", "invalid_option", None, "--colour"),
    (("prepare_demonstration", "now"), "", "invalid_option", None, "now"),
    (("deadlines", "--json=yes"), "", "invalid_option", None, "--json"),
    (("deadlines", "--today=soon"), "", "invalid_date", "today", "soon"),
    (("sweep_reminders", "--now=soon"), "", "invalid_datetime", "now", "soon"),
    (("sweep_reminders", "--later"), "", "invalid_option", None, "--later"),
    (("refresh_deadlines", "all"), "", "invalid_option", None, "all"),
]


def check(status: int, output: str, errors: str, expected: tuple[str, str | None, str]) -> None:
    code, field, named = expected
    assert (status, output) == (2, "")
    (line,) = errors.splitlines()
    error = json.loads(line)["error"]
    assert set(error) == {"code", "field", "message"}
    assert (error["code"], error["field"]) == (code, field)
    assert named in error["message"]
    assert error["message"]
    assert not error["message"].startswith("Error")


@pytest.mark.parametrize(("arguments", "given", "code", "field", "named"), BAD, ids=lambda one: str(one)[:40])
def test_a_bad_option_is_one_json_object_and_status_2(
    arguments: tuple[str, ...],
    given: str,
    code: str,
    field: str | None,
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
    command = load_command_class(get_commands()[arguments[0]], arguments[0])
    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", *arguments])
    said = capfdbinary.readouterr()
    check(int(ended.value.code or 0), said.out.decode(), said.err.decode(), (code, field, named))


@pytest.mark.parametrize("number", [0, 3, 8, 15], ids=lambda number: BAD[number][0][0])
def test_the_process_itself_ends_like_that(number: int) -> None:
    arguments, given, code, field, named = BAD[number]
    ended = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    check(ended.returncode, ended.stdout, ended.stderr, (code, field, named))


def test_the_page_of_the_procedure_is_what_the_command_prints() -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "workflow_doc"], cwd=ROOT, capture_output=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout == (ROOT / "docs" / "workflow.md").read_bytes()


def test_every_command_of_ours_has_its_words() -> None:
    ours = {name for name, app in get_commands().items() if app.split(".")[0] in {"vapup", "cases", "subsidies"}}
    assert {"assess", "packet", "create_agency", "demo_data", "load_data", "workflow_doc"} <= ours
    listed = subprocess.run(
        check=False, args=[sys.executable, "manage.py", "help", "load_data"], cwd=ROOT, capture_output=True, text=True
    )
    assert "--agencies" in listed.stdout


def test_an_error_is_json_whatever_the_input_held() -> None:
    error = InvalidInput("unknown_case", "CASE", '案件「"\n\udcff」はありません。')
    line = error.as_json()
    assert b"\n" not in line
    assert json.loads(line)["error"]["message"] == '案件「"\n\udcff」はありません。'
    assert "案件".encode() in line
