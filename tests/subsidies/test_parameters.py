"""The rule data: what it says, and what the loader refuses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.assessment import assess
from subsidies.rules.editions import NoEdition, edition_of, form_layouts, load_form_editions, load_form_layouts
from subsidies.rules.lines import price_lines
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.parameters import FrameNotOpen, rule_version_on, rule_versions
from subsidies.rules.reading import load_rule_versions
from subsidies.rules.request import AssessRequest, PeriodCost
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import terms_on
from vapup.shared.rule_data import ParameterError

SOURCE = 'source = { title = "T", clause = "C", url = "https://example.org/", checked_on = 2026-11-21 }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the rule data that a test may spoil."""
    return Path(shutil.copytree(PARAMETERS_FOLDER, tmp_path / "parameters"))


@pytest.mark.parametrize(
    ("frame", "day", "version"),
    [
        ("normal", "2013-03-08", "normal-2013"),
        ("normal", "2022-03-31", "normal-2013"),
        ("normal", "2022-04-01", "normal-2022"),
        ("normal", "2024-03-31", "normal-2022"),
        ("normal", "2024-04-01", "normal-2024"),
        ("normal", "2099-12-31", "normal-2024"),
        ("sme_gl", "2022-04-15", "sme_gl-2022"),
        ("vup", "2017-05-29", "vup-2017"),
        ("vup", "2022-04-01", "vup-2022"),
        ("vup", "2024-04-01", "vup-2024"),
        ("vup_bank", "2024-02-01", "vup_bank-2024"),
        ("vup_bank", "2025-01-31", "vup_bank-2024"),
        ("vup_bank", "2025-02-01", "vup_bank-2025"),
        ("vup_bank", "2028-01-31", "vup_bank-2025"),
    ],
)
def test_the_acceptance_day_picks_the_version(frame: str, day: str, version: str) -> None:
    assert rule_version_on(SchemeFrame(frame), date.fromisoformat(day)).name == version


@pytest.mark.parametrize(
    ("frame", "day"),
    [
        ("normal", "2013-03-07"),
        ("sme_gl", "2022-04-14"),
        ("vup", "2017-05-28"),
        ("vup_bank", "2024-01-31"),
        ("vup_bank", "2028-02-01"),
    ],
)
def test_a_frame_is_closed_outside_its_versions(frame: str, day: str) -> None:
    with pytest.raises(FrameNotOpen, match=day):
        rule_version_on(SchemeFrame(frame), date.fromisoformat(day))


def test_no_day_between_the_first_and_the_last_version_is_without_rules() -> None:
    for versions in rule_versions().values():
        for earlier, later in pairwise(versions):
            assert earlier.effective_to is not None
            assert (later.effective_from - earlier.effective_to).days == 1


@pytest.mark.parametrize(
    ("frame", "day", "unconfirmed"),
    [
        ("sme_gl", "2025-04-10", {"holdback_share"}),
        ("vup", "2023-04-10", {"monitoring_claim_months"}),
        ("vup", "2024-04-10", {"monitoring_claim_months", "holdback_share"}),
        ("normal", "2024-04-10", {"size_remainder"}),
    ],
)
def test_readings_without_an_official_source_are_marked(frame: str, day: str, unconfirmed: set[str]) -> None:
    everywhere = {"rounding", "half_rounding", "holdback_lapse", "monitoring_window_basis"}
    rules = rule_version_on(SchemeFrame(frame), date.fromisoformat(day))
    names = {one.key.name for one in rules.parameters.values() if not one.confirmed}
    assert names == unconfirmed | everywhere


def test_the_gantt_threshold_is_rule_data() -> None:
    assert rule_version_on(SchemeFrame.NORMAL, date(2025, 4, 1)).whole("gantt_threshold_yen") == 450_000


def _replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def _append(text: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / "zz.toml").write_text(text, encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(_replace("caps.toml", "value = 150_000", "value = 150_000.0"), "float", id="float"),
        pytest.param(_replace("caps.toml", "value = 150_000", "value = 1.5e5"), "float", id="exponent"),
        pytest.param(_replace("caps.toml", "value = 150_000", "value = -1"), "no whole number", id="negative"),
        pytest.param(_replace("caps.toml", "value = 150_000", "value = true"), "no whole number", id="true"),
        pytest.param(_replace("caps.toml", "value = 150_000", 'value = "150000"'), "no whole number", id="text"),
        pytest.param(_replace("arithmetic.toml", '"2/3"', "2"), "2 is no text", id="share as a number"),
        pytest.param(_replace("reuse.toml", '"not_allowed"', "false"), "False is no text", id="word as a truth"),
        pytest.param(_replace("arithmetic.toml", '"2/3"', '"2÷3"'), "no share", id="share"),
        pytest.param(_replace("arithmetic.toml", '"2/3"', '"3/2"'), "no share", id="share above one"),
        pytest.param(_replace("reuse.toml", '"not_allowed"', '"forbidden"'), "none of", id="unknown word"),
        pytest.param(_replace("caps.toml", 'name = "cap_yen"', 'name = "cap"'), "unknown parameter cap", id="name"),
        pytest.param(_replace("caps.toml", 'frame = "vup"', 'frame = "vap"'), "unknown SchemeFrame", id="frame"),
        pytest.param(_replace("caps.toml", '"due_diligence"', '"dd"'), "unknown CostCategory", id="category"),
        pytest.param(_replace("size_class.toml", '"small"', '"tiny"'), "unknown SizeClass", id="size class"),
        pytest.param(_replace("caps.toml", 'unit = "yen"', 'unit = "EUR"'), "the unit is yen", id="unit"),
        pytest.param(_replace("caps.toml", "confirmed = true", "confirmed = 1"), "not true or false", id="confirmed"),
        pytest.param(_replace("caps.toml", "confirmed = true", "sure = true"), "confirmed is missing", id="missing"),
        pytest.param(_replace("caps.toml", "confirmed = true", "confirmed = true\nnoet = 1"), "noet", id="misspelt"),
        pytest.param(_replace("caps.toml", "confirmed = true", "confirmed = false"), "note", id="no note"),
        pytest.param(_replace("caps.toml", "source = ", "# source = "), "source is missing", id="no source"),
        pytest.param(_replace("caps.toml", "source = {", 'source = "p. 3" # {'), "not a table", id="source as text"),
        pytest.param(_replace("caps.toml", 'url = "https', 'url = "ftp'), "no address", id="source address"),
        pytest.param(_replace("caps.toml", ", checked_on = 2026-11-21", ""), "checked_on is missing", id="not checked"),
        pytest.param(
            _replace("caps.toml", "effective_from = 2022-04-01", 'effective_from = "2022-04-01"'),
            "not a date",
            id="date",
        ),
        pytest.param(
            _replace("caps.toml", "effective_from = 2022-04-01", ""), "effective_from is missing", id="no date"
        ),
        pytest.param(_replace("reuse.toml", "effective_to = 2024-03-31\n", ""), "overlaps", id="not closed"),
        pytest.param(
            _replace("reuse.toml", "effective_to = 2024-03-31", "effective_to = 2024-04-01"), "overlaps", id="overlap"
        ),
        pytest.param(_replace("reuse.toml", "effective_to = 2024-03-31", "effective_to = 2024-03-30"), "gap", id="gap"),
        pytest.param(
            _replace("reuse.toml", "effective_to = 2024-03-31", "effective_to = 2020-03-31"),
            "ends before",
            id="backwards",
        ),
        pytest.param(
            _replace("versions.toml", "effective_to = 2024-03-31", "effective_to = 2024-03-30"), "gap", id="version gap"
        ),
        pytest.param(
            _replace("caps.toml", "effective_from = 2017-05-29", "effective_from = 2017-05-30"),
            "vup-2017 has no cap_yen",
            id="late cap",
        ),
        pytest.param(
            _replace("caps.toml", "effective_from = 2017-05-29", "effective_from = 2017-05-28"),
            "beyond",
            id="early cap",
        ),
        pytest.param(
            _replace("windows.toml", 'name = "plan_claim_months"', 'name = "gantt_threshold_yen"'),
            "unit is yen",
            id="lost window",
        ),
        pytest.param(_replace("versions.toml", '"due_diligence", ', ""), "no such category", id="stray cap"),
        pytest.param(_replace("versions.toml", "categories = [", "categories = [1, "), "list of texts", id="number"),
        pytest.param(_replace("versions.toml", "categories = ", 'categories = "planning" # '), "list of", id="no list"),
        pytest.param(lambda folder: (folder / "arithmetic.toml").unlink(), "has no rate", id="lost file"),
        pytest.param(lambda folder: (folder / "versions.toml").unlink(), "no \\[\\[version\\]\\]", id="no versions"),
        pytest.param(_append("[[parametre]]\nname = 1\n"), "unknown table parametre", id="unknown table"),
        pytest.param(_append("[parameter]\nname = 1\n"), "unknown table parameter", id="single table"),
        pytest.param(_append("this is no TOML"), "zz.toml", id="no TOML"),
    ],
)
def test_the_loader_refuses(folder: Path, spoil: Callable[[Path], None], complaint: str) -> None:
    spoil(folder)
    with pytest.raises(ParameterError, match=complaint):
        load_rule_versions(folder)


def test_an_untouched_copy_is_accepted(folder: Path) -> None:
    assert load_rule_versions(folder).keys() == set(SchemeFrame)


def test_a_new_cap_takes_effect_on_its_day_only(folder: Path) -> None:
    path = folder / "caps.toml"
    closed = path.read_text(encoding="utf-8").replace(
        'frame = "vup"\ncategory = "planning"\neffective_from = 2017-05-29',
        'frame = "vup"\ncategory = "planning"\neffective_from = 2017-05-29\neffective_to = 2027-03-31',
    )
    new = (
        '\n[[parameter]]\nname = "cap_yen"\nframe = "vup"\ncategory = "planning"\neffective_from = 2027-04-01\n'
        f'value = 180_000\nunit = "yen"\n{SOURCE}\nconfirmed = true\n'
    )
    path.write_text(closed + new, encoding="utf-8")
    versions = load_rule_versions(folder)[SchemeFrame.VUP]
    caps = {one.effective_from: one.whole("cap_yen", CostCategory.PLANNING) for one in versions}
    assert caps[date(2024, 4, 1)] == 150_000
    assert caps[date(2027, 4, 1)] == 180_000
    assert versions[-1].name == "vup-2024"


def test_a_rule_that_ends_with_its_frame_leaves_no_rules_after_it(folder: Path) -> None:
    path = folder / "caps.toml"
    text = path.read_text(encoding="utf-8")
    start = 'frame = "vup_bank"\ncategory = "planning"\neffective_from = 2024-02-01\n'
    assert start in text
    path.write_text(text.replace(start, f"{start}effective_to = 2028-01-31\n"), encoding="utf-8")
    pieces = load_rule_versions(folder)[SchemeFrame.VUP_BANK]
    # the frame closes on 2028-01-31: the day after the cap's last day begins no piece
    assert [(one.name, one.effective_to) for one in pieces] == [
        ("vup_bank-2024", date(2025, 1, 31)),
        ("vup_bank-2025", date(2028, 1, 31)),
    ]


def test_a_rule_that_a_version_lacks_or_holds_in_another_unit_is_never_guessed() -> None:
    version = rule_version_on(SchemeFrame.VUP_BANK, date(2025, 4, 1))
    with pytest.raises(ParameterError, match="vup_bank-2025 has no cap_yen for monitoring"):
        version.whole("cap_yen", CostCategory.MONITORING)
    with pytest.raises(ParameterError, match="vup_bank-2025 has no size_total_yen for small"):
        version.whole("size_total_yen", size_class=SizeClass.SMALL)
    with pytest.raises(ParameterError, match="vup_bank-2025 has no joint_cap_yen for the frame"):
        version.get("joint_cap_yen")
    with pytest.raises(ParameterError, match="rate of vup_bank-2025 is no whole number"):
        version.whole("rate")
    with pytest.raises(ParameterError, match="plan_claim_months of vup_bank-2025 is no share"):
        version.share("plan_claim_months")


@pytest.mark.parametrize(
    ("day", "edition"),
    [("2022-04-01", "r4"), ("2024-03-31", "r4"), ("2024-04-01", "r6"), ("2025-03-31", "r6"), ("2025-04-01", "r7")],
)
def test_the_acceptance_day_picks_the_form_edition(day: str, edition: str) -> None:
    for frame in (SchemeFrame.NORMAL, SchemeFrame.VUP):
        found = edition_of(date.fromisoformat(day), frame)
        assert found.edition == edition
        assert not found.confirmed


@pytest.mark.parametrize(
    ("frame", "edition", "office", "follow_up"),
    [
        (SchemeFrame.NORMAL, "r3", "経営改善支援センター", "モニタリング"),
        (SchemeFrame.VUP, "h29", "経営改善支援センター", "モニタリング"),
        (SchemeFrame.SME_GL, "r4", "中小企業活性化協議会", "伴走支援"),
    ],
)
def test_the_oldest_editions_name_the_center(frame: SchemeFrame, edition: str, office: str, follow_up: str) -> None:
    day = date(2022, 3, 31) if frame != SchemeFrame.SME_GL else date(2022, 4, 15)
    found = edition_of(day, frame)
    assert (found.edition, found.office, found.follow_up) == (edition, office, follow_up)


@pytest.mark.parametrize(
    ("frame", "day"),
    [
        (SchemeFrame.NORMAL, "2013-03-07"),
        (SchemeFrame.SME_GL, "2022-04-14"),
        (SchemeFrame.VUP, "2017-05-28"),
        (SchemeFrame.VUP_BANK, "2024-01-31"),
    ],
)
def test_a_day_before_the_first_edition_is_refused(frame: SchemeFrame, day: str) -> None:
    with pytest.raises(NoEdition, match=day):
        edition_of(date.fromisoformat(day), frame)


@pytest.mark.parametrize(("edition", "layout"), [("h29", "r3"), ("r3", "r3"), ("r4", "r4"), ("r6", "r6"), ("r7", "r6")])
def test_an_edition_without_a_layout_uses_the_one_before(edition: str, layout: str) -> None:
    assert form_layouts()["usage_application"].layouts == ("r3", "r4", "r6")
    assert form_layouts()["usage_application"].layout_of(edition) == layout


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(_replace("editions.toml", 'frame = "vup_bank"', 'frame = "vup_x"'), "vup_x", id="unknown frame"),
        pytest.param(
            _replace("editions.toml", "effective_to = 2024-03-31", "effective_to = 2024-03-01"), "gap", id="gap"
        ),
        pytest.param(
            _replace("editions.toml", "\nconfirmed = false\n", "\nconfirmed = false\npage = 1\n"),
            "page",
            id="unknown field",
        ),
    ],
)
def test_the_edition_loader_refuses(folder: Path, spoil: Callable[[Path], None], complaint: str) -> None:
    spoil(folder)
    with pytest.raises(ParameterError, match=complaint):
        load_form_editions(folder)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(
            _replace("editions.toml", '["r3", "r4", "r6"]', '["r4", "r3", "r6"]'), "oldest first", id="wrong order"
        ),
        pytest.param(_replace("editions.toml", '["r3", "r4", "r6"]', "[]"), "no editions", id="no layout"),
        pytest.param(_replace("editions.toml", '["r3", "r4", "r6"]', '["x4"]'), "x4", id="no edition"),
        pytest.param(_replace("editions.toml", 'maker = "each"', 'maker = "any"'), "maker any", id="unknown maker"),
    ],
)
def test_the_loader_of_layouts_refuses(folder: Path, spoil: Callable[[Path], None], complaint: str) -> None:
    spoil(folder)
    with pytest.raises(ParameterError, match=complaint):
        load_form_layouts(folder)


def test_a_request_from_python_without_the_figures_of_the_normal_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="annual sales"):
        assess(AssessRequest(frame=SchemeFrame.NORMAL, accepted_on=date(2025, 4, 1)))


def test_a_cost_given_both_ways_from_python_is_refused() -> None:
    period = PeriodCost(CostCategory.MONITORING_CLOSING, date(2026, 3, 31), 1)
    request = AssessRequest(
        frame=SchemeFrame.VUP,
        accepted_on=date(2025, 4, 1),
        costs={CostCategory.MONITORING_CLOSING: 0},
        monitoring_periods=(period,),
    )
    with pytest.raises(ValueError, match="monitoring_closing is given both as a whole and by periods"):
        assess(request)


def test_a_category_without_any_cap_is_not_paid_without_limit() -> None:
    terms = replace(terms_on(SchemeFrame.NORMAL, date(2022, 3, 31)), pool=None)  # the joint cap is its only one
    request = AssessRequest(frame=SchemeFrame.NORMAL, accepted_on=date(2022, 3, 31), costs={CostCategory.PLANNING: 3})
    with pytest.raises(ValueError, match="neither a cap nor a joint one"):
        price_lines(terms, request, request.costs, SizeClass.SMALL, [])


def test_a_negative_amount_from_python_is_refused() -> None:
    request = AssessRequest(frame=SchemeFrame.VUP, accepted_on=date(2025, 4, 1), costs={CostCategory.PLANNING: -1})
    with pytest.raises(ValueError, match="negative"):
        assess(request)
