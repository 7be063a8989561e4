"""The words of the follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices

from cases.enums import SchemeFrame


class PeriodKind(TextChoices):
    """What a monitoring period reports on; the value is the engine's category."""

    REGULAR = "monitoring", "伴走支援(405事業)"
    INTERIM = "monitoring_interim", "期中"
    CLOSING = "monitoring_closing", "決算期"


KINDS: Final[Mapping[SchemeFrame, tuple[PeriodKind, ...]]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: (PeriodKind.REGULAR,),
        SchemeFrame.SME_GL: (PeriodKind.REGULAR,),
        SchemeFrame.VUP: (PeriodKind.INTERIM, PeriodKind.CLOSING),
        SchemeFrame.VUP_BANK: (),
    }
)


class DeadlineKind(TextChoices):
    """What must be done, or comes, by a day."""

    PLAN_CLAIM = "plan_claim", "支払申請(計画策定)の期限"
    MONITORING_CLAIM = "monitoring_claim", "支払申請(伴走支援)の期限"
    NEGOTIATION_CLAIM = "negotiation_claim", "支払申請(金融機関交渉)の期限"
    FRAME_CLOSES = "frame_closes", "枠の受付の終了"
    PAPER = "paper", "書類の有効期限"
    LETTER = "letter", "金融機関の書面の有効期限"
    CERTIFICATION = "certification", "認定支援機関の認定の有効期限"
    STANDSTILL = "standstill", "一時停止の期限"
    FISCAL_CLOSE = "fiscal_close", "決算日"
    TAX_RETURN = "tax_return", "確定申告の期限"
    RETENTION = "retention", "証拠書類の保存期限"


# What a council may put off. The other days follow from papers, letters and laws.
EXTENDABLE: Final = frozenset(
    {
        DeadlineKind.PLAN_CLAIM,
        DeadlineKind.MONITORING_CLAIM,
        DeadlineKind.NEGOTIATION_CLAIM,
        DeadlineKind.STANDSTILL,
    }
)


class DeadlineState(TextChoices):
    """Where a deadline stands. A day that merely comes has passed; a claim that was not made has lapsed."""

    OPEN = "open", "期限前"
    MET = "met", "済"
    PASSED = "passed", "到来"
    LAPSED = "lapsed", "失効"
    CANCELLED = "cancelled", "対象外"


class Channel(TextChoices):
    """How a person is reminded."""

    IN_APP = "in_app", "画面"
    MAIL = "mail", "メール"


class MailKind(TextChoices):
    """What a mail tells."""

    REMINDER = "reminder", "期限の通知"
    DIGEST = "digest", "期限の通知のまとめ"
    WEEKLY = "weekly", "週次の期限一覧"
    ALARM = "alarm", "通知の異常"


class MailState(TextChoices):
    """Where a mail stands; one that is being sent is waiting under a lease."""

    WAITING = "waiting", "送信待ち"
    SENT = "sent", "送信済"
    FAILED = "failed", "送信不能"
    CANCELLED = "cancelled", "不要"


class AlarmKind(TextChoices):
    """What has fallen silent."""

    SWEEP = "sweep", "期限の確認が止まっています"
    MAIL = "mail", "メールを送信できていません"


class ProgressState(TextChoices):
    """How a measure of the plan stands at the end of a period."""

    NOT_STARTED = "not_started", "未着手"
    ON_TRACK = "on_track", "予定どおり"
    LATE = "late", "遅れている"
    DONE = "done", "完了"
    DROPPED = "dropped", "中止"


class MeetingMode(TextChoices):
    """How a lender was reported to."""

    VISIT = "visit", "訪問"
    OFFICE = "office", "来訪"
    ONLINE = "online", "オンライン"
    PHONE = "phone", "電話"
    POST = "post", "郵送・メール"


class ReportState(TextChoices):
    """Where the report on a period stands."""

    DRAFT = "draft", "作成中"
    FINISHED = "finished", "完成"


class PeriodState(TextChoices):
    """Where a period of the follow-up stands."""

    AHEAD = "ahead", "開始前"
    RUNNING = "running", "期間中"
    TO_REPORT = "to_report", "報告待ち"
    REPORTED = "reported", "報告済"
    CLAIMED = "claimed", "申請済"


class Tie(TextChoices):
    """What keeps a period where it is."""

    CLAIM = "claim", "支払申請"
    HOURS = "hours", "業務日誌"
    REPORT = "report", "伴走支援の報告"
    MEETING = "meeting", "金融機関への報告"
    COSTS = "costs", "費用明細"
    LATER_CLAIM = "later_claim", "後の回の支払申請(回の番号が変わるため)"


class ScheduleStep(TextChoices):
    """What becomes of a period when the schedule is laid anew."""

    KEPT = "kept", "変更なし"
    STAYS = "stays", "据え置き"
    MOVED = "moved", "変更"
    ADDED = "added", "追加"
    REMOVED = "removed", "削除"


class FollowUpPhase(TextChoices):
    """When something of a period is to be done."""

    BEFORE = "before", "報告の前"
    AFTER = "after", "報告の後"


class PackFormat(TextChoices):
    """How 金融機関説明資料 is given out; the value is the ending of the file."""

    PDF = "pdf", "PDF"
    WORKBOOK = "xlsx", "Excel"
