"""What `make run` does before the first page, and what production refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from cases.models import Case
from vapup.accounts.models import Agency, User
from vapup.commands import InvalidInput
from vapup.embedded.layout import Instance


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.EMBEDDED = Instance("test", tmp_path / "instance")


@pytest.mark.nightly
def test_the_prepared_demonstration_is_loaded_once(db: None, settings: LazySettings) -> None:
    call_command("prepare_demonstration")
    assert Agency.objects.filter(slug="aoba").count() == 1
    written = settings.EMBEDDED.root / "demonstration.txt"
    assert written.exists()
    before = Case.objects.count()
    call_command("prepare_demonstration")
    assert Case.objects.count() == before > 12


@pytest.mark.parametrize("command", ["demo_data", "prepare_demonstration"])
def test_production_gets_no_public_passwords(db: None, settings: LazySettings, command: str) -> None:
    settings.IS_PRODUCTION = True
    with pytest.raises(InvalidInput, match="本番環境") as refused:
        call_command(command)
    assert (refused.value.code, refused.value.field) == ("not_in_production", None)
    assert not User.objects.exists()
    assert not (settings.EMBEDDED.root / "demonstration.txt").exists()
