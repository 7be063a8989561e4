"""The words of the subsidy, as the notices use them."""

from __future__ import annotations

from django.db.models import TextChoices


class CostCategory(TextChoices):
    """A cost category (費用区分), in the order in which every list shows them."""

    DUE_DILIGENCE = "due_diligence", "DD費用等"
    PLANNING = "planning", "計画策定支援費用"
    MONITORING = "monitoring", "伴走支援費用"
    MONITORING_INTERIM = "monitoring_interim", "伴走支援費用(期中)"
    MONITORING_CLOSING = "monitoring_closing", "伴走支援費用(決算期)"
    NEGOTIATION = "negotiation", "金融機関交渉費用"


class ApplicationKind(TextChoices):
    """An application to the council; the values are those of `manage.py packet`."""

    USAGE = "usage", "利用申請"


class ApprovalState(TextChoices):
    """Where an application stands inside the office, before it goes to the council."""

    PREPARING = "preparing", "準備中"
    REQUESTED = "requested", "承認待ち"
    SENT_BACK = "sent_back", "所内差戻し"
    APPROVED = "approved", "承認済"


class PacketState(TextChoices):
    """Where the making of a packet stands."""

    QUEUED = "queued", "作成待ち"
    DONE = "done", "作成済"
    FAILED = "failed", "失敗"


class TopUpState(TextChoices):
    """Where a local top-up of the enterprise's own share stands."""

    PLANNED = "planned", "申請予定"
    APPLIED = "applied", "申請済"
    DECIDED = "decided", "交付決定"
    PAID = "paid", "入金済"
    REFUSED = "refused", "不交付"


class SubmissionMethod(TextChoices):
    """How an application was handed to the council."""

    COUNTER = "counter", "窓口に持参"
    POST = "post", "郵送"
    ELECTRONIC = "electronic", "電子申請・メール"
