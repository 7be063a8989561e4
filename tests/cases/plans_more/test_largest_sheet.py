"""The largest sheet that a form promises arrives, and what is too large gets a page in Japanese."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.test import Client, RequestFactory, override_settings

from cases.enums import Statement
from cases.forms.plan.business_map import MapForm
from cases.forms.plan.figures import FiguresForm
from cases.forms.plan.loans import LoansForm
from cases.forms.plan.rows import MOST_ROWS
from cases.models import Plan
from cases.models.plans import MOST_YEARS
from cases.selectors.plan.business_map import BusinessMap
from cases.selectors.plan.figures import of_statement
from cases.selectors.plan.loans import LoanSheet

if TYPE_CHECKING:
    from django import forms

PLAN = Plan(pk=1, years=MOST_YEARS, base_ends_on=date(2025, 3, 31))
# The csrf token, and the button that was pressed.
OTHERS = 2


def largest_sheets() -> list[forms.Form]:
    rows = {f"{kind}-count": str(MOST_ROWS) for kind in ("loan", "node", "flow")}
    keys = [(name, year) for name in of_statement(Statement.BALANCE) for year in PLAN.all_years]
    labels = {year: str(year) for year in PLAN.all_years}
    return [
        LoansForm(rows, stored=LoanSheet(PLAN, (), (), (), {})),
        MapForm(rows, stored=BusinessMap((), ())),
        FiguresForm({}, keys=keys, labels=labels, stored={}, seen=1),
    ]


def test_the_largest_sheet_is_read() -> None:
    for form in largest_sheets():
        typed = dict.fromkeys(form.fields, "1")
        request = RequestFactory().post("/", {**typed, "csrfmiddlewaretoken": "x", "act": "save"})
        body = "&".join(f"{name}=1" for name in request.POST)
        sent = RequestFactory().post("/", body, content_type="application/x-www-form-urlencoded")
        assert len(sent.POST) == len(form.fields) + OTHERS
    # 200 loans of ten years: 29 controls each.
    assert max(len(form.fields) for form in largest_sheets()) > MOST_ROWS * 29


def test_more_than_any_sheet_is_refused() -> None:
    body = "&".join(f"f{number}=1" for number in range(6_001))
    with pytest.raises(TooManyFieldsSent):
        assert RequestFactory().post("/", body, content_type="application/x-www-form-urlencoded").POST


@pytest.mark.django_db
@override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2)
def test_what_is_too_large_gets_a_page_that_says_so() -> None:
    browser = Client(raise_request_exception=False)
    answer = browser.post("/accounts/login/", "a=1&b=2&c=3", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "変更は保存されていません" in shown
    assert "「戻る」を押すと" in shown
    assert '<html lang="ja">' in shown
