"""Which enterprises of an office were likely registered twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cases.models import Enterprise
from vapup.shared.likeness import Folded, Identity, folded, likenesses

Places = Mapping[tuple[int, str], list[int]]
NOTHING: Final = Folded("", "", "", "", "")
_COMPARED = ("corporate_number", "name", "name_kana", "phone", "address")


@dataclass(frozen=True, slots=True)
class Lookalike:
    """An enterprise that is likely the same as the one in question, and in what they are alike."""

    pk: int
    name: str
    address: str
    alike: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return in what they are alike, for readers: 事業者名・電話番号."""
        return "・".join(self.alike)


def lookalikes_of(enterprise: Enterprise) -> tuple[Lookalike, ...]:
    """Return the agency's enterprises that are likely this one again; those most alike come first."""
    return lookalikes(enterprise.agency_id, [enterprise]).get(enterprise.pk, ())


def lookalikes(
    agency_id: int, asked: Iterable[Enterprise], *, at_most: int | None = None
) -> Mapping[int, tuple[Lookalike, ...]]:
    """Return the likely duplicates of each enterprise asked about that has any, by its id, in one question.

    Args:
        at_most: how many of those of each to return; None for all.
    """
    rows = list(Enterprise.objects.for_agency(agency_id).order_by("pk").values_list("pk", *_COMPARED))
    identities = {row[0]: folded(Identity(*row[1:])) for row in rows}
    said = {row[0]: (row[2], row[5]) for row in rows}
    places = _places(identities)
    found: dict[int, tuple[Lookalike, ...]] = {}
    for one in asked:
        mine = identities.get(one.pk, NOTHING)
        counts = Counter(pk for place in enumerate(mine) for pk in places.get(place, ()) if pk != one.pk)
        closest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:at_most]
        if closest:
            found[one.pk] = tuple(Lookalike(pk, *said[pk], tuple(likenesses(mine, identities[pk]))) for pk in closest)
    return found


def _places(identities: Mapping[int, Folded]) -> Places:
    """Return who has what: the place of a value in an identity, and the value, to the ids that have it."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk, identity in identities.items():
        for place in enumerate(identity):
            if place[1]:
                found[place].append(pk)
    return found
