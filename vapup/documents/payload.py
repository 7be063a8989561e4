"""Frozen content of documents, to JSON and back without loss."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType, UnionType
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

from vapup.shared.errors import DomainError

P = TypeVar("P")
LEFT_OUT: Final = "left_out_at_its_default"
# Of a field that was added later: field(default=…, metadata=ADDED). Content frozen without it keeps its hash.
ADDED: Final[Mapping[str, bool]] = MappingProxyType({LEFT_OUT: True})


class PayloadUnreadable(DomainError):
    """Stored content that this version of the product cannot read."""


def to_json(payload: Any) -> dict[str, Any]:
    """Return a frozen dataclass as plain JSON values; days become YYYY-MM-DD, fields `ADDED` later may be left out."""
    pairs = ((field, getattr(payload, field.name)) for field in fields(payload))
    return {field.name: _plain(value) for field, value in pairs if not _is_left_out(field, value)}


def from_json(kind: type[P], stored: object) -> P:
    """Return the frozen dataclass that `to_json` wrote; a field with a default may be missing, as it was added later.

    Raises:
        PayloadUnreadable: a field is missing, unknown, or of another type.
    """
    if not isinstance(stored, Mapping):
        raise PayloadUnreadable("保存された申請内容を読み取れません。内容がオブジェクトではありません。")
    hints = _hints(cast("Any", kind))
    needed = {field.name for field in fields(cast("Any", kind)) if field.default is MISSING}
    if not needed <= stored.keys() <= hints.keys():
        names = "、".join(sorted((needed - stored.keys()) | (stored.keys() - hints.keys())))
        raise PayloadUnreadable(f"保存された申請内容の項目({names})が、この版の様式と合いません。")
    return kind(**{name: _typed(hint, stored[name], name) for name, hint in hints.items() if name in stored})


def content_hash(stored: Mapping[str, Any]) -> str:
    """Return the SHA-256 of JSON content, whatever the order of its keys."""
    canonical = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _is_left_out(field: Field[Any], value: object) -> bool:
    return bool(field.metadata.get(LEFT_OUT)) and value == field.default


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_json(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


@lru_cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(hint: Any, value: Any, name: str) -> Any:
    if get_origin(hint) is UnionType:
        return None if value is None else _typed(_without_none(hint), value, name)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_typed(get_args(hint)[0], part, name) for part in value)
    if isinstance(hint, type) and is_dataclass(hint):
        return from_json(hint, value)
    if hint is date and isinstance(value, str):
        return _day(value, name)
    if type(value) is hint:
        return value
    raise PayloadUnreadable(f"保存された申請内容の項目「{name}」を読み取れません。")


def _without_none(hint: Any) -> Any:
    return next(part for part in get_args(hint) if part is not type(None))


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PayloadUnreadable(f"保存された申請内容の日付「{name}」を読み取れません。") from None
