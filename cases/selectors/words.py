"""Search: the functions of the database that find rows by their folded words (see cases/models/words.py)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, TextField, Value


class _Found(Func):
    """The ids of the rows that hold every word; the database keeps to the agency of the request or task."""

    # As an array it is asked for once. As a subquery of IN it may be asked for each row, where statistics are old.
    template = "(ARRAY(SELECT %(function)s(%(expressions)s)))"
    output_field = ArrayField(BigIntegerField())


class _IsAmong(Func):
    """Whether an id is in an array."""

    template = "%(expressions)s"
    arg_joiner = " = ANY "
    output_field = BooleanField()


def enterprises_with(text: str, prefix: str = "") -> Q:
    """Return the condition that an enterprise holds every word of `text` in its name, reading or corporate number.

    Glyphs, widths, hiragana or katakana, and the ways to write a legal form do not count. Outside of a tenant's scope
    nothing is found.

    Args:
        prefix: the way from the queried model to the enterprise, such as "enterprise__".
    """
    return Q(_IsAmong(F(f"{prefix}pk"), _found("search_enterprises", text)))


def cases_with(text: str) -> Q:
    """Return the condition that a case holds every word of `text`, in its number or in its enterprise's words."""
    return Q(_IsAmong(F("pk"), _found("search_cases", text)))


def newest_enterprises_with(text: str, most: int) -> Q:
    """Return the condition that an enterprise is one of the newest `most` that hold every word of `text`.

    See `enterprises_with`. Those that were merged into another do not count.
    """
    return Q(_IsAmong(F("pk"), _found("newest_enterprises", text, Value(most))))


def newest_cases_with(text: str, most: int) -> Q:
    """Return the condition that a case is one of the newest `most` that hold every word of `text`: see `cases_with`."""
    return Q(_IsAmong(F("pk"), _found("newest_cases", text, Value(most))))


def _found(function: str, text: str, *others: Value) -> _Found:
    return _Found(Value(text.split(), ArrayField(TextField())), *others, function=function)
