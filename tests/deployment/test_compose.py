"""docker-compose.yml, .env.example and the settings fit together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sources import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
SECRETS = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "POSTGRES_PASSWORD", "EMAIL_URL"}
# For developing and for the tests only: off, or absent, in production.
NOT_OF_PRODUCTION = {"DEBUG", "VAPUP_READ_DOT_ENV"}
FILLED = {
    "SECRET_KEY": "7Qm2Zx9Lw4Tn8Vb1Rk6Yp3Hd5Js0Gf-Ua_EoCiWqMvXl-check-only",
    "ALLOWED_HOSTS": "vapup.example.jp",
    "PUBLIC_ORIGIN": "https://vapup.example.jp",
    "EMAIL_URL": "smtp+tls://mail.example.jp:587",
    "DEFAULT_FROM_EMAIL": "vapup@example.jp",
    "POSTGRES_PASSWORD": "check-only",
}


def check_compose(path: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / "check-jsonschema"
    return subprocess.run(
        [str(tool), "--builtin-schema", "vendor.compose-spec", str(path)], capture_output=True, text=True, check=False
    )


def test_the_file_is_valid_and_the_check_sees_faults(tmp_path: Path) -> None:
    good = check_compose(ROOT / "docker-compose.yml")
    assert (good.returncode, good.stderr) == (0, "")
    broken = tmp_path / "docker-compose.yml"
    broken.write_text((ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("restart:", "restarts:"))
    assert check_compose(broken).returncode != 0


def test_every_part_of_the_product_is_there() -> None:
    assert set(SERVICES) == {"postgres", "broker", *OURS}
    assert set(COMPOSE["volumes"]) == {"database", "files"}


@pytest.mark.parametrize("name", OURS)
def test_our_processes_can_write_nowhere_and_gain_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service  # the image's own, see the Dockerfile
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)
    assert service["environment"]["VAPUP_PROFILE"] == "production"


def test_only_the_web_server_is_reached_from_outside_and_only_from_this_machine() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web"}
    assert SERVICES["web"]["ports"] == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_is_checked_and_comes_back(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_nothing_serves_before_the_database_is_migrated() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[name]["depends_on"]["broker"] == {"condition": "service_healthy"}


def test_a_worker_may_finish_its_longest_task_before_it_is_killed() -> None:
    from vapup.celery import app  # noqa: PLC0415

    assert SERVICES["worker"]["stop_grace_period"] == "240s"
    assert app.conf.task_time_limit <= 240


def test_the_broker_is_nobody_special_and_keeps_nothing() -> None:
    broker = SERVICES["broker"]
    assert broker["user"] == "redis"
    assert broker["command"][broker["command"].index("--save") + 1] == ""
    assert "volumes" not in broker


def test_images_have_versions() -> None:
    for service in SERVICES.values():
        tag = service["image"].partition(":")[2]
        assert tag
        assert "latest" not in tag


def test_every_variable_that_must_be_set_is_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    required = set(re.findall(r"(?<!\$)\$\{(\w+):\?", text))
    defaulted = set(re.findall(r"(?<!\$)\$\{(\w+):-", text))
    assert required == {"POSTGRES_PASSWORD"}
    assert required <= set(EXAMPLE)
    assert set(re.findall(r"(?<!\$)\$\{?(\w+)", text)) == required | defaulted


def test_the_example_knows_every_setting_and_no_other() -> None:
    settings = (ROOT / "vapup" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', settings)) - NOT_OF_PRODUCTION
    image = set(re.findall(r"\b([A-Z_]{4,})=", (ROOT / "Dockerfile").read_text(encoding="utf-8")))
    given = set(EXAMPLE) | set(SERVICES["web"]["environment"]) | image
    assert len(read) > 8
    assert read - given == set()
    assert set(EXAMPLE) - read == {"POSTGRES_PASSWORD"}


def test_the_example_holds_no_secret() -> None:
    assert set(EXAMPLE) >= SECRETS
    assert {name: EXAMPLE[name] for name in SECRETS if EXAMPLE[name]} == {}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "VAPUP_READ_DOT_ENV": "no", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_example_filled_in_is_a_sound_production_environment() -> None:
    empty = {name for name, value in EXAMPLE.items() if not value}
    assert empty - set(FILLED) == {"SECRET_KEY_FALLBACKS", "CSRF_TRUSTED_ORIGINS", "CLAMD_ADDRESS"}  # may stay empty
    given = {**SERVICES["web"]["environment"], **EXAMPLE, **FILLED}
    given["DATABASE_URL"] = re.sub(r"\$\{.*?\}", "check-only", given["DATABASE_URL"])
    ended = manage("check", "--deploy", "--fail-level", "WARNING", **given)
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout
    unfilled = manage("check", **{**given, **EXAMPLE})
    assert unfilled.returncode != 0
    assert "Production refuses to start" in unfilled.stderr or "EMAIL_URL" in unfilled.stderr
