"""The Django app "accounts"."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class AccountsConfig(AppConfig):
    """利用者."""

    name = "vapup.accounts"
    label = "accounts"
    verbose_name = "利用者"

    def ready(self) -> None:
        """Let migrations add a trigger without making the classes of all related models again."""
        AddTrigger.state_forwards = _note_trigger  # type: ignore[method-assign]


def _note_trigger(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    # The library makes the model, and every model that refers to it, anew for each of some hundred triggers: a third
    # of the time that an empty database takes. A trigger changes none of their fields.
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]
