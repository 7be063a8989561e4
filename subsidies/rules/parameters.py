"""The rules in force: which version of a frame holds for a case accepted on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from cases.enums import SchemeFrame
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.reading import load_rule_versions
from subsidies.rules.version import RuleVersion
from vapup.shared.errors import DomainError


class FrameNotOpen(DomainError):
    """The frame takes no applications on that day."""


@lru_cache(maxsize=8192)
def rule_version_on(frame: SchemeFrame, accepted_on: date) -> RuleVersion:
    """Return the rules in force on `accepted_on` (受理日), which fixes them for the whole case.

    Raises:
        FrameNotOpen: the frame takes no applications on that day.
    """
    versions = rule_versions()[frame]
    position = bisect_right(versions, accepted_on, key=_start) - 1
    if position >= 0:
        version = versions[position]
        if version.effective_to is None or accepted_on <= version.effective_to:
            return version
    raise FrameNotOpen(
        f"{frame.label}は、{accepted_on}の受理に当たる制度の版がありません。受理日と枠を確かめてください。"
    )


def _start(version: RuleVersion) -> date:
    return version.effective_from


@lru_cache(maxsize=1)
def rule_versions() -> Mapping[SchemeFrame, tuple[RuleVersion, ...]]:
    """Return the rules of this product by frame, oldest first; read and checked once."""
    return load_rule_versions(PARAMETERS_FOLDER)
