"""A production process with a missing, default or unsafe setting must not start at all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.sources import ROOT

GOOD = dict(
    line.split("=", 1)
    for line in (ROOT / "tests" / "production.env").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
SYSTEM = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}


def run(*command: str, without: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a production environment that differs from the good one as said."""
    environment = {**SYSTEM, "VAPUP_READ_DOT_ENV": "no", **GOOD, **changed}
    environment.pop(without, None)
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ("SECRET_KEY", "SECRET_KEY must be set"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS must name the hosts"),
        ("DATABASE_URL", "DATABASE_URL must name a PostgreSQL server"),
        ("CELERY_BROKER_URL", "CELERY_BROKER_URL must be set"),
        ("PUBLIC_ORIGIN", "PUBLIC_ORIGIN must be an https:// address"),
        ("EMAIL_BACKEND", "EMAIL_BACKEND must deliver mail"),
        ("EMAIL_URL", "EMAIL_URL must name the mail server"),
        ("DEFAULT_FROM_EMAIL", "DEFAULT_FROM_EMAIL must be set"),
    ],
)
def test_a_missing_setting_stops_the_start(missing: str, complaint: str) -> None:
    ended = run("-c", "import vapup.settings", without=missing)
    assert ended.returncode != 0
    assert complaint in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "change-me", "SECRET_KEY must be set"),
        ("SECRET_KEY", "change-me-" + "x7Qm2Zx9Lw4Tn8Vb1Rk6Yp3Hd5Js0Gf" * 2, "SECRET_KEY must be set"),
        ("SECRET_KEY", "django-insecure-" + "7Qm2Zx9Lw4Tn8Vb1Rk6Yp3Hd5Js0Gf" * 2, "SECRET_KEY must be set"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY must be set"),
        ("SECRET_KEY", "7Qm2Zx9Lw4Tn8Vb1Rk6Yp3Hd5Js0Gf", "SECRET_KEY must be set"),
        ("DEBUG", "on", "DEBUG must be off"),
        ("ALLOWED_HOSTS", "*", "without wildcards"),
        ("ALLOWED_HOSTS", ".example.jp", "without wildcards"),
        ("DATABASE_URL", "sqlite:///db.sqlite3", "DATABASE_URL must name a PostgreSQL server"),
        ("PUBLIC_ORIGIN", "http://vapup.example.jp", "PUBLIC_ORIGIN must be an https:// address"),
        ("EMAIL_URL", "", "EMAIL_URL must name the mail server"),
        ("EMAIL_URL", "consolemail://", "EMAIL_BACKEND must deliver mail"),
        ("EMAIL_URL", "filemail:///tmp/mail", "EMAIL_BACKEND must deliver mail"),
        ("EMAIL_URL", "dummymail://", "EMAIL_BACKEND must deliver mail"),
    ],
)
def test_an_unsafe_setting_stops_the_start(name: str, value: str, complaint: str) -> None:
    ended = run("-c", "import vapup.settings", **{name: value})
    assert ended.returncode != 0
    assert complaint in ended.stderr


def test_a_mail_service_with_an_api_keeps_its_own_backend() -> None:
    wanted = "import vapup.settings as s; print(s.EMAIL_BACKEND)"
    backend = "anymail.backends.amazon_ses.EmailBackend"
    assert run("-c", wanted, without="EMAIL_URL", EMAIL_BACKEND=backend).stdout.strip() == backend


def test_log_in_attempts_are_counted_by_the_address_that_the_proxy_reports() -> None:
    wanted = (
        "import django; django.setup(); from django.test import RequestFactory; "
        "from allauth.core.internal.httpkit import get_client_ip; "
        "print(get_client_ip(RequestFactory().get('/', HTTP_X_FORWARDED_FOR='198.51.100.9, 203.0.113.7')))"
    )
    ended = run("-c", wanted, DJANGO_SETTINGS_MODULE="vapup.settings")
    assert ended.stdout.strip() == "203.0.113.7"  # the last one, written by our proxy; the first a client may invent


def test_all_faults_are_named_at_once_and_no_secret_with_them() -> None:
    ended = run("-c", "import vapup.settings", SECRET_KEY="hanako-no-himitsu", DEBUG="on", ALLOWED_HOSTS="*")
    for complaint in ("SECRET_KEY must be set", "DEBUG must be off", "ALLOWED_HOSTS must name"):
        assert complaint in ended.stderr
    assert "hanako-no-himitsu" not in ended.stderr


def test_a_good_environment_passes_the_deployment_check_without_a_warning() -> None:
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "no issues" in ended.stdout


def test_production_cookies_are_bound_to_the_host_and_to_https() -> None:
    wanted = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SESSION_COOKIE_HTTPONLY, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000)"
    )
    ended = run("-c", wanted, DJANGO_SETTINGS_MODULE="vapup.settings")
    assert ended.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "True", "True", "True"]


def test_passwords_are_hashed_with_argon2() -> None:
    wanted = "import vapup.settings as s; print(s.PASSWORD_HASHERS[0])"
    assert run("-c", wanted).stdout.strip() == "django.contrib.auth.hashers.Argon2PasswordHasher"
