"""The image, the set-up, the Makefile and the vendored files."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.sources import PACKAGES, ROOT
from vapup.embedded.binaries import INSTALL_COMMAND

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SETUP = (ROOT / ".ci" / "setup").read_text(encoding="utf-8")
VENDOR = ROOT / "static" / "vendor"
MANIFEST = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))["asset"]
# Written in parts, so that this file does not name what no file may name.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmmirror", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("proxy", "golang", "org"),
        ("static", "crates", "io"),
        ("registry-1", "docker", "io"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
    )
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)


def test_the_image_holds_every_package_and_nothing_it_does_not_need() -> None:
    copied = dict(re.findall(r"^COPY (?!--)(\S+) (\S+)$", DOCKERFILE, re.MULTILINE))
    for package in (*PACKAGES, "templates", "static"):
        assert copied[package] == package
    assert "manage.py" in copied
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) - {"requirements/base.txt"} <= allowed
    assert "requirements/base.txt" in allowed
    assert not {"tests", ".env", ".data", ".git", "docs"} & allowed
    importable = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert importable == set(PACKAGES)


def test_the_image_runs_as_nobody_special() -> None:
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    users = re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE)
    assert users == ["vapup"]
    after = last_stage.split("\nUSER vapup\n", 1)[1]
    assert not re.search(r"^(RUN|COPY|ADD|USER) ", after, re.MULTILINE)
    uid = re.search(r"useradd --system --uid (\d+)", last_stage)
    assert uid
    assert int(uid[1]) >= 10_000
    assert "--shell /usr/sbin/nologin" in last_stage


def test_the_image_holds_no_secret_and_only_checked_packages() -> None:
    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|TOKEN)", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    assert re.findall(r"SECRET_KEY=(\S+)", DOCKERFILE) == ['"$(python']  # made for one layer, never written
    assert "gunicorn==" in (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["base", "dev", "bench"])
def test_every_locked_package_has_its_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=\S)", lock.strip())
    assert len(pins) > 15
    for pin in pins:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==\S+", pin)
        assert "--hash=sha256:" in pin
    assert "://" not in lock


def test_the_developers_lock_agrees_with_productions() -> None:
    def pins(name: str) -> dict[str, str]:
        lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[\S*\])?==(\S+)", lock, re.MULTILINE))

    base, dev = pins("base"), pins("dev")
    assert set(base) <= set(dev)
    assert {name: (version, dev[name]) for name, version in base.items() if dev[name] != version} == {}


def test_no_tracked_file_names_a_registry() -> None:
    files = tracked()
    assert len(files) > 150
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in files
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert named == []


def test_no_secret_file_is_tracked() -> None:
    names = {str(path.relative_to(ROOT)) for path in tracked()}
    assert ".env" not in names
    assert not [name for name in names if name.startswith((".data/", ".venv/", "artefacts/"))]
    for word in (".data/", ".venv/", ".env", "artefacts/"):
        assert word in (ROOT / ".gitignore").read_text(encoding="utf-8")


@pytest.mark.parametrize("asset", MANIFEST, ids=lambda asset: asset["file"])
def test_a_vendored_file_is_what_its_maker_published(asset: dict[str, str]) -> None:
    content = (VENDOR / asset["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == asset["sha256"]
    assert (VENDOR / asset["licence_file"]).stat().st_size > 100
    assert asset["version"]
    assert asset["licence"]


def test_every_vendored_file_is_in_the_manifest() -> None:
    told = {asset[key] for asset in MANIFEST for key in ("file", "licence_file")}
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there - told == {"manifest.toml"}
    assert told <= there


def test_the_commands_of_the_contract_exist_and_help_names_them() -> None:
    listed = make("help")
    assert (listed.returncode, listed.stderr) == (0, "")
    for command in ("setup", "run", "test", "check", "bench", "coverage", "nightly"):
        assert f"make {command} " in listed.stdout
        dry = make("-n", command)
        assert dry.returncode == 0
        assert ".ci/setup" in dry.stdout  # each does the missing set-up steps itself


def test_the_port_is_passed_on() -> None:
    assert "vapup.embedded.supervisor 8000" in make("-n", "run").stdout
    assert "vapup.embedded.supervisor 8123" in make("-n", "run", "PORT=8123").stdout


def test_what_ci_runs_is_what_a_developer_runs() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert run.strip().splitlines()[-1] == "exec make test"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert (ROOT / ".ci" / "setup").stat().st_mode & 0o111
    tested = make("-n", "test").stdout
    assert "check" in tested
    assert "pytest" in tested


def test_scripts_are_sound_shell() -> None:
    for name in ("run", "setup"):
        text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
        assert "set -euo pipefail" in text
        parsed = subprocess.run(["bash", "-n", str(ROOT / ".ci" / name)], capture_output=True, text=True, check=False)
        assert (parsed.returncode, parsed.stderr) == (0, "")


def test_the_set_up_needs_to_be_told_for_what() -> None:
    ended = subprocess.run(["bash", ".ci/setup"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode != 0
    assert "run or test" in ended.stderr


def test_the_set_up_has_nothing_to_do_twice() -> None:
    locks = b"".join((ROOT / "requirements" / f"{name}.txt").read_bytes() for name in ("base", "dev"))
    stamp = (ROOT / ".venv" / ".installed").read_text()
    assert stamp == f"{hashlib.sha256(locks).hexdigest()} test\n"  # `make test` has just set up what is locked
    ended = subprocess.run(
        ["bash", ".ci/setup", "test"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_the_set_up_installs_what_the_message_of_a_missing_program_names() -> None:
    for package in INSTALL_COMMAND.rsplit("--no-install-recommends ", 1)[1].split():
        assert re.search(rf"\b{package}\b", SETUP)
    image = set(re.findall(r"\b(fonts-[\w-]+|lib[\w.-]+[0-9])\b", DOCKERFILE))
    assert len(image) == 5
    assert {package for package in image if package not in SETUP} == set()  # what prints alike everywhere
