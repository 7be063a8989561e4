"""A month of an enterprise as it is typed: an amount of 0 is an amount, an empty control is none."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from cases.forms.figures import MonthForm
from cases.models import MonthlyFigure
from cases.selectors.plan.start import Source, past_years
from tests.builders import make_case
from tests.cases.plans.making import BASE, make_month
from tests.conftest import sign_in
from vapup.accounts.models import Member


def test_a_typed_zero_is_an_amount() -> None:
    form = MonthForm({"seen_before": "{}", "sales": "0", "purchases": "△5", "rent": " "}, stored={})
    assert form.is_valid(), form.errors
    assert form.yen() == {"sales": 0, "purchases": -5}


def test_a_month_of_nothing_but_zeros_completes_the_year(consultant: Member) -> None:
    case = make_case(consultant)
    for back in range(11):  # May 2024 to March 2025
        year, month = divmod(2024 * 12 + 4 + back, 12)
        make_month(case, date(year, month + 1, 1), {"sales": 10})
    browser = sign_in(consultant)
    url = reverse("cases:figures_month", args=[case.enterprise_id, "2024-04"])
    page = browser.get(url)
    sent = {"seen_before": page.context["form"]["seen_before"].value(), "sales": "0"}
    assert browser.post(url, sent).status_code == 302
    assert MonthlyFigure.objects.get(month=date(2024, 4, 1)).yen == 0
    base = past_years(case.enterprise, BASE)[-1]
    assert (base.profit_source, base.figures["sales"]) == (Source.MONTHLY, 110)
    again = browser.get(url)
    assert again.context["form"]["sales"].value() in (0, "0")
    cleared = {"seen_before": again.context["form"]["seen_before"].value(), "sales": ""}
    assert browser.post(url, cleared).status_code == 302
    assert not MonthlyFigure.objects.filter(month=date(2024, 4, 1)).exists()
