"""The parties of a business and what goes between them (商流), as the picture takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

WHOLE: Final = 1000  # tenths of a percent


class Place(Enum):
    """Where a party stands; the values are those of `NodeKind`."""

    SUPPLIER = "supplier"
    SUBCONTRACTOR = "subcontractor"
    FUNCTION = "function"
    CUSTOMER = "customer"
    END_CUSTOMER = "end_customer"
    COMPETITOR = "competitor"

    @property
    def label(self) -> str:
        """Return what the place is called."""
        return NAMES[self]


class FlowLook(Enum):
    """What goes from one party to the other; the values are those of `FlowKind`."""

    GOODS = "goods"
    MONEY = "money"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return what it is called in the key."""
        return {"goods": "商品・役務", "money": "代金", "other": "その他"}[self.value]


NAMES: Final = {
    Place.SUPPLIER: "仕入先",
    Place.SUBCONTRACTOR: "外注先",
    Place.FUNCTION: "自社の機能",
    Place.CUSTOMER: "販売先",
    Place.END_CUSTOMER: "最終顧客",
    Place.COMPETITOR: "競合",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A box: its name, whole yen of a year, share in tenths of a percent (655: 65.5%), and a comment.

    `key` tells it from the other boxes of its picture. The picture shows the beginning of a long comment.
    """

    key: str
    place: Place
    name: str
    amount_yen: int | None = None
    share_tenths: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow from one party to another; the picture shows the beginning of a long label."""

    source: str
    target: str
    kind: FlowLook = FlowLook.GOODS
    label: str = ""
    amount_yen: int | None = None


def shares(amounts: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return the share of each amount in their sum, in tenths of a percent that add up to 100%.

    What is lost by rounding down goes to the largest remainders. An amount that is not known has no share, and none
    has one where the sum is not above zero or an amount is below it.
    """
    known = [amount for amount in amounts if amount is not None]
    total = sum(known)
    if total <= 0 or min(known) < 0:
        return (None,) * len(amounts)
    whole = [amount * WHOLE // total for amount in known]
    by_rest = sorted(range(len(known)), key=lambda place: (-(known[place] * WHOLE % total), place))
    for place in by_rest[: WHOLE - sum(whole)]:
        whole[place] += 1
    left = iter(whole)
    return tuple(None if amount is None else next(left) for amount in amounts)
