"""The words of the subsidy, as the notices use them."""

from __future__ import annotations

from typing import Final

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
    CHANGE = "change", "変更の届出"
    PLAN_CLAIM = "plan_claim", "支払申請(計画策定)"
    MONITORING_CLAIM = "monitoring_claim", "支払申請(伴走支援)"
    NEGOTIATION_CLAIM = "negotiation_claim", "支払申請(金融機関交渉)"
    WITHDRAWAL = "withdrawal", "取下げ"


# What asks for a payment, and what says something in words.
CLAIMS: Final = frozenset(
    {ApplicationKind.PLAN_CLAIM, ApplicationKind.MONITORING_CLAIM, ApplicationKind.NEGOTIATION_CLAIM}
)
LETTERS: Final = frozenset({ApplicationKind.CHANGE, ApplicationKind.WITHDRAWAL})


class ApplicationState(TextChoices):
    """Where an application stands: in the office until it is submitted, then with the council."""

    PREPARING = "preparing", "準備中"
    REQUESTED = "requested", "承認待ち"
    SENT_BACK = "sent_back", "所内差戻し"
    APPROVED = "approved", "承認済"
    SUBMITTED = "submitted", "提出済"
    RETURNED = "returned", "差戻し"
    ACCEPTED = "accepted", "受理"
    DECIDED = "decided", "決定"
    PAID = "paid", "入金済"
    REFUSED = "refused", "不受理"
    CANCELLED = "cancelled", "取りやめ"


# In these states an application may be changed …
WRITABLE: Final = frozenset({ApplicationState.PREPARING, ApplicationState.SENT_BACK, ApplicationState.RETURNED})
# … as long as nothing has left the office, or it came back, what goes with it may: its papers, ticks and exceptions.
OPEN_STATES: Final = frozenset({*WRITABLE, ApplicationState.REQUESTED, ApplicationState.APPROVED})
# The council still owes an answer or the payment.
WITH_COUNCIL: Final = frozenset({ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.DECIDED})
SENT: Final = WITH_COUNCIL | {ApplicationState.PAID}
# Such an application never comes to anything; what it says does not count.
DEAD: Final = frozenset({ApplicationState.REFUSED, ApplicationState.CANCELLED})


class ApplicationAction(TextChoices):
    """What moves an application from one state to another."""

    REQUEST = "request", "承認を依頼"
    REOPEN = "reopen", "依頼・承認の取消し"
    SEND_BACK = "send_back", "所内で差戻し"
    APPROVE = "approve", "承認"
    SUBMIT = "submit", "提出を記録"
    RETURN = "return", "差戻しを記録"
    REFUSE = "refuse", "不受理を記録"
    ACCEPT = "accept", "受理を記録"
    DECIDE = "decide", "決定を記録"
    PAY = "pay", "入金を記録"
    CANCEL = "cancel", "取りやめる"
    TAKE_UP = "take_up", "再び準備を始める"


class ReturnCause(TextChoices):
    """Why the council returned something, coded so that causes can be counted."""

    AMOUNT = "amount", "金額の不一致"
    DATE = "date", "日付の前後・誤り"
    NAME = "name", "名称・住所の不一致"
    MISSING = "missing", "書類の不足"
    EXPIRED = "expired", "証明書・認定の期限切れ"
    EDITION = "edition", "様式の版の違い"
    SEAL = "seal", "記名・押印のもれ"
    BANK = "bank", "金融機関の書面の不備"
    HOURS = "hours", "従事時間・業務内容の記載"
    PAYMENT = "payment", "自己負担の支払の不備"
    CONTENT = "content", "計画・報告の内容"
    OTHER = "other", "その他"


class PaperStatus(TextChoices):
    """How far a paper is."""

    NOT_STARTED = "not_started", "未着手"
    WORKING = "working", "作業中"
    CHECKED = "checked", "確認済"
    CHECKED_LACKING = "checked_lacking", "確認済・不足あり"
    LEFT_OUT = "left_out", "対象外"


class PaperPlace(TextChoices):
    """Where the paper itself is."""

    NOWHERE = "nowhere", "未入手"
    ENTERPRISE = "enterprise", "事業者"
    OFFICE = "office", "当事務所"
    CO_AGENCY = "co_agency", "その他認定支援機関"
    BANK = "bank", "金融機関"
    COUNCIL = "council", "協議会に提出済"


class PaymentMethod(TextChoices):
    """How the enterprise paid its own share; the schemes take nothing but a transfer."""

    TRANSFER = "transfer", "銀行振込"
    CASH = "cash", "現金"
    OFFSET = "offset", "顧問料・決算料等との相殺"
    OTHER = "other", "その他"


class PacketState(TextChoices):
    """Where the making of a packet stands."""

    QUEUED = "queued", "作成待ち"
    DONE = "done", "作成済"
    FAILED = "failed", "失敗"


class ExportState(TextChoices):
    """Where an export of several packets stands."""

    WORKING = "working", "作成中"
    MADE = "made", "作成済"


class TopUpState(TextChoices):
    """Where a local top-up of the enterprise's own share stands."""

    PLANNED = "planned", "申請予定"
    APPLIED = "applied", "申請済"
    DECIDED = "decided", "交付決定"
    PAID = "paid", "入金済"
    REFUSED = "refused", "不交付"


class WeekState(TextChoices):
    """Where a person's week of hours stands; it may be changed while it is open or was returned."""

    OPEN = "open", "記入中"
    SUBMITTED = "submitted", "提出済"
    APPROVED = "approved", "承認済"
    RETURNED = "returned", "差戻し"


# In these states hours of the week may be written.
OPEN_WEEKS: Final = frozenset({WeekState.OPEN, WeekState.RETURNED})


class SubmissionMethod(TextChoices):
    """How an application was handed to the council."""

    COUNTER = "counter", "窓口に持参"
    POST = "post", "郵送"
    ELECTRONIC = "electronic", "電子申請・メール"


class Payer(TextChoices):
    """Who owes an agency money for a case."""

    COUNCIL = "council", "協議会"
    ENTERPRISE = "enterprise", "事業者"


class ReceivableState(TextChoices):
    """How far a payment is that an agency expects."""

    PLANNED = "planned", "見込"
    CLAIMED = "claimed", "申請済"
    DECIDED = "decided", "決定・入金待ち"
    PAID = "paid", "入金済"
    LAPSED = "lapsed", "支払われない"
