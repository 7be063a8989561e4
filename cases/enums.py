"""The words of enterprises and cases, as the notices use them."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class SchemeFrame(TextChoices):
    """The frame (枠) of the two schemes that a case uses."""

    NORMAL = "normal", "405事業 通常枠"
    SME_GL = "sme_gl", "405事業 中小版GL枠"
    VUP = "vup", "Vアップ事業"
    VUP_BANK = "vup_bank", "Vアップ事業(民間金融機関による支援)"


class Scheme(TextChoices):
    """The two schemes; who may use them is asked of the scheme, not of the frame."""

    IMPROVEMENT = "405", "405事業(経営改善計画策定支援)"
    VUP = "vup", "Vアップ事業(早期経営改善計画策定支援)"

    @classmethod
    def of(cls, frame: SchemeFrame) -> Scheme:
        """Return the scheme that a frame belongs to."""
        return cls.VUP if frame in {SchemeFrame.VUP, SchemeFrame.VUP_BANK} else cls.IMPROVEMENT


class LegalForm(TextChoices):
    """The legal form of an enterprise; the schemes exclude some of them."""

    COMPANY = "company", "会社"
    SOLE_PROPRIETOR = "sole_proprietor", "個人事業主"
    MEDICAL_CORPORATION = "medical_corporation", "医療法人"
    SOCIAL_WELFARE = "social_welfare", "社会福祉法人"
    NPO = "npo", "特定非営利活動法人"
    GENERAL_ASSOCIATION = "general_association", "一般社団法人・一般財団法人"
    PUBLIC_INTEREST = "public_interest", "公益社団法人・公益財団法人"
    FARMERS_COOPERATIVE = "farmers_cooperative", "農事組合法人"
    AGRICULTURAL_COOPERATIVE = "agricultural_cooperative", "農業協同組合"
    CONSUMER_COOPERATIVE = "consumer_cooperative", "生活協同組合"
    LLP = "llp", "有限責任事業組合(LLP)"
    SCHOOL = "school", "学校法人"
    OTHER = "other", "その他"


class Industry(TextChoices):
    """The industry groups of the SME test (中小企業者の範囲)."""

    MANUFACTURING_OTHER = "manufacturing_other", "製造・建設・運輸・その他"
    WHOLESALE = "wholesale", "卸売業"
    SERVICE = "service", "サービス業"
    RETAIL = "retail", "小売業"


class LenderRole(TextChoices):
    """How close a lender is to the enterprise."""

    MAIN = "main", "主要(メイン)"
    SUBMAIN = "submain", "準主要(準メイン)"
    GUARANTOR = "guarantor", "信用保証協会"
    OTHER = "other", "その他"


class Consent(TextChoices):
    """What a lender says to the plan."""

    NOT_ASKED = "not_asked", "未依頼"
    ASKED = "asked", "依頼中"
    AGREED = "agreed", "同意"
    CONDITIONAL = "conditional", "条件付き同意"
    REFUSED = "refused", "不同意"


class LetterKind(TextChoices):
    """A letter between the enterprise and a lender that is printed from the records."""

    CONSULTATION = "consultation", "事前相談書"
    RECEIPT = "receipt", "受取書"
    CONFIRMATION = "confirmation", "主要金融機関の確認書面"
    CONSENT = "consent", "同意書"
    STANDSTILL = "standstill", "一時停止の要請(案)"


class LetterFormat(TextChoices):
    """The file that a letter is had as; the value is the ending of its name."""

    PDF = "pdf", "PDF"
    WORD = "docx", "Word"


class ExpertList(TextChoices):
    """The published list that a third-party expert was picked from."""

    HEADQUARTERS = "headquarters", "中小企業活性化全国本部のリスト"
    PRACTITIONERS = "practitioners", "事業再生実務家協会のリスト"
    OTHER = "other", "リスト外"


class PaidCategory(TextChoices):
    """The cost category of an earlier payment; the same words as the categories that are costed."""

    DUE_DILIGENCE = "due_diligence", "DD費用等"
    PLANNING = "planning", "計画策定支援費用"
    MONITORING = "monitoring", "伴走支援費用"
    MONITORING_INTERIM = "monitoring_interim", "伴走支援費用(期中)"
    MONITORING_CLOSING = "monitoring_closing", "伴走支援費用(決算期)"
    NEGOTIATION = "negotiation", "金融機関交渉費用"


class CaseStage(TextChoices):
    """Where a case stands in the procedure."""

    CONSULTATION = "consultation", "相談"
    PREPARING = "preparing", "利用申請準備"
    APPLIED = "applied", "利用申請済"
    USAGE_RETURNED = "usage_returned", "利用申請 差戻し"
    ACCEPTED = "accepted", "受理"
    PLANNING = "planning", "計画策定中"
    EXPERT_APPOINTED = "expert_appointed", "第三者支援専門家 選任済"
    STANDSTILL = "standstill", "一時停止中"
    SURVEYED = "surveyed", "調査報告済"
    AGREED = "agreed", "同意・提出済"
    PLAN_CLAIMED = "plan_claimed", "支払申請済"
    CLAIM_RETURNED = "claim_returned", "支払申請 差戻し"
    PLAN_DECIDED = "plan_decided", "支払決定"
    MONITORING = "monitoring", "伴走支援中"
    COMPLETED = "completed", "完了"
    REJECTED = "rejected", "不受理"
    WITHDRAWN = "withdrawn", "取下げ"
    LAPSED = "lapsed", "失効"


class CaseAction(TextChoices):
    """What moves a case from one stage to another."""

    START_PREPARATION = "start_preparation", "利用申請の準備を始める"
    SUBMIT_USAGE = "submit_usage", "利用申請を提出"
    RETURN_USAGE = "return_usage", "利用申請の差戻しを記録"
    RESUBMIT_USAGE = "resubmit_usage", "利用申請を再提出"
    REJECT_USAGE = "reject_usage", "不受理を記録"
    RECORD_ACCEPTANCE = "record_acceptance", "受理を記録"
    RECORD_DECISION = "record_decision", "利用決定を記録"
    APPOINT_EXPERT = "appoint_expert", "第三者支援専門家の選任を記録"
    REQUEST_STANDSTILL = "request_standstill", "一時停止の要請を記録"
    RECORD_SURVEY = "record_survey", "調査報告書を記録"
    RECORD_MEETING = "record_meeting", "債権者会議の同意を記録"
    RECORD_AGREEMENT = "record_agreement", "同意・計画提出を記録"
    SUBMIT_PLAN_CLAIM = "submit_plan_claim", "支払申請(計画策定)を提出"
    RETURN_PLAN_CLAIM = "return_plan_claim", "支払申請の差戻しを記録"
    RESUBMIT_PLAN_CLAIM = "resubmit_plan_claim", "支払申請を再提出"
    RECORD_PLAN_DECISION = "record_plan_decision", "支払決定を記録"
    START_MONITORING = "start_monitoring", "入金を記録し伴走支援へ進む"
    COMPLETE = "complete", "完了にする"
    WITHDRAW = "withdraw", "取下げを記録"
    LAPSE = "lapse", "失効を記録"


class AccountKind(TextChoices):
    """The kind of a bank account (預金の種類)."""

    ORDINARY = "ordinary", "普通"
    CURRENT = "current", "当座"
    SAVINGS = "savings", "貯蓄"


class Statement(TextChoices):
    """The statement that an account stands in."""

    PROFIT = "profit", "損益計算書"
    BALANCE = "balance", "貸借対照表"


class Section(TextChoices):
    """A block of a statement, in the order of the statements."""

    SALES = "sales", "売上高"
    COST_OF_SALES = "cost_of_sales", "売上原価"
    SELLING_ADMIN = "selling_admin", "販売費及び一般管理費"
    NON_OPERATING_INCOME = "non_operating_income", "営業外収益"
    NON_OPERATING_EXPENSE = "non_operating_expense", "営業外費用"
    EXTRAORDINARY_INCOME = "extraordinary_income", "特別利益"
    EXTRAORDINARY_LOSS = "extraordinary_loss", "特別損失"
    INCOME_TAXES = "income_taxes", "法人税等"
    CURRENT_ASSETS = "current_assets", "流動資産"
    FIXED_ASSETS = "fixed_assets", "固定資産"
    DEFERRED_ASSETS = "deferred_assets", "繰延資産"
    CURRENT_LIABILITIES = "current_liabilities", "流動負債"
    FIXED_LIABILITIES = "fixed_liabilities", "固定負債"
    NET_ASSETS = "net_assets", "純資産"


class Trait(StrEnum):
    """What an account also counts as, for indicators and the cash flow."""

    VARIABLE = "variable"
    PERSONNEL = "personnel"
    DEPRECIATION = "depreciation"
    INTEREST = "interest"
    CASH = "cash"
    TRADE_RECEIVABLES = "trade_receivables"
    STOCK = "stock"
    TRADE_PAYABLES = "trade_payables"
    DEBT = "debt"
    OFFICER_DEBT = "officer_debt"
    RETAINED = "retained"


class PlanState(TextChoices):
    """Where a version of a plan stands."""

    DRAFT = "draft", "作成中"
    SUBMITTED = "submitted", "承認待ち"
    APPROVED = "approved", "承認済"
    REPLACED = "replaced", "旧版"


class NodeKind(TextChoices):
    """Where a party stands in the flow of the business (商流)."""

    SUPPLIER = "supplier", "仕入先"
    SUBCONTRACTOR = "subcontractor", "外注先"
    FUNCTION = "function", "自社の機能"
    CUSTOMER = "customer", "販売先"
    END_CUSTOMER = "end_customer", "最終顧客"
    COMPETITOR = "competitor", "競合"


class FlowKind(TextChoices):
    """What goes from one party to the other."""

    GOODS = "goods", "商品・役務"
    MONEY = "money", "代金"
    OTHER = "other", "その他"


class Frequency(TextChoices):
    """How often the follow-up was agreed with the lenders."""

    MONTHLY = "monthly", "毎月"
    QUARTERLY = "quarterly", "3か月ごと"
    HALF_YEARLY = "half_yearly", "6か月ごと"
    YEARLY = "yearly", "決算期ごと"

    @property
    def months(self) -> int:
        """Return the length of a period in months."""
        return {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}[self.value]


class CashItem(TextChoices):
    """A line of the cash table (資金繰表); lines that begin with `paid` take money out."""

    SALES_CASH = "sales_cash", "現金売上"
    COLLECTED = "collected", "売掛金回収・手形期日入金"
    OTHER_RECEIVED = "other_received", "その他の収入"
    PAID_PURCHASES = "paid_purchases", "仕入・外注費の支払"
    PAID_PERSONNEL = "paid_personnel", "人件費"
    PAID_EXPENSES = "paid_expenses", "諸経費"
    PAID_INTEREST = "paid_interest", "支払利息・割引料"
    PAID_TAXES = "paid_taxes", "税金"
    ASSETS_SOLD = "assets_sold", "設備等の売却"
    PAID_ASSETS = "paid_assets", "設備等の支払"
    BORROWED = "borrowed", "借入金の調達"
    PAID_LOANS = "paid_loans", "借入金の返済"


class CashBlock(TextChoices):
    """A block of the cash table."""

    OPERATING = "operating", "経常収支"
    INVESTING = "investing", "設備等収支"
    FINANCIAL = "financial", "財務収支"
