"""The pages of the calendar: views, ways, filters in the address, lanes, and what is exported."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from http import HTTPStatus
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cases.models import Enterprise
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from subsidies.enums import ApplicationKind, ApplicationState
from tests.builders import make_case
from tests.conftest import sign_in
from tests.dashboard.calendar_cases import NOON, make_accepted_case, make_claim, make_deadline, make_office_deadline
from vapup.accounts.enums import Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.dashboard.calendar.drawing import WIDTH, Lane

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db
PAGE = "/calendar/"


def page(browser: Client, query: str = "") -> Response:
    with time_machine.travel(NOON, tick=False):
        answer = browser.get(f"{PAGE}?{query}")
    assert answer.status_code == HTTPStatus.OK
    return answer


def text(answer: Response) -> str:
    return answer.content.decode()


def lanes(answer: Response) -> list[Lane]:
    found: list[Lane] = answer.context["drawing"].lanes
    return found


def marks(lane: Lane) -> list[str]:
    return [label.text for label in lane.labels]


def test_the_list_is_what_one_gets_without_asking(consultant: Member) -> None:
    make_accepted_case(consultant)
    shown = page(sign_in(consultant))
    assert shown.context["drawing"] is None
    assert shown.context["span"].title == "2026年11月〜2027年10月"
    for words in ("計画策定の留保分", "833,333", "500,000", "C-2026-0012", "有限会社山田水産", "あと131日"):
        assert words in text(shown), words


def test_the_views_and_ways_keep_the_filters(consultant: Member) -> None:
    shown = page(sign_in(consultant), "view=month&from=2026-12&kind=claims&state=open&page=9&other=1")
    context = shown.context
    assert context["previous_url"] == "?view=month&from=2026-11&kind=claims&state=open"
    assert context["next_url"] == "?view=month&from=2027-01&kind=claims&state=open"
    assert context["now_url"] == "?view=month&from=2026-11&kind=claims&state=open"
    assert [(tab.label, tab.is_current) for tab in context["tabs"]] == [
        ("一覧", False),
        ("月", True),
        ("四半期", False),
    ]
    assert [chip["label"] for chip in context["chips"]] == ["期限の種類: 支払申請すべて", "状態: 期限前"]


def test_an_empty_calendar_says_what_to_do(consultant: Member) -> None:
    shown = text(page(sign_in(consultant)))
    assert "この期間の期限はありません" in shown
    assert "書き出す" not in shown


def test_a_lane_has_the_window_the_safe_day_and_what_became_of_the_claim(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    paid = {"decided_on": date(2027, 2, 1), "paid_on": date(2027, 3, 15), "paid_yen": 833_333}
    make_claim(
        case, ApplicationKind.MONITORING_CLAIM, period=1, state=ApplicationState.PAID,
        submitted_on=date(2027, 1, 18), **paid,
    )  # fmt: skip
    (lane,) = lanes(page(sign_in(consultant), "view=quarter&from=2027-01&kind=monitoring_claim"))
    assert marks(lane) == [
        "伴走第1回",
        "申請 1/18",
        "入金 3/15",
        "安全 3/31",
        "留保分",
        "申請 1/18",
        "入金 3/15",
        "安全 3/31",
    ]
    assert [shape.css for shape in lane.shapes[1:5]] == [
        "calendar__window calendar__window--met",
        "calendar__safe",
        "calendar__filed",
        "calendar__paid",
    ]
    assert lane.in_words.startswith(
        "支払申請(伴走支援)の期限 第1回(2026-04-01〜2026-09-30): 安全な期限 2027-03-31、"
        "申請できる期間 2026-10-01から2027-03-31まで、2027-01-18に申請、2027-03-15に入金、済"
    )


def test_a_window_begins_on_the_day_after_it_is_counted_from(consultant: Member) -> None:
    make_accepted_case(consultant)  # accepted on 2026-05-12
    (lane,) = lanes(page(sign_in(consultant), "view=month&from=2026-05&kind=plan_claim"))
    left = 12 * WIDTH // 31  # twelve days of thirty-one lie before the 13th
    assert lane.shapes[1].outline == f"M{left} 9H{WIDTH}V17H{left}Z"


def test_a_lapse_is_marked_with_a_word(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    lapsed = Deadline.objects.filter(case=case, kind=DeadlineKind.MONITORING_CLAIM, period_number=1)
    lapsed.update(state=DeadlineState.LAPSED, remind_at=None, lapsed_recorded_at=NOON)
    (lane,) = lanes(page(sign_in(consultant), "view=month&from=2027-04&kind=monitoring_claim"))
    assert "calendar__lapse" not in [shape.css for shape in lane.shapes if "window" in shape.css]
    (before,) = lanes(page(sign_in(consultant), "view=quarter&from=2027-03&kind=monitoring_claim&state=lapsed"))
    assert "失効 4/1" in marks(before)
    assert "calendar__window calendar__window--lapsed" in [shape.css for shape in before.shapes]


def test_today_is_a_line_where_it_is_among_the_days(consultant: Member) -> None:
    make_accepted_case(consultant)
    browser = sign_in(consultant)
    (lane,) = lanes(page(browser, "view=month&from=2026-11&kind=plan_claim"))
    middle = (19 * WIDTH // 30 + 20 * WIDTH // 30) // 2  # the 20th of 30 days
    assert lane.shapes[-1].css == "calendar__today"
    assert lane.shapes[-1].outline == f"M{middle} 0V{lane.height}"
    (lane,) = lanes(page(browser, "view=month&from=2026-12&kind=plan_claim"))
    assert lane.shapes[-1].css != "calendar__today"


def test_words_never_touch_and_stay_inside(consultant: Member) -> None:
    case = make_case(consultant)
    for day in (25, 26, 29, 30):
        make_deadline(case, date(2027, 3, day))
    (lane,) = lanes(page(sign_in(consultant), "view=month&from=2027-03"))
    boxes = sorted((label.y, label.x, label.x + 2 * 14 + 5 * 9) for label in lane.labels)
    assert len(boxes) == 4
    assert all(0 <= left < right <= WIDTH for _, left, right in boxes)
    assert all(a[2] <= b[1] for a, b in pairwise(boxes) if a[0] == b[0])
    assert max(y for y, _, _ in boxes) < lane.height


def test_the_office_has_a_lane_of_its_own(agency: Agency, manager: Member) -> None:
    make_office_deadline(agency, date(2027, 3, 31), about=agency.name)
    shown = page(sign_in(manager), "view=month&from=2027-03")
    assert [lane.case for lane in lanes(shown)] == [None]
    assert "認定 3/31" in marks(lanes(shown)[0])


def test_the_first_day_of_the_axis_is_written_and_none_touches_the_next(consultant: Member) -> None:
    make_accepted_case(consultant)
    for view, width in (("month", 2 * 9), ("quarter", 5 * 9)):
        axis = page(sign_in(consultant), f"view={view}&from=2026-09").context["drawing"].axis
        places = [label.x for label in axis]
        assert min(b - a for a, b in pairwise(places)) >= width - 9
        assert places[-1] + width <= WIDTH + 9


def export(browser: Client, query: str) -> Response:
    with time_machine.travel(NOON, tick=False):
        answer = browser.get(f"{PAGE}export/?{query}")
    assert answer.status_code == HTTPStatus.OK
    return answer


def csv_rows(answer: Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_export_has_the_rows_of_the_page(consultant: Member, manager: Member) -> None:
    make_accepted_case(consultant)
    make_deadline(make_case(manager), date(2027, 3, 31))
    query = f"view=quarter&from=2027-01&consultant={consultant.pk}&kind=monitoring_claim"
    browser = sign_in(consultant)
    shown = page(browser, query)
    rows = csv_rows(export(browser, query + "&format=csv"))
    assert [(row["期限の種類"], row["見込額(円)"]) for row in rows] == [
        (row.name, str(row.amount_yen)) for row in shown.context["rows"]
    ]
    assert rows[0] | {"対象": ""} == {
        "案件番号": "C-2026-0012",
        "事業者": "有限会社山田水産",
        "制度・枠": rows[0]["制度・枠"],
        "担当者": "佐藤 花子",
        "期限の種類": "支払申請(伴走支援)の期限",
        "対象": "",
        "申請できる最初の日": "2026-10-01",
        "安全な期限": "2027-03-31",
        "最終日": "2027-03-31",
        "失効する日": "2027-04-01",
        "状態": "あと131日",
        "見込額(円)": "333333",
        "失うおそれのある額(円)": "833333",
        "申請の状態": "",
        "提出日": "",
        "決定日": "",
        "決定額(円)": "",
        "入金日": "",
        "入金額(円)": "",
        "公的な出典": rows[0]["公的な出典"],
    }
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.changes["行数"]) == (Verb.DOWNLOADED, consultant, [None, len(rows)])
    assert event.changes["条件"][1] == ("2027年1月〜3月、担当者: 佐藤 花子、期限の種類: 支払申請(伴走支援)の期限")


def test_both_kinds_of_files_say_the_same(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    Enterprise.objects.filter(pk=case.enterprise_id).update(name='=HYPERLINK("http://example.jp")')
    browser = sign_in(consultant)
    answer = export(browser, "format=xlsx")
    assert answer["Content-Disposition"].endswith("_2026-11-20.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    head, *body = list(sheet.iter_rows())
    rows = csv_rows(export(browser, "format=csv"))
    assert len(body) == len(rows) >= 4
    for cells, row in zip(body, rows, strict=True):
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        written = {str(title.value): plain(cell.value) for title, cell in zip(head, cells, strict=True)}
        assert written == row | {"事業者": row["事業者"].removeprefix("'")}
        assert row["事業者"].startswith("'=HYPERLINK")


def plain(value: Any) -> str:
    if value is None:
        return ""
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def test_nothing_of_another_agency_leaves(consultant: Member, outsider: Member) -> None:
    make_accepted_case(outsider, number="C-2026-0099")
    browser = sign_in(consultant)
    assert "C-2026-0099" not in text(page(browser))
    assert csv_rows(export(browser, "format=csv")) == []
    other = page(browser, f"consultant={outsider.pk}")  # is no choice, so it filters nothing and says so
    assert other.context["form"].errors


def test_lists_and_lanes_come_in_pages_and_the_export_has_all(consultant: Member) -> None:
    for number in range(21):
        case = make_case(consultant)
        for day in (1, 2, 3):
            make_deadline(case, date(2027, 2, day + number % 20))
    browser = sign_in(consultant)
    assert len(page(browser).context["rows"]) == 50
    assert len(page(browser, "page=2").context["rows"]) == 13
    month = page(browser, "view=month&from=2027-02")
    assert (len(lanes(month)), len(month.context["rows"])) == (20, 60)
    assert len(lanes(page(browser, "view=month&from=2027-02&page=2"))) == 1
    assert len(csv_rows(export(browser, "view=month&from=2027-02"))) == 63


@pytest.mark.parametrize("view", ["list", "month", "quarter"])
def test_the_questions_do_not_grow_with_the_cases(consultant: Member, view: str) -> None:
    browser, query = sign_in(consultant), f"view={view}&from=2026-11"

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page(browser, query)
        return len(found)

    make_accepted_case(consultant, number="C-1")
    asked()
    few = asked()
    for number in range(2, 8):
        case = make_accepted_case(consultant, number=f"C-{number}")
        make_claim(case, ApplicationKind.PLAN_CLAIM, submitted_on=date(2026, 11, 2))
    assert asked() == few <= 20
