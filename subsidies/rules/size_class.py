"""The size of an enterprise (企業規模) as the normal frame of 405 sees it."""

from __future__ import annotations

from enum import StrEnum


class SizeClass(StrEnum):
    """小規模, 中規模, 中堅規模; which one is decided by sales and interest-bearing debt."""

    SMALL = "small"
    MEDIUM = "medium"
    MEDIUM_LARGE = "medium_large"

    @property
    def label(self) -> str:
        """The word of the notices."""
        return _LABELS[self]


_LABELS = {SizeClass.SMALL: "小規模", SizeClass.MEDIUM: "中規模", SizeClass.MEDIUM_LARGE: "中堅規模"}
