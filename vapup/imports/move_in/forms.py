"""The sheets of the move-in and their columns: the template, its guide and the reading all follow from this list."""

from __future__ import annotations

from datetime import date
from typing import Final

from cases.enums import CaseStage, Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from monitoring.enums import EXTENDABLE, DeadlineKind, PeriodKind
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory
from vapup.imports.columns import Column, Reads, SheetForm

C: Final = CaseStage
# An ended case is history, and one that came back is recorded as returned after it has been moved in.
STAGES: Final = tuple(
    stage for stage in C if stage not in {C.USAGE_RETURNED, C.CLAIM_RETURNED, C.REJECTED, C.WITHDRAWN, C.LAPSED}
)
STANDSTILL: Final = DeadlineKind.STANDSTILL
DEADLINES: Final = (*(kind for kind in DeadlineKind if kind in EXTENDABLE), DeadlineKind.LETTER)

_ENTERPRISE: Final = Column(
    name="enterprise",
    label="事業者コード",
    reads=Reads.CODE,
    required=True,
    most=40,
    example="K001",
    help="「事業者」シートの事業者コード。登録済みの事業者は、その法人番号でも指定できます。",
)
_CASE: Final = Column(
    name="case",
    label="案件コード",
    reads=Reads.CODE,
    required=True,
    most=40,
    example="A001",
    help="「案件」シートの案件コード。",
)


def _day(name: str, label: str, text: str, example: date | str = "", *, required: bool = False) -> Column:
    return Column(name=name, label=label, reads=Reads.DAY, help=text, example=example, required=required)


def _yen(name: str, label: str, text: str, example: int | str = "", *, required: bool = False) -> Column:
    return Column(name=name, label=label, reads=Reads.YEN, help=text, example=example, required=required, width=18)


ENTERPRISES: Final = SheetForm(
    "事業者",
    "支援している事業者。金額は直近の決算期、円単位です。",
    (
        Column(
            name="code",
            label="事業者コード",
            reads=Reads.CODE,
            required=True,
            most=40,
            example="K001",
            help="このファイルの中で事業者を区別する番号。ほかのシートはこの番号で事業者を指します。",
        ),
        Column(name="name", label="事業者名", required=True, example="株式会社青空製作所", width=28),
        Column(name="name_kana", label="フリガナ", required=True, example="アオゾラセイサクジョ", width=24),
        Column(
            name="legal_form",
            label="法人形態",
            reads=Reads.CHOICE,
            choices=tuple(LegalForm.choices),
            example="会社",
            help="空のときは「会社」として取り込みます。",
        ),
        Column(
            name="corporate_number",
            label="法人番号",
            reads=Reads.CORPORATE_NUMBER,
            example="2021001052596",
            help="13桁。登録済みの事業者と同じ番号のときは、新しく登録せず、登録済みの事業者を使います。",
            width=18,
        ),
        Column(name="representative_title", label="代表者の役職", most=50, example="代表取締役"),
        Column(name="representative", label="代表者氏名", required=True, most=100, example="青空 一郎"),
        Column(name="postal_code", label="郵便番号", reads=Reads.POSTAL_CODE, example="980-0811"),
        Column(
            name="address", label="所在地", required=True, most=300, example="宮城県仙台市青葉区一番町1-1-1", width=36
        ),
        Column(name="phone", label="電話番号", most=20, example="022-000-0000"),
        _day("founded_on", "設立日(開業日)", "", date(1998, 10, 1)),
        Column(
            name="industry",
            label="業種の区分",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(Industry.choices),
            example="製造・建設・運輸・その他",
            width=24,
        ),
        Column(name="business", label="事業内容", required=True, most=500, example="金属部品の製造", width=28),
        _yen("capital_yen", "資本金", "個人事業主は空のままにします。", 10_000_000),
        Column(name="employee_count", label="従業員数", reads=Reads.NUMBER, required=True, most=1_000_000, example=24),
        Column(name="fiscal_year_end_month", label="決算月", reads=Reads.NUMBER, required=True, most=12, example=3),
        _yen("annual_sales_yen", "年間売上高", "企業規模の判定に使います。", 320_000_000, required=True),
        _yen("interest_bearing_debt_yen", "有利子負債", "企業規模の判定に使います。", 250_000_000, required=True),
    ),
    ("code", "name"),
    required=True,
)
LENDERS: Final = SheetForm(
    "金融機関",
    "事業者が借り入れている金融機関。",
    (
        _ENTERPRISE,
        Column(name="bank_name", label="金融機関名", required=True, most=100, example="七十七銀行", width=22),
        Column(name="branch_name", label="支店名", most=100, example="本店"),
        Column(
            name="role",
            label="区分",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(LenderRole.choices),
            example="主要(メイン)",
            help="主要(メイン)は、事業者ごとに一つだけです。",
        ),
        _yen("balance_yen", "借入残高", "", 180_000_000, required=True),
        _yen("guaranteed_yen", "うち保証協会付", "空のときは0円です。", 60_000_000),
    ),
    ("enterprise", "bank_name", "branch_name"),
)
CASES: Final = SheetForm(
    "案件",
    "相談から完了までの案件。段階より前の日付はすべて必要で、段階より後の日付は空にします。",
    (
        Column(
            name="code",
            label="案件コード",
            reads=Reads.CODE,
            required=True,
            most=40,
            example="A001",
            help="このファイルの中で案件を区別する番号。",
        ),
        _ENTERPRISE,
        Column(
            name="frame",
            label="制度・枠",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(SchemeFrame.choices),
            example="405事業 通常枠",
            width=20,
        ),
        Column(
            name="stage",
            label="段階",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple((one.value, one.label) for one in STAGES),
            example="伴走支援中",
            help="差戻し中の案件は「利用申請済」「支払申請済」で取り込み、取り込んだ後に差戻しを記録します。",
            width=18,
        ),
        Column(name="council", label="協議会", required=True, most=40, example="宮城県", help="都道府県名。"),
        Column(
            name="consultant",
            label="担当者",
            required=True,
            most=254,
            example="sato@example.jp",
            help="利用者のメールアドレス、または氏名。",
            width=22,
        ),
        _day("consulted_on", "初回相談日", "", date(2025, 4, 1), required=True),
        _day("planned_accepted_on", "受理予定日", "受理前の案件では必須です。", date(2025, 5, 12)),
        _day("usage_applied_on", "利用申請日", "", date(2025, 5, 7)),
        _day("usage_accepted_on", "受理日", "規則・様式の版と、支払申請の期限を決めます。", date(2025, 5, 12)),
        _day("usage_decided_on", "利用決定日", "", date(2025, 5, 26)),
        _day("appointed_on", "専門家の選任日", "中小版GL枠だけ。"),
        _day("standstill_on", "一時停止の要請日", "中小版GL枠で、要請したとき。"),
        _day("standstill_until", "一時停止の期限", "中小版GL枠で、要請したとき。"),
        _day("report_on", "調査報告書の日付", "中小版GL枠だけ。"),
        _day("agreed_on", "同意・計画提出日", "中小版GL枠では債権者会議の日。", date(2025, 9, 30)),
        _day("ended_on", "完了日", "段階が「完了」のとき。"),
        Column(
            name="seeks_guarantee_release",
            label="経営者保証の解除",
            reads=Reads.FLAG,
            example="いいえ",
            help="金融機関交渉費用を申請した案件は「はい」。",
        ),
        Column(name="number", label="案件番号", most=20, help="事務所で使う番号。空のときは自動で付けます。"),
        Column(name="difficulty", label="財務上の問題と相談の経緯", most=2000, width=30),
        Column(name="support_outlook", label="金融機関の支援の見込み", most=2000, width=30),
    ),
    ("code", "enterprise"),
)
COSTS: Final = SheetForm(
    "費用",
    "利用申請の額(見積)。業務ごとに一行で、金額は消費税込みの円です。申請前の案件では、見込みの額です。",
    (
        _CASE,
        Column(
            name="category",
            label="費用区分",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(CostCategory.choices),
            example="計画策定支援費用",
            width=22,
        ),
        Column(name="period", label="回", reads=Reads.NUMBER, most=99, help="伴走支援費用は、第何回の分か。", width=6),
        Column(
            name="work",
            label="業務内容",
            example="財務DDと計画の策定",
            help="空のときは費用区分の名前になります。",
            width=28,
        ),
        Column(name="person", label="担当者・資格", most=100, example="佐藤 花子(税理士)", width=22),
        _yen(
            "hourly_rate_yen",
            "単価(税抜・円/時間)",
            "予定時間と一緒に入力します。業務日誌の金額はこの単価で計算します。",
            10_000,
        ),
        Column(
            name="minutes",
            label="予定時間",
            reads=Reads.HOURS,
            most=10_000,
            example="136.25",
            help="時間。1.5 や 1:30 のように書きます。",
        ),
        _yen("gross_yen", "金額(税込)", "利用申請書に書いた額。", 1_498_750, required=True),
    ),
    ("case", "category", "work"),
)
PERIODS: Final = SheetForm(
    "伴走支援の回",
    "伴走支援の対象期間。回は、最終日の早い順に1から数えます。",
    (
        _CASE,
        Column(name="number", label="回", reads=Reads.NUMBER, required=True, most=99, example=1, width=6),
        Column(
            name="kind",
            label="区分",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(PeriodKind.choices),
            example="伴走支援(405事業)",
            width=20,
        ),
        _day("starts_on", "対象期間の初日", "", date(2026, 4, 1), required=True),
        _day("ends_on", "対象期間の最終日", "", date(2026, 9, 30), required=True),
    ),
    ("case", "number"),
)
PAST_USES: Final = SheetForm(
    "過去の利用",
    "以前の案件に協議会が支払った額。補助の上限から差し引きます。",
    (
        _ENTERPRISE,
        Column(
            name="frame",
            label="枠",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(SchemeFrame.choices),
            width=20,
            example="405事業 通常枠",
        ),
        Column(
            name="category",
            label="費用区分",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple(PaidCategory.choices),
            example="計画策定支援費用",
            width=22,
        ),
        _yen("paid_yen", "協議会が支払った額", "", 500_000, required=True),
        _day("accepted_on", "当時の受理日", "", date(2022, 6, 1)),
        Column(name="note", label="備考"),
    ),
    ("enterprise", "frame", "category"),
)
CLAIM_LINES: Final = tuple((f"cost_{one.value}", one) for one in CostCategory)
CLAIM_SHEET: Final = SheetForm(
    "支払申請",
    "支払済の申請と、提出して決定や入金を待っている申請。実績の費用は消費税込みの円です。",
    (
        _CASE,
        Column(
            name="kind",
            label="申請の種類",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple((one.value, one.label) for one in ApplicationKind if one in CLAIMS),
            example="支払申請(計画策定)",
            width=24,
        ),
        Column(
            name="period", label="回", reads=Reads.NUMBER, most=99, help="伴走支援の申請は、第何回の分か。", width=6
        ),
        *(
            _yen(
                name,
                f"実績 {category.label}",
                "申請した区分だけ入力します。",
                1_498_750 if category is CostCategory.PLANNING else "",
            )
            for name, category in CLAIM_LINES
        ),
        _day("worked_from", "従事の初日", "", date(2025, 5, 12)),
        _day("worked_to", "従事の最終日", "", date(2025, 9, 30)),
        _day("submitted_on", "提出日", "", date(2025, 10, 1), required=True),
        _day("accepted_on", "受理日", "", date(2025, 10, 6)),
        _day("decided_on", "決定日", "決定したとき。", date(2025, 11, 4)),
        _yen("decided_yen", "決定額", "決定したとき。決定通知書の額。", 499_583),
        _day("paid_on", "入金日", "入金されたとき。", date(2025, 11, 20)),
        _yen("paid_yen", "入金額", "入金されたとき。決定額と同じ額です。", 499_583),
        Column(name="receipt_number", label="受付番号", most=50),
    ),
    ("case", "kind", "period"),
)
EXTENSIONS: Final = SheetForm(
    "期限",
    "協議会が延ばした期限と、金融機関の書面の有効期限。ほかの期限は、案件の日付から自動で計算します。",
    (
        _CASE,
        Column(
            name="kind",
            label="期限の種類",
            reads=Reads.CHOICE,
            required=True,
            choices=tuple((one.value, one.label) for one in DEADLINES),
            example="支払申請(伴走支援)の期限",
            width=28,
        ),
        Column(
            name="period",
            label="回",
            reads=Reads.NUMBER,
            most=99,
            example=1,
            help="伴走支援の期限は、第何回か。",
            width=6,
        ),
        Column(
            name="bank",
            label="金融機関名",
            most=200,
            help="書面の有効期限のとき。支店名があれば続けて書きます。",
            width=22,
        ),
        _day("until", "期限(延長後の最終日)", "", date(2027, 11, 30), required=True),
        _day("granted_on", "協議会が認めた日", "延長のとき必須です。", date(2026, 3, 2)),
        Column(name="proof", label="根拠となる文書・連絡", most=300, example="令和8年3月2日付 承認通知", width=30),
    ),
    ("case", "kind"),
)
FORMS: Final = (ENTERPRISES, LENDERS, CASES, COSTS, PERIODS, PAST_USES, CLAIM_SHEET, EXTENSIONS)
