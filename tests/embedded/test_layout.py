"""Where the embedded services keep their files, as whom they run, and which programs they need."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path

import pytest

from tests.embedded.instances import Place
from vapup.embedded import binaries, layout
from vapup.embedded.binaries import ProgramMissing, postgres_program, redis_program
from vapup.embedded.layout import CHECKOUT, LONGEST_SOCKET_DIR, instance, service_user

LONGEST_UNIX_PATH = 107


def test_an_instance_lives_in_the_checkout_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert instance("walk").root == CHECKOUT / ".data" / "walk"
    monkeypatch.setenv("VAPUP_INSTANCE", "other")
    assert instance().root == CHECKOUT / ".data" / "other"
    for unset in ("", None):
        monkeypatch.setenv("VAPUP_INSTANCE", unset) if unset is not None else monkeypatch.delenv("VAPUP_INSTANCE")
        assert (instance().name, instance().root) == ("main", CHECKOUT / ".data" / "main")


def test_every_file_of_an_instance_is_inside_its_folder() -> None:
    one = instance("walk")
    places = (one.cluster, one.sockets, one.redis_socket, one.files, one.users_lock, one.start_lock, one.keeper_lock)
    assert all(place.is_relative_to(one.root) for place in (*places, one.log))
    assert len(set(places)) == len(places)


def test_a_path_too_long_for_a_socket_moves_the_data_to_var_tmp(monkeypatch: pytest.MonkeyPatch) -> None:
    # "/x…/.data/main/run" with exactly 85 bytes still fits; one byte more does not.
    room = LONGEST_SOCKET_DIR - len("/.data/main/run") - 1
    for length, is_inside in ((room, True), (room + 1, False)):
        monkeypatch.setattr(layout, "CHECKOUT", Path("/" + "x" * length))
        monkeypatch.setattr(layout, "_is_reachable", lambda _folder: True)
        found = instance("main")
        assert found.root.is_relative_to(f"/{'x' * length}") is is_inside
        assert len(os.fsencode(found.sockets / ".s.PGSQL.5432.lock")) <= LONGEST_UNIX_PATH
    assert str(found.root).startswith("/var/tmp/vapup-")  # noqa: S108


def test_a_checkout_that_the_service_user_cannot_enter_moves_the_data_to_var_tmp(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == pwd.getpwuid(os.geteuid()).pw_name and folder.is_relative_to("/tmp/pytest-of-root"):  # noqa: S108
            folder.chmod(0o755)
    monkeypatch.setattr(layout, "service_user", lambda: layout.ServiceUser("nobody", 65534, 65534))
    monkeypatch.setattr(layout, "CHECKOUT", tmp_path)
    tmp_path.chmod(0o700)
    hidden = instance("main").root
    assert hidden.is_relative_to("/var/tmp")  # noqa: S108
    monkeypatch.setattr(layout, "service_user", lambda: None)  # run as oneself: one can enter one's own folder
    assert instance("main").root.is_relative_to(tmp_path) or len(str(tmp_path)) > 65


def test_two_checkouts_never_share_a_folder_in_var_tmp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_is_reachable", lambda _folder: True)
    found = set()
    for name in ("a", "b"):
        monkeypatch.setattr(layout, "CHECKOUT", Path("/" + name * 100))
        found.add(instance("main").root)
        found.add(instance("other").root)
    assert len(found) == 4
    assert len({root.parent for root in found}) == 2


def test_root_drops_to_an_unprivileged_user_and_others_stay_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert service_user() is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    user = service_user()
    assert user is not None
    assert (user.uid, user.name) == (pwd.getpwnam(user.name).pw_uid, user.name)
    assert user.uid != 0
    monkeypatch.setattr(layout, "SERVICE_USERS", ("no-such-user", "nor-this"))
    with pytest.raises(RuntimeError, match="no-such-user, nor-this"):
        service_user()


def test_only_the_tests_data_may_be_lost_in_a_power_cut() -> None:
    assert instance("test").is_throwaway
    assert instance("test-1").is_throwaway
    assert not any(instance(name).is_throwaway for name in ("main", "testimony", "e2e", "latest"))


def test_the_newest_postgresql_that_has_the_program_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version, programs in ((9, ("postgres", "initdb")), (15, ("postgres", "initdb")), (16, ("postgres",))):
        for program in programs:
            path = tmp_path / str(version) / "bin" / program
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    monkeypatch.setattr(binaries, "POSTGRES_FOLDERS", (f"{tmp_path}/*/bin",))
    assert postgres_program("postgres") == tmp_path / "16" / "bin" / "postgres"
    assert postgres_program("initdb") == tmp_path / "15" / "bin" / "initdb"  # 15 is newer than 9


def test_programs_are_found_on_the_path_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries, "POSTGRES_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("initdb", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert postgres_program("initdb") == tmp_path / "initdb"
    assert redis_program() == tmp_path / "valkey-server"
    with pytest.raises(ProgramMissing, match="postgres is not installed"):
        postgres_program("postgres")


@pytest.mark.parametrize("program", ["vapup.embedded.supervisor 8391", "manage.py prepare_demonstration"])
def test_a_missing_program_is_told_with_the_command_that_installs_it(
    fresh_place: Place, tmp_path: Path, program: str
) -> None:
    """Redis is the one to miss: PostgreSQL is found in its own folders whatever PATH says."""
    module = ["-m"] if program.startswith("vapup") else []
    ended = fresh_place.run(sys.executable, *module, *program.split(), PATH=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "redis-server is not installed. Run: sudo apt-get install --no-install-recommends postgresql redis-server"
        "   (or set DATABASE_URL)"
    )
    assert fresh_place.processes() == {}
    shutil.rmtree(fresh_place.services.root, ignore_errors=True)
