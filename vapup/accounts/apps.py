"""The Django app "accounts"."""

from __future__ import annotations

from typing import Any, Final

from django.apps import AppConfig
from django.db import connections
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate, pre_migrate
from pgtrigger.migrations import AddTrigger

# A migration may fill or check tables for as long as it takes. For a lock it waits longer than a request may hold one,
# but not for ever: everybody else queues up behind it.
LIFT_GUARDS: Final = "SET statement_timeout = 0; SET lock_timeout = '60s'"
RESTORE_GUARDS: Final = "RESET statement_timeout; RESET lock_timeout"


class AccountsConfig(AppConfig):
    """利用者."""

    name = "vapup.accounts"
    label = "accounts"
    verbose_name = "利用者"

    def ready(self) -> None:
        """Let migrations take the time they need, and add a trigger without making all related models again."""
        AddTrigger.state_forwards = _note_trigger  # type: ignore[method-assign]
        pre_migrate.connect(_lift_guards, sender=self)
        post_migrate.connect(_restore_guards, sender=self)


def _lift_guards(*, using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(LIFT_GUARDS)


def _restore_guards(*, using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(RESTORE_GUARDS)


def _note_trigger(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    # The library makes the model, and every model that refers to it, anew for each of some hundred triggers: a third
    # of the time that an empty database takes. A trigger changes none of their fields.
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]
