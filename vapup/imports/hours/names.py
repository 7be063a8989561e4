"""From the words of a row to the person, the case and the work that they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cases.models import Case
from subsidies.models import CostLine, Worker
from vapup.imports.columns import Draft, folded_label, plain, quoted
from vapup.imports.hours.office import Numbered, Office, folded_name

MOST_NAMED: Final = 6


def worker_of(draft: Draft, office: Office, default: int | None) -> Worker | None:
    """Return whose hours a row is; where the cell is empty, those of the person who was chosen for the file."""
    name = draft.values.get("worker")
    if name is None and draft.is_faulty and "worker" in draft.cells and draft.cells["worker"][2]:
        return None
    found = list(office.people.get(folded_name(name), ())) if name else [office.by_id[default]] if default else []
    own = [one for one in found if one.pk in office.allowed]
    if len(own) == 1:
        return own[0]
    draft.fault("worker", _ambiguous(name, own) if own else _forbidden(found[0]) if found else _unknown(name))
    return None


def _unknown(name: str | None) -> str:
    what = f"従事者{quoted(name)}は登録されていません。" if name else "「従事者」が空です。"
    return f"{what}氏名を確かめるか、従事者を登録してから取り込んでください。"


def _ambiguous(name: str | None, own: Sequence[Worker]) -> str:
    names = "・".join(str(one) for one in own)
    return f"{quoted(name)}に当たる従事者が{len(own)}人います({names})。資格を付けて書いてください。"


def _forbidden(worker: Worker) -> str:
    if not worker.is_active:
        return f"従事者「{worker}」は使用停止中です。使用を再開してから取り込んでください。"
    return f"従事者「{worker}」の業務日誌を記入できるのは、従事した本人か管理者だけです。"


def case_of(draft: Draft, office: Office, default: int | None) -> Case | None:
    """Return the case of a row; where the cell is empty, the one that was chosen for the file."""
    number = draft.values.get("case")
    if number:
        found = office.cases.get(number)
        if found is None:
            draft.fault(
                "case", f"案件{quoted(number)}は登録されていません。C-2026-0012 のような番号で入力してください。"
            )
        return found
    found = next((one for one in office.cases.values() if one.pk == default), None)
    if found is None:
        draft.fault("case", "「案件番号」が空です。入力するか、取り込むときに案件を選んでください。")
    return found


def line_of(draft: Draft, works: Sequence[Numbered], worker: Worker) -> CostLine | None:
    """Return the work of the estimate that a row names by its number or its words; None without one."""
    wanted = _wanted(draft.values.get("work"))
    if not wanted:
        return None
    found = [line for number, line in works if wanted in {folded_label(number), *_names(line)}]
    if len(found) > 1:
        found = _nearest(found, draft, worker)
    if len(found) == 1:
        return found[0]
    shown, known = draft.shown("work"), "、".join(f"{number} {line.work}" for number, line in works[:MOST_NAMED])
    rest = f"など{len(works)}業務" if len(works) > MOST_NAMED else ""
    if found:
        numbers = "・".join(number for number, line in works if line in found)
        draft.fault("work", f"業務{shown}は見積に{len(found)}行あります。番号({numbers})で入力してください。")
    elif works:
        draft.fault("work", f"業務{shown}は案件の見積にありません。{known}{rest}から選んでください。")
    else:
        draft.fault("work", f"業務{shown}は案件の見積にありません。先に費用の明細を登録してください。")
    return None


def _wanted(value: Any) -> str:
    """Return what was written; a spreadsheet makes a date of 1-2."""
    if isinstance(value, dict):
        _, month, day = str(plain(value)).split("-")
        return f"{int(month)}-{int(day)}"
    return folded_label(value)


def _names(line: CostLine) -> set[str]:
    words = {line.work, f"{line.work} {line.period}"} if line.period else {line.work}
    return set(map(folded_label, words))


def _nearest(lines: Sequence[CostLine], draft: Draft, worker: Worker) -> list[CostLine]:
    """Return those of several lines with the same words that the day and the person point to."""
    day = draft.values.get("worked_on")
    near = [one for one in lines if one.period and day and one.period.starts_on <= day <= one.period.ends_on] or lines
    own = [one for one in near if one.worker_id == worker.pk]
    own = own or [one for one in near if folded_name(worker.name) in folded_name(one.person)]
    return list(own or near)
