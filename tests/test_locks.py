"""Rows are locked so that those who only refer to them need not wait: waiting both ways is a deadlock."""

from __future__ import annotations

from tests.sources import calls, modules, name_of, named

# The undo of an import deletes the rows that it locks; a delete takes the stronger lock in any case.
DELETES = {"vapup/imports/services/undo.py"}


def test_every_lock_lets_others_refer_to_the_row() -> None:
    """An insert takes a key-share lock on every row that it refers to, such as the agency of an audit event.

    Whoever holds a plain FOR UPDATE on the agency and waits for a case would deadlock with whoever holds the case and
    writes its event; FOR NO KEY UPDATE lets the event through.
    """
    locks = [(named(path), call) for path in modules() for call in calls(path) if name_of(call) == "select_for_update"]
    assert len(locks) > 10
    assert [
        f"{path}:{call.lineno}"
        for path, call in locks
        if "no_key" not in {keyword.arg for keyword in call.keywords} and str(path) not in DELETES
    ] == []
