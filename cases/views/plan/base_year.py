"""The page on which the base year and the length of a draft are corrected."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse

from cases.forms.plan.whole import BaseForm
from cases.models import Plan
from cases.services.plan.base_year import set_base
from cases.views.plan.approval import base_words, step_page
from cases.views.shared import posted
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded


def plan_base(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    first = {"version": plan.version, "base_ends_on": plan.base_ends_on, "years": plan.years}
    form = BaseForm(posted(request), initial=first)
    words = {
        "heading": "基準年度と計画年数",
        "submit": "保存する",
        "intro": "決算日を変えると、基準年度までの3年の実績を取り込み直し、外れた決算期の金額は消えます。"
        "計画年度の金額は、1年目、2年目…のまま残ります。",
        **base_words(plan, form),
    }
    do = partial(set_base, actor=request.member, case_id=plan.case_id, today=clock.today())
    done = "基準年度と計画年数を保存しました。返済計画の残高、実態BS、資金繰表も確かめてください。"
    return step_page(request, plan, form, words, do, done)
