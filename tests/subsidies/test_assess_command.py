"""`manage.py assess`: good input, bad input, and many lines."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from vapup.commands import InvalidInput

ROOT = Path(__file__).resolve().parents[2]
VUP = {"frame": "vup", "accepted_on": "2025-06-02", "costs": {"planning": 225_000}}
NORMAL: dict[str, Any] = {
    "frame": "normal",
    "accepted_on": "2025-05-12",
    "enterprise": {"annual_sales": 320_000_000, "interest_bearing_debt": 250_000_000},
    "costs": {"planning": 1_500_000, "negotiation": 150_000},
    "estimates": {"planning": 1_500_000},
    "past_subsidies": {"planning": 0},
    "monitoring_periods": [
        {"category": "monitoring", "ends_on": "2026-09-30", "cost": 500_000},
        {"category": "monitoring", "ends_on": "2027-03-31", "cost": 1_000_000},
    ],
}

Run = Callable[..., bytes]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a function that runs the command on some input and gives back its standard output."""

    def run(text: str | bytes, *options: str) -> bytes:
        content = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        call_command("assess", *options)
        return capsysbinary.readouterr().out

    return run


def _with(path: str, value: object) -> str:
    """Return the normal request as JSON with one value replaced; a path is keys and indexes joined by dots."""
    request = copy.deepcopy(NORMAL)
    *parents, last = path.split(".")
    target: Any = request
    for key in parents:
        target = target[int(key)] if key.isdigit() else target[key]
    target[last] = value
    return json.dumps(request)


def _without(path: str) -> str:
    request = copy.deepcopy(NORMAL)
    *parents, last = path.split(".")
    target: Any = request
    for key in parents:
        target = target[int(key)] if key.isdigit() else target[key]
    del target[last]
    return json.dumps(request)


def test_one_request_gives_one_answer(run: Run) -> None:
    answer = json.loads(run(json.dumps(NORMAL, indent=2)))
    assert answer["rule_version"] == "normal-2024"
    assert answer["totals"] == {"cost": 3_150_000, "subsidy": 2_100_000, "own_burden": 1_050_000}
    assert answer["trace"][0]["label"] == "適用する制度の版"


@pytest.mark.parametrize(
    "written",
    [
        "1500000.0",
        "1.5e6",
        "1E6",
        "-1",
        "-0.0",
        "null",
        "true",
        '"1500000"',
        "NaN",
        "Infinity",
        "-Infinity",
        "1000000000001",
        "9" * 5_000,
        "[]",
        "{}",
    ],
)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("costs.planning", "costs.planning"),
        ("estimates.planning", "estimates.planning"),
        ("past_subsidies.planning", "past_subsidies.planning"),
        ("enterprise.annual_sales", "enterprise.annual_sales"),
        ("monitoring_periods.1.cost", "monitoring_periods[1].cost"),
    ],
)
def test_money_that_is_no_whole_yen_is_refused(run: Run, path: str, field: str, written: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(_with(path, "MARK").replace('"MARK"', written))
    assert (refused.value.code, refused.value.field) == ("invalid_request", field)


@pytest.mark.parametrize("yen", [0, 10**12])
def test_the_smallest_and_the_largest_money_are_accepted(run: Run, yen: int) -> None:
    assert json.loads(run(_with("costs.planning", yen)))["lines"][0]["cost"] == yen


@pytest.mark.parametrize(
    "written",
    [
        "2025-4-1", "2025/04/01", "20250401", "2025-04-31", "2025-02-29", "1999-12-31", "2100-01-01", "2025-W14-2",
        "20", "2025", "2025-04-01 ", "2025-04-01T00:00:00", "２０２５-04-01", "", None, 20250401, ["2025-04-01"],
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("path", "field"),
    [("accepted_on", "accepted_on"), ("monitoring_periods.0.ends_on", "monitoring_periods[0].ends_on")],
)
def test_a_malformed_day_is_refused(run: Run, path: str, field: str, written: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(_with(path, written))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("{", None, id="cut off"),
        pytest.param("[]", None, id="a list"),
        pytest.param("null", None, id="null"),
        pytest.param("NaN", None, id="no number"),
        pytest.param("{} {}", None, id="two objects"),
        pytest.param("\ufeff{}", None, id="byte order mark"),
        pytest.param(b"\xff\xfe", None, id="no UTF-8"),
        pytest.param("[" * 100_000, None, id="nested too deeply"),
        pytest.param("{}", "frame", id="empty object"),
        pytest.param(_without("frame"), "frame", id="no frame"),
        pytest.param(_with("frame", "gl"), "frame", id="unknown frame"),
        pytest.param(_with("frame", ["normal"]), "frame", id="frame of another type"),
        pytest.param(_without("accepted_on"), "accepted_on", id="no day"),
        pytest.param(_without("enterprise"), "enterprise", id="no enterprise"),
        pytest.param(_with("enterprise", None), "enterprise", id="null enterprise"),
        pytest.param(_without("enterprise.annual_sales"), "enterprise.annual_sales", id="no sales"),
        pytest.param(_without("enterprise.interest_bearing_debt"), "enterprise.interest_bearing_debt", id="no debt"),
        pytest.param(_with("enterprise.debt", 1), "enterprise.debt", id="unknown figure"),
        pytest.param(_with("costs", None), "costs", id="null costs"),
        pytest.param(_with("costs", []), "costs", id="costs of another type"),
        pytest.param(_with("costs.travel", 1), "costs.travel", id="unknown category"),
        pytest.param(_with("estimates.travel", 1), "estimates.travel", id="unknown estimate"),
        pytest.param(_with("past_subsidies.travel", 1), "past_subsidies.travel", id="unknown past subsidy"),
        pytest.param(_with("monitoring_periods", {}), "monitoring_periods", id="periods of another type"),
        pytest.param(_with("monitoring_periods", [1]), "monitoring_periods[0]", id="period of another type"),
        pytest.param(_without("monitoring_periods.1.category"), "monitoring_periods[1].category", id="no category"),
        pytest.param(_without("monitoring_periods.1.ends_on"), "monitoring_periods[1].ends_on", id="no last day"),
        pytest.param(_without("monitoring_periods.1.cost"), "monitoring_periods[1].cost", id="no cost"),
        pytest.param(_with("monitoring_periods.0.note", ""), "monitoring_periods[0].note", id="unknown period field"),
        pytest.param(
            _with("monitoring_periods.0.category", "planning"), "monitoring_periods[0].category", id="no monitoring"
        ),
        pytest.param(_with("costs.monitoring", 0), "monitoring_periods[0].category", id="costed both ways"),
        pytest.param(
            _with("monitoring_periods.1.ends_on", "2025-05-11"), "monitoring_periods[1].ends_on", id="before acceptance"
        ),
        pytest.param(_with("remark", ""), "remark", id="unknown key"),
        pytest.param('{"frame": "vup", "frame": "vup"}', "frame", id="repeated key"),
        pytest.param(
            '{"frame": "vup", "accepted_on": "2025-06-02", "costs": {"planning": 1, "planning": 1}}',
            "costs.planning",
            id="repeated category",
        ),
        pytest.param(
            '{"frame": "vup", "accepted_on": "2025-06-02", "costs": {}, "costs": {}}', "costs", id="repeated costs"
        ),
        pytest.param('{"\\ud800": 1, "frame": "vup", "accepted_on": "2025-06-02"}', "\ud800", id="lone surrogate"),
    ],
)
def test_a_bad_request_names_its_field(run: Run, text: str | bytes, field: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(text)
    assert (refused.value.code, refused.value.field) == ("invalid_request", field)
    assert refused.value.message.endswith("。")


def test_a_period_may_end_on_the_acceptance_day(run: Run) -> None:
    answer = json.loads(run(_with("monitoring_periods.0.ends_on", "2025-05-12")))
    assert answer["deadlines"][1]["counted_from"] == "2025-05-12"


def test_of_several_faults_the_first_in_the_order_of_the_fields_is_named(run: Run) -> None:
    faults: list[tuple[str, object]] = [
        ("remark", ""),
        ("monitoring_periods", [{"cost": -1}]),
        ("past_subsidies", {"planning": -1}),
        ("estimates", {"travel": 1, "negotiation": -1, "planning": -1}),
        ("costs", {"travel": 1, "planning": -1}),
        ("enterprise", {}),
        ("accepted_on", "2000-01-01"),
        ("frame", "gl"),
    ]
    request = copy.deepcopy(NORMAL)
    named = []
    for key, value in faults:
        request[key] = value
        with pytest.raises(InvalidInput) as refused:
            run(json.dumps(request))
        named.append((refused.value.code, refused.value.field))
    assert named == [
        ("invalid_request", "remark"),
        ("invalid_request", "monitoring_periods[0].category"),
        ("invalid_request", "past_subsidies.planning"),
        ("invalid_request", "estimates.planning"),
        ("invalid_request", "costs.planning"),
        ("invalid_request", "enterprise.annual_sales"),
        ("invalid_request", "enterprise.annual_sales"),  # a day without rules is named last of all
        ("invalid_request", "frame"),
    ]


def test_a_day_without_rules_is_named_when_nothing_else_is_wrong(run: Run) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(json.dumps({**VUP, "accepted_on": "2017-05-28"}))
    assert (refused.value.code, refused.value.field) == ("frame_not_open", "accepted_on")


@pytest.mark.parametrize("enterprise", [None, 1, {"annual_sales": "much"}, {"debt": -1}])
def test_the_enterprise_of_other_frames_is_not_looked_at(run: Run, enterprise: object) -> None:
    assert json.loads(run(json.dumps({**VUP, "enterprise": enterprise})))["size_class"] is None


def test_a_bad_line_is_answered_in_its_place_and_the_rest_go_on(run: Run, capsysbinary: Any) -> None:
    text = "\n".join(
        [json.dumps(VUP), "", "oops", "  \t", json.dumps({**VUP, "costs": {"planning": -1}}), json.dumps(VUP)]
    )
    with pytest.raises(SystemExit) as ended:
        run(text, "--lines")
    assert ended.value.code == 2
    first, *faults, last = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [fault["error"]["field"] for fault in faults] == [None, "costs.planning"]
    assert first == last
    assert first["totals"]["subsidy"] == 150_000


def test_lines_that_cross_the_chunks_of_reading_are_whole(run: Run) -> None:
    padded = " " * 50_000
    answers = run(f"{json.dumps(VUP)}{padded}\n".encode() * 5, "--lines").splitlines()
    assert len(answers) == 5
    assert len(set(answers)) == 1


def test_good_lines_end_with_success_and_nothing_is_answered_with_nothing(run: Run) -> None:
    assert run(f"{json.dumps(VUP)}\r\n", "--lines").count(b"\n") == 1
    assert run("\n \n", "--lines") == b""


def _manage(*arguments: str, text: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, input=text.encode(), capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("arguments", "text", "code", "field"),
    [
        (["assess"], "{", "invalid_request", None),
        (["assess"], '{"frame": "\\ud800"}', "invalid_request", "frame"),
        (["assess", "--line-by-line"], "", "invalid_option", None),
        (["assess", "file.json"], "", "invalid_option", None),
    ],
)
def test_a_fault_is_one_object_on_standard_error(arguments: list[str], text: str, code: str, field: str | None) -> None:
    ended = _manage(*arguments, text=text)
    assert ended.returncode == 2
    assert ended.stdout == b""
    error = json.loads(ended.stderr)["error"]
    assert (error["code"], error["field"]) == (code, field)


def test_a_waiting_caller_gets_each_answer_at_once() -> None:
    command = [sys.executable, "manage.py", "assess", "--lines"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(json.dumps(VUP).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["totals"]["subsidy"] == 150_000
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_a_reader_who_leaves_gets_no_traceback() -> None:
    command = [sys.executable, "manage.py", "assess", "--lines"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(json.dumps(VUP).encode() + b"\n")
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 1
