"""Every field that docs/forms.md lists stands on its form; one list for each group of forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.packets.payload import Form, PacketContent, UsagePayload
from subsidies.packets.printing import part_html
from tests.builders import make_agency, make_member
from tests.casework import application_at
from tests.subsidies.form_cases import PLAN_CLAIM, begin, content, monitored_case, monitoring_claim
from tests.subsidies.form_fields_claims import FOLLOW_UP_FIELDS, LETTER_FIELDS, PLAN_FIELDS
from tests.subsidies.form_fields_usage import (
    BANK_FIELDS,
    EARLY_FIELDS,
    GUIDELINE_FIELDS,
    REUSE_FIELDS,
    USAGE_FIELDS,
)
from tests.subsidies.packets.plans import random_plan
from tests.subsidies.usage_cases import add_past_use, form_of, make_usage_case, usage_payload
from vapup.accounts.models import Member

DOCS = Path(__file__).parents[2] / "docs" / "forms.md"


def missing(payload: PacketContent, fields: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Return the form and the field of every field that the rendered form does not show."""
    return [
        (code, field)
        for code, wanted in fields.items()
        for shown in [text_of_form(payload, Form(code, "r7", "別紙", "様式", "", layout="r4"))]
        for field in wanted
        if field not in shown
    ]


def text_of_form(payload: PacketContent, form: Form) -> str:
    html = part_html(payload, form, is_draft=False)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.partition("<body")[2]))


def test_the_forms_of_claims_and_letters_have_all_their_fields(consultant: Member, manager: Member) -> None:
    case = monitored_case(consultant, manager, SchemeFrame.NORMAL)
    monitoring = content(monitoring_claim(case, consultant))
    random_plan(case, Random(1))
    end = content(begin(case, consultant, ApplicationKind.WITHDRAWAL, subject="取下げ", explanation="止める。"))
    assert missing(content(application_at(case, PLAN_CLAIM)), PLAN_FIELDS) == []
    assert missing(monitoring, FOLLOW_UP_FIELDS) == []
    assert missing(end, LETTER_FIELDS) == []


def test_the_documentation_names_every_form_of_claims_and_letters() -> None:
    told = DOCS.read_text(encoding="utf-8")
    assert [code for code in (*PLAN_FIELDS, *FOLLOW_UP_FIELDS, *LETTER_FIELDS) if f"`{code}/" not in told] == []


def lacking(payload: UsagePayload, fields: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Return what the forms of a usage application, as its list has them, do not show."""
    shown = {code: text_of_form(payload, form_of(payload, code)) for code in fields}
    return [(code, field) for code, wanted in fields.items() for field in wanted if field not in shown[code]]


def test_the_forms_of_the_usage_application_have_all_their_fields(consultant: Member) -> None:
    normal = make_usage_case(consultant)
    add_past_use(normal)
    again = make_usage_case(make_member(make_agency()), SchemeFrame.NORMAL, date(2024, 3, 31))
    add_past_use(again)
    assert lacking(usage_payload(normal), USAGE_FIELDS) == []
    assert lacking(usage_payload(again), REUSE_FIELDS) == []


@pytest.mark.parametrize(
    ("frame", "fields"),
    [
        (SchemeFrame.VUP, EARLY_FIELDS),
        (SchemeFrame.VUP_BANK, BANK_FIELDS),
        (SchemeFrame.SME_GL, GUIDELINE_FIELDS),
    ],
)
def test_the_other_frames_have_fields_of_their_own(
    consultant: Member, frame: SchemeFrame, fields: Mapping[str, tuple[str, ...]]
) -> None:
    assert lacking(usage_payload(make_usage_case(consultant, frame)), fields) == []


def test_the_documentation_names_every_form_of_the_usage_application() -> None:
    told = DOCS.read_text(encoding="utf-8")
    assert [code for code in (*USAGE_FIELDS, *REUSE_FIELDS, *EARLY_FIELDS) if f"`{code}/" not in told] == []
