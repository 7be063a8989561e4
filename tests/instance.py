"""Loaded by pytest before the settings: tests use embedded services of their own, apart from `make run`."""

from __future__ import annotations

import os

os.environ.setdefault("VAPUP_INSTANCE", "test")
os.environ["VAPUP_READ_DOT_ENV"] = "no"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's event loop runs beside the ORM
