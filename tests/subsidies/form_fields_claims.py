"""The fields of the forms of claims, follow-up and letters, as docs/forms.md lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PARTIES: Final = (
    "御中",
    "申請者",
    "名称(商号・屋号)",
    "代表者 役職・氏名",
    "所在地",
    "法人番号",
    "代表認定経営革新等支援機関",
    "その他認定経営革新等支援機関",
    "認定支援機関ID",
    "担当者",
    "印",
)
USAGE: Final = ("受付番号", "利用申請の受理日", "利用の決定日")
COSTS: Final = ("利用申請の額", "実績の費用①", "実績と申請の差", "負担額②", "申請者の負担額", "今回の支払申請額")
PAID: Final = ("支払日・方法", "振込額", "源泉所得税", "振込人・受取人の名義")
ACCOUNT: Final = ("金融機関", "支店", "預金の種類", "普通", "当座", "口座番号", "口座名義(カナ)")
PERIOD: Final = ("対象期間", "第1回(全2回)", "支払申請の期限")
FIGURES: Final = (
    "売上高",
    "売上総利益",
    "販売費・一般管理費",
    "営業利益",
    "経常利益",
    "現預金の残高",
    "借入金の残高",
    "計画①",
    "実績②",
    "差異②-①",
)
CHECKED: Final = ("はい", "いいえ", "判定の根拠・記入欄", "原本・写し", "要否", "添付", "記入者")
VIEWPOINTS: Final = ("着眼点", "実施", "対象外", "確かめた資料・内容・理由", "ガバナンス体制の整備支援", "記入者")

# Printed of the plan claim of a case in the normal frame.
PLAN_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan_claim_form": (
        *(*PARTIES, *USAGE, *COSTS, *PAID, *ACCOUNT),
        *("あわせて申請する額", "金融機関の同意", "同意の状況", "同意日", "その他", "金融支援の概要"),
    ),
    "claim_self_check": (*CHECKED, "費用", "自己負担", "契約・請求", "金融機関", "確認・誓約"),
    "claim_statement": (
        *("業務内容", "担当者・資格", "単価(税抜)", "利用申請", "実績", "差", "外部", "小計", "合計"),
        *("従事した期間", "申請者の負担額", "うち今回の申請額"),
    ),
    "time_record": (
        *("申請者", "支援機関", "従事者", "対象の月", "単価(税抜)", "業務番号", "日", "開始", "終了", "休憩", "時間"),
        *("業務内容", "場所・相手方", "合計の時間", "累計の時間", "管理者", "印"),
    ),
    "council_invoice": (
        *("御中", "請求書番号", "請求者(支援機関)", "代表者 役職・氏名", "所在地", "電話番号", "認定支援機関ID"),
        *("登録番号(適格請求書)", "ご請求金額(税込)", "費用の総額", "申請者の負担額", "請求額", "印", *ACCOUNT),
    ),
    "support_details": ("借入残高", "うち保証協会付", "同意の状況", "支援の種類", "元金の返済猶予", "支援の内容・条件"),
    "planning_viewpoints": (*VIEWPOINTS, "現状の把握", "課題の明確化", "課題の解決", "伴走支援の準備"),
    "creditor_meeting_record": (
        *("債務者(申請者)", "第三者支援専門家", "外部専門家", "日時", "場所・方法", "調査報告書の日付"),
        *("対象債権者", "債権額", "出席者", "同意の状況", "議事", "結論", "記録者", "印"),
    ),
    "fukuoka_claim_checklist": CHECKED,
}
# Printed of the first monitoring claim of that case.
FOLLOW_UP_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "monitoring_claim_form": (
        *(*PARTIES, *USAGE, *PERIOD, *COSTS, *PAID, *ACCOUNT),
        *("計画策定時の留保分", "今後の伴走支援", "経営者保証の解除", "その他"),
    ),
    "monitoring_report": (
        *(*PERIOD, *FIGURES, "金融機関への報告", "報告した日", "面談(同席)", "郵送等", "アクションプランの進み具合"),
        *("計画と実績の差異の原因", "今後の対応", "金融機関の意見", "記入者", "印"),
    ),
    "follow_up_report": (
        *(*PERIOD, *FIGURES, "金融機関に説明した日", "1 決算(期中)の概要", "2 改善の取組"),
        *("3 計画と実績が離れた原因と対応策・助言", "4 金融機関に引き続き求める支援"),
    ),
    "monitoring_viewpoints": (*VIEWPOINTS, *PERIOD, "計画の進み具合の確認", "金融機関との共有", "自走に向けた支援"),
    "remaining_half_request": (*PARTIES, *USAGE, *PERIOD, "今回申請する留保分の額"),
    "negotiation_claim_form": (*PARTIES, *USAGE, *COSTS, *PAID, *ACCOUNT, "その他"),
    "guarantee_release_report": (
        *(*PARTIES, *USAGE, "保証人・保証の額", "結果", "解除日・回答日", "経営の透明性", "法人と個人の分離"),
        *("財務基盤の強化", "交渉の経過", "解除に至らなかったときの理由"),
    ),
}
# Printed of a withdrawal.
LETTER_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "change_notice": (*PARTIES, *USAGE, "件名", "内容と理由", "記録されている期間", "変更後の期間", "添付する書類"),
    "withdrawal_form": (
        *(*PARTIES, *USAGE, "該当するもの", "廃業・破産", "法的手続", "支援の中止", "計画を上回る回復"),
        *("業況の著しい悪化", "内容と理由", "これまでの支払", "決定額", "入金額"),
    ),
    "failure_report": (
        *("御中", "報告する支援機関", "事業者", *USAGE, "廃業", "破産", "民事再生等", "事実が生じた日"),
        *("知った日・知った方法", "経過", "今後の見込み", "これまでの支払", "印"),
    ),
    "early_end_request": (
        *(*PARTIES, *USAGE, *FIGURES, "対象期間", "実施した", "行わない", "計画を上回る実績", "終える日", "説明"),
        "同意した金融機関・同意日",
    ),
}
