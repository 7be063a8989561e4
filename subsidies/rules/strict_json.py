"""JSON read strictly: a repeated key, a float or an endless number never slips through as some value."""

from __future__ import annotations

import json
from enum import Enum
from typing import Final, Literal

_LONGEST_NUMBER: Final = 20


class Unusable(Enum):
    """What stands in place of a value that JSON text gave but no rule may use."""

    REPEATED = "repeated"
    TOO_LONG = "too_long"


REPEATED: Final[Literal[Unusable.REPEATED]] = Unusable.REPEATED


class NotJson(ValueError):
    """The text is no JSON."""


def read_json(text: str) -> object:
    """Return what the JSON text holds.

    The value of a key that its object repeats is `REPEATED`; numbers with a point or an exponent, and NaN, stay floats.

    Raises:
        NotJson: the text is no JSON, or is nested too deeply to be read.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotJson(str(error)) from error
    except ValueError:  # a number with more digits than Python converts
        return _LONG_NUMBER_DECODER.decode(text)
    except RecursionError as error:
        raise NotJson("nested too deeply") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                values[key] = REPEATED
            seen.add(key)
    return values


def _number(digits: str) -> int | Unusable:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else Unusable.TOO_LONG


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object)
_LONG_NUMBER_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=_number)
