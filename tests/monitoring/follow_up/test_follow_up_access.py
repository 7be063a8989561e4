"""The story of the trail by itself: every write of the follow-up adds an event of who did it."""

from __future__ import annotations

import pytest

from tests.access_follow_up import FOLLOW_UP, play_follow_up
from tests.access_world import build_world
from tests.test_access_audit import Story


@pytest.mark.django_db
def test_every_write_of_the_follow_up_is_noted() -> None:
    story = Story(build_world())
    play_follow_up(story)
    assert story.silent == []
    assert story.told == {name for name, (_, writer) in FOLLOW_UP.items() if writer}
