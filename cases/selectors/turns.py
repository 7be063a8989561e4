"""Whose turn it is (誰の番か): for each stage and frame, who moves next and what everybody does meanwhile.

The four rows of the role split (役割分担) are those of the scheme's own explanations: the enterprise decides and acts,
the expert analyses, writes and advises. Sources:
https://www.chusho.meti.go.jp/keiei/saisei/04.html (実施の流れ),
https://business-recovery-real.com/news-article/4408 (専門家との役割分担).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from cases.enums import CaseStage, Scheme, SchemeFrame

S, F = CaseStage, SchemeFrame


class Party(Enum):
    """Who can be the one to move; the value is the word shown."""

    ENTERPRISE = "事業者"
    EXPERT = "認定支援機関(担当者)"
    APPROVER = "管理者(所長)"
    OFFICE = "事務管理"
    BANK = "金融機関"
    COUNCIL = "中小企業活性化協議会"
    THIRD_PARTY = "第三者支援専門家"
    NOBODY = "なし"


class Phase(Enum):
    """A row of the role split; the value is the word shown."""

    SITUATION = "現状把握"
    PLAN = "計画策定"
    BANKS = "金融機関対応"
    EXECUTION = "実行・改善"


@dataclass(frozen=True, slots=True)
class RoleSplit:
    """What the enterprise and the expert each do in a phase."""

    phase: Phase
    enterprise: str
    expert: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer for one stage.

    Attributes:
        movers: who must move next, in the order in which they act.
        what: what they do, one sentence.
        enterprise, expert: what each of the two does in this stage.
        bank, council: what these do; "" where they have nothing to do.
        third_party: of the guideline's frame; "" elsewhere.
        phase: the row of the role split that the stage belongs to; None once the case has ended.
    """

    movers: tuple[Party, ...]
    what: str
    enterprise: str
    expert: str
    bank: str = ""
    council: str = ""
    third_party: str = ""
    phase: Phase | None = None

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Return who else has something to do, with what it is."""
        parts = ((Party.BANK, self.bank), (Party.COUNCIL, self.council), (Party.THIRD_PARTY, self.third_party))
        return tuple((party.value, text) for party, text in parts if text)


ROLES: Final = (
    RoleSplit(Phase.SITUATION, "経営状況と課題を率直に共有する", "財務を分析し、課題を洗い出す"),
    RoleSplit(Phase.PLAN, "改善目標を決める", "計画書の作成を支援し、資金繰表を作る"),
    RoleSplit(Phase.BANKS, "計画を提出し、自分の言葉で説明する", "対話の資料を整え、助言する"),
    RoleSplit(Phase.EXECUTION, "行動計画を実行する", "進捗を確認し、伴走支援をする"),
)

_ENDED: Final = Turn(
    (Party.NOBODY,),
    "手続きは終わっています。記録は閲覧できます。",
    "証拠書類を保存する。",
    "証拠書類を保存し、協議会からの照会に答える。",
)
# The three steps that only the guideline's frame has; a case of another frame does not get there.
_GUIDELINE_ONLY: Final = Turn(
    (Party.EXPERT,),
    "この段階は中小版GL枠だけにあります。案件の制度・枠と段階を確かめてください。",
    "支援機関の連絡を待つ。",
    "制度・枠と段階の記録を確かめ、必要なら管理者に相談する。",
)

_EVERY_FRAME: Final[Mapping[CaseStage, Turn]] = MappingProxyType(
    {
        S.CONSULTATION: Turn(
            (Party.ENTERPRISE, Party.EXPERT),
            "事業者が決算書と借入の状況を渡し、担当者が制度の対象になるかを確かめて準備を始めます。",
            "経営状況と課題を伝え、決算書・借入の一覧を渡す。",
            "対象要件・過去の利用・規模を確かめ、使う枠を提案する。",
            bank="資金繰りの相談を受け、支援の見込みを伝える。",
            council="求められれば、利用申請前の相談に応じる。",
            phase=Phase.SITUATION,
        ),
        S.PREPARING: Turn(
            (Party.EXPERT, Party.APPROVER, Party.OFFICE),
            "担当者が申請書類をそろえ、管理者が承認し、事務管理が書類を出力して協議会に提出します。",
            "申請書に記名し、登記簿・決算書など自社の書類を用意する。",
            "費用を見積もり、連名の利用申請書一式を作って所内の承認を受ける。",
            bank="主要・準主要の金融機関が、申請書への記名押印か確認書面で支援の意向を示す。",
            phase=Phase.SITUATION,
        ),
        S.APPLIED: Turn(
            (Party.COUNCIL,),
            "協議会が利用申請を確かめ、受理するか差し戻します。受理日より前の作業は対象になりません。",
            "協議会からの照会に備え、契約や作業を始めずに待つ。",
            "照会に答える。受理の連絡が来たら、受理日を記録する。",
            council="書類を確かめ、受理・差戻し・不受理を決める。",
            phase=Phase.SITUATION,
        ),
        S.USAGE_RETURNED: Turn(
            (Party.EXPERT, Party.ENTERPRISE),
            "担当者が差戻しの項目を直し、事業者の書類に不備があれば差し替えてもらい、再提出します。",
            "指摘された自社の書類を出し直す。",
            "指摘に一つずつ対応し、承認を受け直して再提出する。",
            bank="指摘があれば、確認書面を出し直す。",
            council="再提出を待つ。",
            phase=Phase.SITUATION,
        ),
        S.ACCEPTED: Turn(
            (Party.COUNCIL,),
            "協議会が利用決定を通知します。届いたら利用決定日を記録してください。",
            "支援機関との契約を結ぶ。",
            "事業者と契約し、従事時間の記録を始める。",
            council="利用決定を代表の認定支援機関に通知する。",
            phase=Phase.PLAN,
        ),
        S.AGREED: Turn(
            (Party.ENTERPRISE, Party.EXPERT),
            "事業者が自己負担分を振り込み、担当者が振込の写しを添えて支払申請(計画策定)を出します。",
            "自己負担分を、本件だけの振込で支払い、控えを渡す。",
            "請求書・従事時間管理表・業務別請求明細書をそろえ、支払申請を作る。",
            phase=Phase.BANKS,
        ),
        S.PLAN_CLAIMED: Turn(
            (Party.COUNCIL,),
            "協議会が支払申請を審査し、支払額を決めるか差し戻します。",
            "照会に備え、振込の記録を保管する。計画の行動を始める。",
            "照会に答える。決定の通知が来たら、支払決定を記録する。",
            council="審査し、支払決定を通知する。",
            phase=Phase.BANKS,
        ),
        S.CLAIM_RETURNED: Turn(
            (Party.EXPERT, Party.ENTERPRISE),
            "担当者が差戻しの項目を直し、事業者の書類に不備があれば差し替えてもらい、再提出します。",
            "指摘された振込の写しなどを出し直す。",
            "指摘に一つずつ対応し、承認を受け直して再提出する。期限の残りを確かめる。",
            bank="指摘があれば、書面を出し直す。",
            council="再提出を待つ。",
            phase=Phase.BANKS,
        ),
        S.PLAN_DECIDED: Turn(
            (Party.COUNCIL, Party.OFFICE, Party.EXPERT),
            "協議会が支払い、事務管理が入金を確かめ、担当者が伴走支援に進めます。",
            "計画の行動を実行する。",
            "入金を確かめて記録し、最初の報告の日程を決める。",
            bank="計画に沿った支援を続ける。",
            council="補助分を支援機関に支払う。",
            phase=Phase.EXECUTION,
        ),
        S.MONITORING: Turn(
            (Party.ENTERPRISE, Party.EXPERT),
            "事業者が行動計画を進めて実績を渡し、担当者が金融機関に報告して、期限までに支払申請を出します。",
            "行動計画を実行し、試算表・決算書を渡す。自己負担分を振り込む。",
            "計画と実績を比べて報告書を作り、金融機関に報告し、対象期間ごとに支払申請を出す。",
            bank="報告を受け、支援の継続について話し合う。",
            council="伴走支援の支払申請を審査して支払う。",
            phase=Phase.EXECUTION,
        ),
        S.COMPLETED: _ENDED,
        S.REJECTED: replace(
            _ENDED,
            what="協議会が受理しなかったため、この案件は終わっています。出し直すときは新しい案件を登録してください。",
            enterprise="ほかの支援策を支援機関と相談する。",
            expert="理由を事業者に説明し、使える別の制度を探す。",
        ),
        S.WITHDRAWN: replace(_ENDED, what="取り下げたため、この案件は終わっています。"),
        S.LAPSED: replace(_ENDED, what="期限を過ぎて請求できなくなったため、この案件は終わっています。"),
    }
)

_PLANNING: Final = Turn(
    (Party.EXPERT, Party.ENTERPRISE),
    "",
    "改善目標を決め、計画を自分のものとして金融機関に説明する。",
    "財務・事業を調べ、計画書と資金繰表の作成を支援し、対話の資料を整える。",
    phase=Phase.PLAN,
)
_BY_SCHEME: Final[Mapping[tuple[CaseStage, Scheme], Turn]] = MappingProxyType(
    {
        (S.PLANNING, Scheme.IMPROVEMENT): replace(
            _PLANNING,
            movers=(Party.EXPERT, Party.ENTERPRISE, Party.BANK),
            what="担当者が計画案を作り、事業者が説明し、すべての金融機関から同意を得ます。",
            bank="計画を検討し、同意・条件付き同意・不同意を書面で示す。信用保証協会も同じ。",
            council="計画への助言に応じる。金融機関の同意の取りまとめはしない。",
        ),
        (S.PLANNING, Scheme.VUP): replace(
            _PLANNING,
            what="担当者が計画を作り、事業者が金融機関に提出して受取書をもらいます。",
            bank="計画を受け取り、受取書を渡す(同意は要らない)。",
        ),
    }
)
_BY_FRAME: Final[Mapping[tuple[CaseStage, SchemeFrame], Turn]] = MappingProxyType(
    {
        (S.PLANNING, F.SME_GL): replace(
            _PLANNING,
            movers=(Party.EXPERT, Party.ENTERPRISE, Party.BANK),
            what="担当者と事業者が第三者支援専門家の候補を選び、主要債権者全員の同意を得て選任します。",
            enterprise="候補者を支援機関と選び、主要債権者に申し出る。",
            expert="公表されたリストから候補者を探し、主要債権者への申出を支える。",
            bank="主要債権者が、第三者支援専門家の選任に同意する。",
        ),
        (S.EXPERT_APPOINTED, F.SME_GL): replace(
            _PLANNING,
            movers=(Party.THIRD_PARTY, Party.EXPERT, Party.ENTERPRISE),
            what="第三者支援専門家が手続きの開始を判断します。必要なら対象債権者に一時停止を要請し、計画案を作ります。",
            enterprise="第三者支援専門家の確認に応じる。必要なら一時停止を要請する。",
            expert="財務・事業の調査を進め、計画案を作る。一時停止の要請書を整える。",
            bank="一時停止の要請があれば応じるかを決める。",
            third_party="支援を始めることが不相当でないかを判断し、調査を始める。",
        ),
        (S.STANDSTILL, F.SME_GL): replace(
            _PLANNING,
            movers=(Party.EXPERT, Party.ENTERPRISE, Party.THIRD_PARTY),
            what="一時停止の期限までに、担当者と事業者が計画案を作り、第三者支援専門家が調査報告書にまとめます。",
            enterprise="資金繰りを守り、計画案の目標を決める。",
            expert="財務・事業の調査をまとめ、計画案を仕上げる。一時停止の期限を見張る。",
            bank="一時停止の間、債権の回収や担保の追加を控える。",
            third_party="計画案の内容の相当性と実行可能性を調べる。",
        ),
        (S.SURVEYED, F.SME_GL): replace(
            _PLANNING,
            movers=(Party.ENTERPRISE, Party.EXPERT, Party.BANK),
            what="債権者会議を開き、事業者が計画を説明し、対象債権者全員の同意を得ます。",
            enterprise="債権者会議で計画を説明し、質問に答える。",
            expert="会議の日程と資料を整え、質問への回答を助ける。",
            bank="計画案と調査報告書を検討し、全員が同意するかを決める。",
            third_party="債権者会議で調査の結果を報告する。",
            phase=Phase.BANKS,
        ),
        (S.PLAN_DECIDED, F.VUP_BANK): replace(
            _EVERY_FRAME[S.PLAN_DECIDED],
            what="協議会が支払い、事務管理が入金を確かめ、担当者が完了にします(この枠に伴走支援の補助はありません)。",
            expert="入金を確かめて記録し、完了にする。",
        ),
        (S.MONITORING, F.VUP_BANK): replace(
            _EVERY_FRAME[S.MONITORING],
            what="この枠に伴走支援の補助はありません。案件の段階を確かめてください。",
            expert="段階の記録を確かめ、必要なら管理者に相談する。",
            council="",
        ),
    }
)
GUIDELINE_STAGES: Final = (S.EXPERT_APPOINTED, S.STANDSTILL, S.SURVEYED)


def turn_of(stage: CaseStage, frame: SchemeFrame) -> Turn:
    """Return whose turn it is; the frame's own answer first, then the scheme's, then the general one.

    Raises:
        KeyError: the table has no answer, which the tests forbid for every stage and frame.
    """
    own = _BY_FRAME.get((stage, frame)) or _BY_SCHEME.get((stage, Scheme.of(frame)))
    if own is None and stage in GUIDELINE_STAGES and frame is not F.SME_GL:
        return _GUIDELINE_ONLY
    return own or _EVERY_FRAME[stage]
