"""The words of imports."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices


class ImportKind(TextChoices):
    """What a file brings in."""

    MOVE_IN = "move_in", "移行(事業者と案件)"
    HOURS = "hours", "業務日誌"
    FIGURES = "figures", "試算表・推移表"


class BatchState(TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", "登録済"
    PREVIEWED = "previewed", "確認待ち"
    COMMITTING = "committing", "取込中"
    COMMITTED = "committed", "取込済"
    UNDONE = "undone", "取消済"
    FAILED = "failed", "失敗"


class Verdict(TextChoices):
    """What is said of a row, the worst first."""

    ERROR = "error", "誤り"
    SKIPPED = "skipped", "取り込めない"
    WARNING = "warning", "注意"
    OK = "ok", "正しい"


# Rows with these verdicts can be taken.
TAKEN: Final = frozenset({Verdict.OK, Verdict.WARNING})


class CommitMode(TextChoices):
    """What happens to a file with faults."""

    FLAWLESS_ROWS = "flawless_rows", "誤りのない行だけ取り込む"
    ALL_OR_NOTHING = "all_or_nothing", "すべて正しいときだけ取り込む"
