"""From the words of a row to the person, the case and the work that they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import jaconv

from cases.models import Case
from subsidies.models import CostLine, Worker
from vapup.imports.columns import Draft, plain, quoted
from vapup.imports.hours.office import Numbered, Office, folded_name

MOST_NAMED: Final = 6


def worker_of(draft: Draft, office: Office, default: int | None) -> Worker | None:
    """Return whose hours a row is; where the cell is empty, those of the person who was chosen for the file."""
    name = draft.values.get("worker")
    if name is None and draft.is_faulty and "worker" in draft.cells and draft.cells["worker"][2]:
        return None
    everybody = {one.pk: one for found in office.people.values() for one in found}
    found = list(office.people.get(folded_name(name), ())) if name else [everybody[default]] if default else []
    if not found:
        what = f"従事者{quoted(name)}は登録されていません。" if name else "「従事者」が空です。"
        draft.fault("worker", f"{what}氏名を確かめるか、従事者を登録してから取り込んでください。")
        return None
    own = [one for one in found if one.pk in office.allowed]
    if len(own) > 1:
        names = "・".join(str(one) for one in own)
        draft.fault(
            "worker", f"{quoted(name)}に当たる従事者が{len(own)}人います({names})。資格を付けて書いてください。"
        )
        return None
    if own:
        return own[0]
    if not found[0].is_active:
        draft.fault("worker", f"従事者「{found[0]}」は使用停止中です。使用を再開してから取り込んでください。")
    else:
        draft.fault("worker", f"従事者「{found[0]}」の業務日誌を記入できるのは、従事した本人か管理者だけです。")
    return None


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
    found = [line for number, line in works if wanted in {_folded(number), *_names(line)}]
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
    return _folded(str(value)) if value is not None else ""


def _names(line: CostLine) -> set[str]:
    return {_folded(line.work), _folded(f"{line.work} {line.period}")} if line.period else {_folded(line.work)}


def _nearest(lines: Sequence[CostLine], draft: Draft, worker: Worker) -> list[CostLine]:
    """Return those of several lines with the same words that the day and the person point to."""
    day = draft.values.get("worked_on")
    near = [one for one in lines if one.period and day and one.period.starts_on <= day <= one.period.ends_on] or lines
    own = [one for one in near if one.worker_id == worker.pk]
    own = own or [one for one in near if folded_name(worker.name) in folded_name(one.person)]
    return list(own or near)


def _folded(text: str) -> str:
    half = jaconv.z2h(text, kana=False, ascii=True, digit=True)
    return "".join(half.split()).translate(str.maketrans("−‐‑–—", "-----")).lower()
