"""The Django app "accounts"."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """利用者."""

    name = "vapup.accounts"
    label = "accounts"
    verbose_name = "利用者"
