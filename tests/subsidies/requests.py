"""Random requests of every frame and rule version."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.request import MONITORING_CATEGORIES, AssessRequest, PeriodCost

FIRST_DAYS = {
    SchemeFrame.NORMAL: date(2013, 3, 8),
    SchemeFrame.SME_GL: date(2022, 4, 15),
    SchemeFrame.VUP: date(2017, 5, 29),
    SchemeFrame.VUP_BANK: date(2024, 2, 1),
}
LAST_DAY = date(2028, 1, 31)
MONITORING = tuple(category for category in CostCategory if category in MONITORING_CATEGORIES)

yen = st.one_of(
    st.integers(0, 6_000_000),
    st.integers(0, 400_000),
    st.sampled_from([0, 1, 2, 3, 75_000, 150_000, 225_000, 1_500_000, 3_000_000, 4_500_000, 10**12]),
)
by_category = st.dictionaries(st.sampled_from(CostCategory), yen, max_size=4)
figures = st.one_of(
    st.integers(0, 2_000_000_000), st.sampled_from([0, 99_999_999, 100_000_000, 999_999_999, 1_000_000_000])
)


@st.composite
def assess_requests(draw: st.DrawFn) -> AssessRequest:
    """Draw a request that some rule version covers."""
    frame = draw(st.sampled_from(SchemeFrame))
    accepted_on = draw(st.dates(FIRST_DAYS[frame], LAST_DAY))
    days = st.integers(0, 1_500)
    rows = draw(st.lists(st.tuples(st.sampled_from(MONITORING), days, yen), max_size=5))
    periods = tuple(PeriodCost(category, accepted_on + timedelta(days=after), cost) for category, after, cost in rows)
    by_period = {period.category for period in periods}
    costs = {category: cost for category, cost in draw(by_category).items() if category not in by_period}
    is_normal = frame is SchemeFrame.NORMAL
    return AssessRequest(
        frame=frame,
        accepted_on=accepted_on,
        annual_sales_yen=draw(figures) if is_normal else None,
        interest_bearing_debt_yen=draw(figures) if is_normal else None,
        costs=costs,
        estimates=draw(st.one_of(st.just({}), by_category)),
        past_subsidies=draw(st.one_of(st.just({}), by_category)),
        monitoring_periods=periods,
    )
