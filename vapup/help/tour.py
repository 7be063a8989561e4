"""The first tour of five steps: what each says, and which page it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.help.models import MOST_STEPS, TourProgress


@dataclass(frozen=True, slots=True)
class Step:
    """One step; the page is `view`, for those who may do `needs`."""

    title: str
    text: str
    link: str
    view: str
    needs: Action


@dataclass(frozen=True, slots=True)
class Tour:
    """The tour as the home page shows it to a member."""

    number: int
    count: int
    title: str
    text: str
    link: str
    url: str

    @property
    def is_first(self) -> bool:
        """Tell whether nothing comes before."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Tell whether nothing comes after."""
        return self.number == self.count


STEPS: Final = (
    Step(
        "事業者と案件",
        "支援する事業者を登録し、使う制度ごとに「案件」を作ります。申請も期限も書類も、すべて案件の中で進めます。",
        "案件の一覧を開く",
        "cases:list",
        Action.VIEW_CASE,
    ),
    Step(
        "どの制度が使えるか・いくら補助されるか",
        "五つの問いに答えると、使える制度が分かります。金額には必ず「計算根拠」があり、式と出典を確かめられます。",
        "制度を確かめる",
        "subsidies:chooser",
        Action.USE_OFFICE,
    ),
    Step(
        "業務日誌",
        "いつ、どの業務を何時間したかを記入します。ここから従事時間管理表ができ、見積・請求・振込との食い違いも分かります。",
        "業務日誌を開く",
        "subsidies:hours",
        Action.LOG_HOURS,
    ),
    Step(
        "承認と申請書類",
        "提出前の確認で不足や食い違いを直し、承認を受けると、申請書類一式を出力できます。",
        "書類の出力を開く",
        "subsidies:packets",
        Action.VIEW_CASE,
    ),
    Step(
        "期限",
        "期限を過ぎると補助を失います。「安全な期限」の前に、画面とメールで何度もお知らせします。失うおそれのある額も見られます。",
        "期限カレンダーを開く",
        "dashboard:calendar",
        Action.VIEW_CASE,
    ),
)
if len(STEPS) != MOST_STEPS:
    raise ValueError("the tour has as many steps as its table allows")


def tour_of(member: Member) -> Tour | None:
    """Return the step that the member is at; None once they have put the tour away."""
    progress = TourProgress.objects.for_agency(member.agency_id).filter(member=member).first()
    if progress is not None and progress.is_closed:
        return None
    number = progress.step if progress is not None else 1
    step = STEPS[number - 1]
    url = reverse(step.view) if can(member, step.needs).allowed else ""
    return Tour(number, len(STEPS), step.title, step.text, step.link, url)
