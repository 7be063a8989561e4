"""Every document that the notices of both schemes name, once more by hand: by frame, application and edition.

The lists stand here in the tests' own words, not read from the data: a row that is missing, surplus or without a
source turns this red. The public addresses stand in the rows themselves.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.requirements import RequirementFacts, requirements_on
from subsidies.rules.requirements_rows import (
    COUNCILS_FOLDER,
    FOLDER,
    List,
    load_council_notes,
    load_requirements,
    requirements,
)
from subsidies.rules.sources import sourced_rows
from vapup.shared.rule_data import ParameterError

# What goes with the usage application of 405: the outline, the self-check and the statement (別紙1-1 to 1-3), the
# registry certificate or, of a sole proprietor, the opening notice; of each agency its certification, estimate and
# rates; tax returns of three years; the schedule; the main bank's confirmation.
USAGE_405: Final = (
    "applicant_outline self_check estimate_statement registry_certificate opening_notice certification_notice "
    "estimate rate_table tax_returns schedule bank_confirmation "
)
CHECKLISTS: Final = "owner_self_check supporter_check "  # 別添1 and 別添2, from 2024-04-01
# The Vアップ list has no self-check, tax returns and schedule, and the consultation letter for the confirmation.
USAGE_VUP: Final = (
    "usage_application applicant_outline estimate_statement registry_certificate opening_notice certification_notice "
    "estimate rate_table consultation_letter "
)
PAID: Final = "transfer_proof gross_invoice "  # by transfer only since 2018-08-01; before that a receipt
RECEIVED: Final = "own_share_receipt gross_invoice "
CLAIM_405: Final = (
    "plan_claim_form plan claim_self_check claim_statement time_record council_invoice subcontract_invoice contract "
    "consent support_details "
)
CLAIM_VUP: Final = (
    "plan_claim_form plan claim_statement time_record council_invoice subcontract_invoice contract plan_receipt "
)
GUIDELINE: Final = "expert_appointment main_creditor_consent standstill_request survey_report creditor_meeting_record "
MONITORING: Final = (
    "monitoring_claim_form monitoring_report claim_statement time_record council_invoice subcontract_invoice "
    "trial_balance year_end_returns "
)
# From 2022-04-01: the report to the banks, the points of attention, and the other half of the plan subsidy.
MONITORING_2022: Final = MONITORING + "follow_up_report monitoring_viewpoints remaining_half_request "
NEGOTIATION: Final = (
    "negotiation_claim_form guarantee_release_report claim_statement time_record council_invoice subcontract_invoice "
)
CHANGE: Final = "change_notice revised_schedule "
WITHDRAWAL: Final = "withdrawal_form failure_report early_end_request "

# Frame, application, and the list from each first day on, the last without end.
TABLE: Final[tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]] = (
    (
        "normal",
        "usage",
        (
            ("2013-03-08", USAGE_405 + "usage_application"),
            ("2020-09-01", USAGE_405 + "usage_application reuse_application"),  # a form of its own for former users
            ("2022-04-01", USAGE_405 + "usage_application reuse_application decline_proof"),
            ("2024-04-01", USAGE_405 + CHECKLISTS + "usage_application reuse_check"),
        ),
    ),
    (
        "normal",
        "plan_claim",
        (
            ("2013-03-08", CLAIM_405 + RECEIVED),
            ("2018-08-01", CLAIM_405 + PAID),
            ("2022-04-01", CLAIM_405 + PAID + "planning_viewpoints"),
        ),
    ),
    (
        "normal",
        "monitoring_claim",
        (
            ("2013-03-08", MONITORING + RECEIVED),
            ("2018-08-01", MONITORING + PAID),
            ("2022-04-01", MONITORING_2022 + PAID + "negotiation_claim_together"),
        ),
    ),
    ("normal", "negotiation_claim", (("2022-04-01", NEGOTIATION + PAID),)),
    ("normal", "change", (("2013-03-08", CHANGE),)),
    ("normal", "withdrawal", (("2013-03-08", WITHDRAWAL + "lender_agreement_to_end"),)),
    (
        "sme_gl",
        "usage",
        (
            ("2022-04-15", USAGE_405 + "usage_application decline_proof"),
            ("2024-04-01", USAGE_405 + CHECKLISTS + "usage_application reuse_check"),
        ),
    ),
    ("sme_gl", "plan_claim", (("2022-04-15", CLAIM_405 + PAID + GUIDELINE + "planning_viewpoints"),)),
    ("sme_gl", "monitoring_claim", (("2022-04-15", MONITORING_2022 + PAID),)),
    ("sme_gl", "negotiation_claim", ()),  # the frame has no such category
    ("sme_gl", "change", (("2022-04-15", CHANGE),)),
    ("sme_gl", "withdrawal", (("2022-04-15", WITHDRAWAL + "lender_agreement_to_end"),)),
    (
        "vup",
        "usage",
        (
            ("2017-05-29", USAGE_VUP),
            ("2020-09-01", USAGE_VUP + "reuse_application"),
            ("2022-04-01", USAGE_VUP + "reuse_application decline_proof"),
            ("2024-04-01", USAGE_VUP + CHECKLISTS),  # no second use any more
        ),
    ),
    (
        "vup",
        "plan_claim",
        (
            ("2017-05-29", CLAIM_VUP + RECEIVED),
            ("2018-08-01", CLAIM_VUP + PAID),
            ("2022-04-01", CLAIM_VUP + PAID + "planning_viewpoints"),
        ),
    ),
    (
        "vup",
        "monitoring_claim",
        (
            ("2017-05-29", MONITORING + RECEIVED),
            ("2018-08-01", MONITORING + PAID),
            ("2022-04-01", MONITORING_2022 + PAID + "negotiation_claim_together"),
        ),
    ),
    ("vup", "negotiation_claim", (("2022-04-01", NEGOTIATION + PAID),)),
    ("vup", "change", (("2017-05-29", CHANGE),)),
    ("vup", "withdrawal", (("2017-05-29", WITHDRAWAL),)),
    (
        "vup_bank",
        "usage",
        (
            ("2024-02-01", USAGE_VUP + "bank_loan_statement"),
            ("2024-04-01", USAGE_VUP + "bank_loan_statement " + CHECKLISTS),
        ),
    ),
    ("vup_bank", "plan_claim", (("2024-02-01", CLAIM_VUP + PAID + "planning_viewpoints"),)),
    ("vup_bank", "monitoring_claim", ()),  # the bank follows the case unsubsidised
    ("vup_bank", "negotiation_claim", ()),
    ("vup_bank", "change", (("2024-02-01", "change_notice"),)),
    ("vup_bank", "withdrawal", (("2024-02-01", "withdrawal_form"),)),
)
# The same for documents of a single prefecture, by its code: frame, application, ids, first day.
EXTRAS: Final = (
    ("40", "vup", "usage", "fukuoka_usage_checklist", "2017-05-29"),
    ("40", "vup", "plan_claim", "fukuoka_claim_checklist", "2017-05-29"),
)
FAR: Final = date(2031, 3, 31)


class Cell(NamedTuple):
    """One list of the table: of a frame and application, over the days of an edition."""

    frame: SchemeFrame
    application: ApplicationKind
    days: tuple[date, ...]  # the first and the last, or where the list is empty a few
    ids: frozenset[str]


def cells() -> Iterator[Cell]:
    for frame, application, editions in TABLE:
        starts = [date.fromisoformat(start) for start, _ in editions]
        ends = [start - timedelta(days=1) for start in starts[1:]] + [FAR][: len(starts)]
        opened = starts[0] if starts else FAR
        before = (date(2013, 3, 7), opened - timedelta(days=1))
        yield Cell(SchemeFrame(frame), ApplicationKind(application), before, frozenset())
        for (_, ids), first, last in zip(editions, starts, ends, strict=True):
            yield Cell(SchemeFrame(frame), ApplicationKind(application), (first, last), frozenset(ids.split()))


CELLS: Final = tuple(cells())


def listed(cell: Cell, day: date, lists: List, council: str = "") -> list[str]:
    facts = RequirementFacts(frame=cell.frame, application=cell.application, on=day, council=council)
    return [judged.requirement.id for judged in requirements_on(facts, lists=lists)]


def differences(lists: List) -> list[str]:
    """What the lists have too little or too much, and which document they have twice."""
    found = []
    for cell in CELLS:
        for day in cell.days:
            ids = listed(cell, day, lists)
            if set(ids) != cell.ids or len(ids) != len(cell.ids):
                found.append(f"{cell.frame} {cell.application} {day}: {sorted(cell.ids.symmetric_difference(ids))}")
    for council, frame, application, extra, start in EXTRAS:
        cell = Cell(SchemeFrame(frame), ApplicationKind(application), (date.fromisoformat(start), FAR), frozenset())
        days = (*cell.days, date(2022, 3, 31), date(2022, 4, 1))
        found += [f"{council} {extra} {day}" for day in days if extra not in listed(cell, day, lists, council)]
    return found


def test_the_table_has_every_frame_and_application_once() -> None:
    told = [(frame, application) for frame, application, _ in TABLE]
    assert sorted(told) == sorted((frame.value, kind.value) for frame in SchemeFrame for kind in ApplicationKind)


def test_the_data_have_every_document_of_the_notices_and_no_other() -> None:
    assert differences(requirements()) == []


def test_every_row_has_its_source_and_says_what_it_assumes() -> None:
    rows = [one for members in requirements().values() for one in members]
    assert len(rows) > 200
    assert [one.id for one in rows if not (one.source.title and one.source.clause and one.source.url)] == []
    assert [one.id for one in rows if not one.confirmed and not one.note] == []
    places = {row.place for row in sourced_rows((FOLDER, COUNCILS_FOLDER))}
    assert len(places) == len(rows) + len(load_council_notes(COUNCILS_FOLDER))


def test_a_prefecture_that_asks_for_more_is_not_asked_elsewhere() -> None:
    extras = {one.id for members in requirements().values() for one in members if one.council}
    assert extras == {extra for _, _, _, extra, _ in EXTRAS}
    for cell in CELLS:
        for council in ("", "04", "22"):
            assert not extras & set(listed(cell, cell.days[0], requirements(), council))


def blocks() -> list[tuple[str, int]]:
    """Every row of the data: its file, and its place among the rows of the file."""
    files = [*FOLDER.glob("*.toml"), *COUNCILS_FOLDER.glob("*.toml")]
    return [
        (f"{path.parent.name}/{path.name}", number)
        for path in sorted(files)
        for number in range(path.read_text(encoding="utf-8").count("\n[["))
        if path.read_text(encoding="utf-8").split("\n[[")[number + 1].startswith(("requirement", "extra"))
    ]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data, to take rows out of."""
    root = tmp_path_factory.mktemp("parameters")
    for folder in (FOLDER, COUNCILS_FOLDER):
        shutil.copytree(folder, root / folder.name)
    return root


@pytest.mark.parametrize(("name", "number"), blocks())
def test_no_row_can_be_taken_out_unseen(copied: Path, name: str, number: int) -> None:
    path = copied / name
    whole = path.read_text(encoding="utf-8")
    parts = whole.split("\n[[")
    path.write_text("\n[[".join(part for place, part in enumerate(parts) if place != number + 1), encoding="utf-8")
    try:
        found = differences(load_requirements(copied / "requirements", copied / "councils"))
    except ParameterError as error:
        found = [str(error)]  # a gap between two editions of a document
    finally:
        path.write_text(whole, encoding="utf-8")
    assert found != []


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.toml")))
def test_a_row_without_its_source_is_refused(copied: Path, name: str) -> None:
    path = copied / "requirements" / name
    whole = path.read_text(encoding="utf-8")
    first = next(line for line in whole.splitlines() if line.startswith("source = "))
    path.write_text(whole.replace(first + "\n", "", 1), encoding="utf-8")
    try:
        with pytest.raises(ParameterError, match=rf"{name}.*source"):
            load_requirements(copied / "requirements")
    finally:
        path.write_text(whole, encoding="utf-8")
