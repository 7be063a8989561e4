"""Instances of embedded services for a test, gone with it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.embedded.instances import Place, eventually
from vapup.embedded.layout import instance

_serial = count(1)


def unused() -> Place:
    """Return an instance that no other test, and no other run of the tests, uses."""
    return Place(instance(f"test-{os.getpid()}-{next(_serial)}"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """An empty cluster, made once: a copy is made sooner than another."""
    model = unused()
    model.part(model.hold())
    assert eventually(lambda: not model.processes())
    yield model.services.cluster
    model.end()


@pytest.fixture
def new_place(cluster: Path) -> Iterator[Callable[[], Place]]:
    """Make instances that have been used before."""
    made: list[Place] = []

    def make() -> Place:
        made.append(unused())
        made[-1].services.root.mkdir(parents=True)
        subprocess.run(["cp", "-a", str(cluster), str(made[-1].services.cluster)], check=True)
        return made[-1]

    yield make
    for place in made:
        place.end()


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    """One instance."""
    return new_place()


@pytest.fixture
def fresh_place() -> Iterator[Place]:
    """One instance that has never been started."""
    made = unused()
    yield made
    made.end()
