"""The words of the office: roles, actions and the verbs of the audit trail."""

from __future__ import annotations

from enum import Enum

from django.db.models import TextChoices


class Role(TextChoices):
    """What a member does in the office; one person may have several roles."""

    CONSULTANT = "consultant", "担当者"
    MANAGER = "manager", "管理者(所長)"
    ADMIN = "admin", "事務管理"
    VIEWER = "viewer", "閲覧のみ"


class Action(Enum):
    """Everything that a member can be allowed to do; the value completes 「…する権限がありません」."""

    USE_OFFICE = "この画面を利用"
    VIEW_ENTERPRISE = "事業者を閲覧"
    EDIT_ENTERPRISE = "事業者を登録・変更"
    VIEW_CASE = "案件を閲覧"
    OPEN_CASE = "案件を登録"
    EDIT_CASE = "案件を変更"
    ASSIGN_CASE = "担当者を変更"
    EDIT_COSTS = "費用を変更"
    REQUEST_APPROVAL = "承認を依頼"
    APPROVE_USAGE = "申請を承認・差戻し"
    APPROVE_PLAN = "計画を承認・差戻し"
    DRAFT_PACKET = "下書きの申請書類を作成"
    EXPORT_PACKET = "正式な申請書類を出力"
    HANDLE_PAPERS = "書類を登録・変更"
    OVERRIDE_GATE = "提出前の確認の例外を承認"
    REVIEW_CAPS = "補助上限の一覧を閲覧"
    WRITE_NOTE = "メモを記入"
    EDIT_NOTE = "メモを変更"
    HANDLE_DEADLINE = "期限を確認・後回し"
    EXTEND_DEADLINE = "期限の延長を記録"
    LOG_HOURS = "業務日誌を記入・提出"
    APPROVE_HOURS = "業務日誌を承認・差戻し"
    UNLOCK_HOURS = "業務日誌の固定を解除"
    KEEP_RATES = "従事者と単価を登録・変更"
    MOVE_IN = "Excelから移行"
    MERGE_ENTERPRISES = "事業者を統合・分離"
    REGISTER_COUNCIL = "協議会への提出・受理・決定を記録"
    MANAGE_MEMBERS = "利用者を管理"
    EDIT_AGENCY = "事務所の情報を変更"
    KEEP_VIEW = "保存した表示を変更"
    VIEW_AUDIT = "操作記録を閲覧"
    VIEW_REPORTS = "レポートを閲覧"


class ListPage(TextChoices):
    """The lists whose views can be saved."""

    CASES = "cases", "案件"
    ENTERPRISES = "enterprises", "事業者"


class Verb(TextChoices):
    """What happened, in the audit trail."""

    CREATED = "created", "登録"
    CHANGED = "changed", "変更"
    DELETED = "deleted", "削除"
    ADVANCED = "advanced", "段階の変更"
    APPROVAL_REQUESTED = "approval_requested", "承認依頼"
    APPROVED = "approved", "承認"
    SELF_APPROVED = "self_approved", "自己承認"
    SENT_BACK = "sent_back", "差戻し"
    REQUEST_WITHDRAWN = "request_withdrawn", "承認依頼の取消し"
    APPROVAL_CANCELLED = "approval_cancelled", "承認の取消し"
    OVERRIDDEN = "overridden", "例外の承認"
    UPLOADED = "uploaded", "書類の登録"
    LAPSED = "lapsed", "失効"
    EXTENDED = "extended", "期限の延長"
    ACKNOWLEDGED = "acknowledged", "期限の確認"
    SNOOZED = "snoozed", "通知の後回し"
    HOURS_SUBMITTED = "hours_submitted", "業務日誌の提出"
    UNLOCKED = "unlocked", "固定の解除"
    IMPORTED = "imported", "取込"
    IMPORT_UNDONE = "import_undone", "取込の取消し"
    MERGED = "merged", "統合"
    UNMERGED = "unmerged", "統合の取消し"
    PACKET_REQUESTED = "packet_requested", "申請書類の作成依頼"
    PACKET_MADE = "packet_made", "申請書類の作成"
    DOWNLOADED = "downloaded", "ダウンロード"
    INVITED = "invited", "招待"
    INVITATION_REVOKED = "invitation_revoked", "招待の取消し"
    JOINED = "joined", "参加"
    ROLES_CHANGED = "roles_changed", "役割の変更"
    SWITCHED_OFF = "switched_off", "利用停止"
    SWITCHED_ON = "switched_on", "利用再開"
    HANDED_OVER = "handed_over", "引継ぎ"
    SIGNED_IN = "signed_in", "ログイン"
    SIGNED_OUT = "signed_out", "ログアウト"
    PASSWORD_CHANGED = "password_changed", "パスワードの変更"
    MFA_SWITCHED_ON = "mfa_switched_on", "二段階認証の設定"
    MFA_SWITCHED_OFF = "mfa_switched_off", "二段階認証の解除"
    RECOVERY_CODES_MADE = "recovery_codes_made", "回復コードの作成"
    ENTERED = "entered", "事務所の切替"
