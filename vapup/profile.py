"""What differs between the embedded demonstration profile and production; imported by settings only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured

from vapup.embedded.keeper import DATABASE, OWNER
from vapup.embedded.layout import Instance

SHORTEST_SECRET: Final = 50
KNOWN_BAD_SECRETS: Final = ("change-me", "changeme", "secret", "insecure", "django-insecure", "example", "replace")
# Bounded statements: one bad query must not hold a web worker or a lock for ever.
STATEMENT_GUARDS: Final = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"


def demonstration_secret(embedded: Instance) -> str:
    """Return this checkout's own random key, made at first use and readable by its owner alone."""
    path = embedded.root / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        embedded.root.mkdir(parents=True, exist_ok=True)
    made = embedded.root / f"secret_key.{os.getpid()}"
    made.touch(mode=0o600)
    made.write_text(secrets.token_urlsafe(64), encoding="ascii")
    try:
        os.link(made, path)  # the first of several processes wins; the rest read its key
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text(encoding="ascii")


def database_from(env: environ.Env, embedded: Instance) -> dict[str, Any]:
    """Return the database of DATABASE_URL, or the embedded one (started at the first connection)."""
    if env.str("DATABASE_URL", default=""):
        database: dict[str, Any] = dict(env.db("DATABASE_URL"))
        options = database.setdefault("OPTIONS", {})
        options.setdefault("options", STATEMENT_GUARDS)
        return database | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    return {
        "ENGINE": "vapup.embedded.backend",
        "NAME": DATABASE,
        "USER": OWNER,
        "HOST": str(embedded.sockets),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"options": STATEMENT_GUARDS},
    }


def refuse_unsafe_production(settings: Mapping[str, Any]) -> None:
    """Stop the start of a production process whose settings are missing, default or unsafe.

    Raises:
        ImproperlyConfigured: names each setting that has to be put right.
    """
    secret = str(settings["SECRET_KEY"])
    database = settings["DATABASES"]["default"]
    faults = {
        f"SECRET_KEY must be set, random and at least {SHORTEST_SECRET} characters": len(secret) < SHORTEST_SECRET
        or any(word in secret.lower() for word in KNOWN_BAD_SECRETS)
        or len(set(secret)) < SHORTEST_SECRET // 4,
        "DEBUG must be off": settings["DEBUG"],
        "ALLOWED_HOSTS must name the hosts, without wildcards": not settings["ALLOWED_HOSTS"]
        or any(host.startswith((".", "*")) for host in settings["ALLOWED_HOSTS"]),
        "DATABASE_URL must name a PostgreSQL server": not database["ENGINE"].endswith("postgresql"),
        "CELERY_BROKER_URL must be set": str(settings["EMBEDDED"].redis_socket) in settings["CELERY_BROKER_URL"],
        "EMAIL_BACKEND must deliver mail (file, console and dummy backends do not)": settings["EMAIL_BACKEND"].split(
            "."
        )[-2]
        in {"filebased", "console", "dummy", "locmem"},
        "EMAIL_URL must name the mail server": settings["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
        and not settings.get("EMAIL_HOST"),
        "DEFAULT_FROM_EMAIL must be set": not settings["DEFAULT_FROM_EMAIL"],
        "PUBLIC_ORIGIN must be an https:// address": not settings["PUBLIC_ORIGIN"].startswith("https://"),
    }
    found = [fault for fault, is_present in faults.items() if is_present]
    if found:
        raise ImproperlyConfigured("Production refuses to start: " + "; ".join(found) + ".")
