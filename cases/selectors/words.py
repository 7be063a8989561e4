"""Search: the functions of the database that find rows by their folded words (see cases/models/words.py)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Q, TextField, Value


class _Found(Func):
    """The ids of the rows that hold every word; the database keeps to the agency of the request or task."""

    template = "(SELECT %(function)s(%(expressions)s))"
    output_field = BigIntegerField()


def enterprises_with(text: str, prefix: str = "") -> Q:
    """Return the condition that an enterprise holds every word of `text` in its name, reading or corporate number.

    Glyphs, widths, hiragana or katakana, and the ways to write a legal form do not count. Outside of a tenant's scope
    nothing is found.

    Args:
        prefix: the way from the queried model to the enterprise, such as "enterprise__".
    """
    return Q(**{f"{prefix}pk__in": _found("search_enterprises", text)})


def cases_with(text: str) -> Q:
    """Return the condition that a case holds every word of `text`, in its number or in its enterprise's words."""
    return Q(pk__in=_found("search_cases", text))


def _found(function: str, text: str) -> _Found:
    return _Found(Value(text.split(), ArrayField(TextField())), function=function)
