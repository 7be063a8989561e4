"""Papers: what is recorded of them, who checked them, their versions, and what the list shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationState, PaperPlace, PaperStatus
from subsidies.models import Application, Paper, PaperVersion
from subsidies.selectors.filing.papers import PaperRow, papers_page_of, row_of
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of
from subsidies.services.filing import papers as services
from subsidies.services.filing.papers import NoSuchPaper, PaperAddress, PaperRefused
from tests.builders import make_case
from tests.documents.files import pdf
from tests.documents.hostile import script
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.documents.inspection import UploadRefused
from vapup.documents.services import open_stored

NOW = datetime(2025, 5, 7, 1, 0, tzinfo=UTC)
TODAY = date(2025, 5, 7)
WITH_COUNCIL = [
    ApplicationState.SUBMITTED,
    ApplicationState.ACCEPTED,
    ApplicationState.DECIDED,
    ApplicationState.PAID,
    ApplicationState.REFUSED,
]


@pytest.fixture
def application(consultant: Member) -> Application:
    """The usage application of a normal case, in preparation."""
    case = make_case(consultant)
    return Application.objects.create(agency_id=case.agency_id, case=case)


def facts(**changed: Any) -> dict[str, Any]:
    values = {"status": PaperStatus.WORKING, "reason": "", "place": PaperPlace.OFFICE, "is_original": False}
    texts = {"stated_edition": "", "stated_name": "", "stated_address": "", "stated_yen": None}
    return {**values, "issued_on": None, "valid_until": None, **texts, **changed}


def slots(application: Application) -> Mapping[str, PaperSlot]:
    return {slot.key: slot for slot in requirements_of(application)}


def aged(application: Application) -> PaperSlot:
    """The extract of the register: an original of at most three months."""
    return next(one for one in slots(application).values() if one.requirement.max_age_months == 3 and one.is_needed)


def at(application: Application, key: str) -> PaperAddress:
    return PaperAddress(case_id=application.case_id, application_id=application.pk, key=key)


def record(application: Application, actor: Member, *, version: int = 0, **changed: Any) -> Paper:
    slot = aged(application)
    return services.record_paper(
        actor=actor, address=at(application, slot.key), version=version, facts=facts(**changed), now=NOW
    )


def upload(application: Application, actor: Member, content: bytes, name: str = "登記簿.pdf") -> PaperVersion:
    given: dict[str, Any] = {"name": name, "stream": BytesIO(content), "note": "", "now": NOW}
    return services.upload_paper(actor=actor, address=at(application, aged(application).key), **given)[0]


def content_of(version: PaperVersion) -> bytes:
    with open_stored(version.document) as file:
        return file.read()


def row(application: Application) -> PaperRow:
    return row_of(aged(application), application, today=TODAY)


def put(application: Application, state: ApplicationState) -> None:
    application.state, application.submitted_on = state, TODAY
    application.save()


def test_nothing_is_stored_before_somebody_writes(application: Application, consultant: Member) -> None:
    assert row(application).status is PaperStatus.NOT_STARTED
    assert not Paper.objects.exists()
    paper = record(application, consultant, issued_on=date(2025, 4, 1), stated_name="有限会社山田水産")
    assert (paper.version, paper.status, paper.place) == (1, PaperStatus.WORKING, PaperPlace.OFFICE)
    assert row(application).slot.paper == paper
    event = AuditEvent.objects.get(object_type="case", object_id=application.case_id)
    name = f"書類 利用申請 {aged(application).label}"
    assert event.changes[f"{name}: 状態"] == ["未着手", "作業中"]
    assert event.changes[f"{name}: 発行日・作成日"] == [None, "2025-04-01"]
    record(application, consultant, version=1, issued_on=date(2025, 4, 1), stated_name="有限会社山田水産")
    assert AuditEvent.objects.count() == 1  # nothing new, nothing written
    assert Paper.objects.get().version == 1


def test_who_checked_is_kept_and_goes_with_the_check(
    application: Application, consultant: Member, manager: Member
) -> None:
    paper = record(application, consultant, status=PaperStatus.CHECKED)
    assert (paper.checked_by, paper.checked_at) == (consultant, NOW)
    paper = record(application, manager, version=1, status=PaperStatus.CHECKED_LACKING, reason="押印がない")
    assert paper.checked_by == manager
    paper = record(application, manager, version=2, status=PaperStatus.WORKING)
    assert (paper.checked_by, paper.checked_at) == (None, None)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": PaperStatus.LEFT_OUT}, "「対象外」にするには、「不足・対象外の理由」"),
        ({"status": PaperStatus.CHECKED_LACKING}, "「確認済・不足あり」にするには"),
        ({"reason": "押印がない"}, "状態が「作業中」なのに、「不足・対象外の理由」が入力"),
        ({"issued_on": date(2025, 5, 8)}, "発行日・作成日 2025-05-08 は、今日 2025-05-07 より後"),
        (
            {"issued_on": date(2025, 5, 1), "valid_until": date(2025, 4, 30)},
            "有効期限 2025-04-30 は、発行日・作成日 2025-05-01 より前",
        ),
        ({"status": PaperStatus.CHECKED, "place": PaperPlace.NOWHERE}, "現物の所在が「未入手」でファイルもない"),
    ],
)
def test_what_contradicts_itself_is_refused(
    application: Application, consultant: Member, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(PaperRefused, match=words) as refused:
        record(application, consultant, **changed)
    assert aged(application).label in refused.value.message
    assert not Paper.objects.exists()


def test_today_is_the_day_in_japan(application: Application, consultant: Member) -> None:
    slot, late = aged(application), datetime(2025, 5, 7, 15, 30, tzinfo=UTC)  # 00:30 of the 8th in Japan
    given: dict[str, Any] = {"actor": consultant, "address": at(application, slot.key), "version": 0, "now": late}
    assert services.record_paper(**given, facts=facts(issued_on=date(2025, 5, 8))).issued_on == date(2025, 5, 8)


def test_nobody_writes_over_anothers_change(application: Application, consultant: Member, manager: Member) -> None:
    record(application, manager)
    with pytest.raises(EditedMeanwhile):
        record(application, consultant)  # saw an unstored paper
    record(application, manager, version=1, place=PaperPlace.BANK)
    with pytest.raises(EditedMeanwhile):
        record(application, consultant, version=1)


@pytest.mark.parametrize("state", WITH_COUNCIL)
def test_with_the_council_only_the_place_may_change(
    application: Application, consultant: Member, state: ApplicationState
) -> None:
    record(application, consultant)
    put(application, state)
    with pytest.raises(PaperRefused, match=f"「{state.label}」のため"):
        record(application, consultant, version=1, stated_name="別の名前")
    with pytest.raises(PaperRefused, match="「現物の所在」だけ"):
        upload(application, consultant, pdf())
    slot = aged(application)
    given: dict[str, Any] = {"actor": consultant, "address": at(application, slot.key), "now": NOW}
    with pytest.raises(PaperRefused):
        services.leave_out(**given, version=1, reason="不要")
    paper = services.mark_place(**given, version=1, place=PaperPlace.COUNCIL)
    assert (paper.place, paper.status, paper.version) == (PaperPlace.COUNCIL, PaperStatus.WORKING, 2)
    assert not PaperVersion.objects.exists()


def test_a_returned_application_takes_new_papers(application: Application, consultant: Member) -> None:
    upload(application, consultant, pdf())
    put(application, ApplicationState.RETURNED)
    assert upload(application, consultant, pdf(pages=2)).number == 2


def test_versions_add_up_and_the_old_ones_stay(application: Application, consultant: Member, manager: Member) -> None:
    first = upload(application, consultant, pdf())
    services.check_papers(
        actor=consultant,
        case_id=application.case_id,
        application_id=application.pk,
        seen={aged(application).key: 1},
        now=NOW,
    )
    second = upload(application, manager, pdf(pages=2), "登記簿(新).pdf")
    assert [one.number for one in row(application).versions] == [2, 1]
    assert (second.document.page_count, second.uploaded_by) == (2, manager)
    assert content_of(first) == pdf()
    stored = row(application).slot.paper
    assert stored is not None
    # the new file has not been checked by anybody
    assert (stored.status, stored.checked_by, stored.version) == (PaperStatus.WORKING, None, 3)
    events = AuditEvent.objects.filter(verb=Verb.UPLOADED).order_by("pk")
    words = f"第2版 登記簿(新).pdf SHA-256 {second.document.sha256}"
    assert events[1].changes == {f"書類 利用申請 {aged(application).label}": [None, words]}
    first.note = "書き換え"
    with pytest.raises(DatabaseError), transaction.atomic():
        first.save()


def test_the_same_file_again_is_refused(application: Application, consultant: Member) -> None:
    upload(application, consultant, pdf())
    with pytest.raises(PaperRefused, match=r"「写し\.pdf」は、登録済みの第1版「登記簿\.pdf」と同じ内容"):
        upload(application, consultant, pdf(), "写し.pdf")
    upload(application, consultant, pdf(pages=2))
    assert upload(application, consultant, pdf()).number == 3  # back to the first one, on purpose


def test_a_hostile_file_leaves_nothing_behind(application: Application, consultant: Member) -> None:
    with pytest.raises(UploadRefused, match=r"「登記簿\.pdf」は登録できません"):
        upload(application, consultant, b"MZ\0\0")
    assert not Paper.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_trail_says_what_was_taken_out(application: Application, consultant: Member) -> None:
    version = upload(application, consultant, pdf(script))
    assert b"JavaScript" not in content_of(version)
    event = AuditEvent.objects.get(verb=Verb.UPLOADED)
    assert str(next(iter(event.changes.values()))[1]).endswith("取り除いたもの: JavaScript")


def test_several_papers_are_checked_together_or_none(application: Application, consultant: Member) -> None:
    first, second, third = [key for key, slot in slots(application).items() if slot.is_needed][:3]
    for key in (first, second):
        services.record_paper(actor=consultant, address=at(application, key), version=0, facts=facts(), now=NOW)
    given: dict[str, Any] = {"actor": consultant, "case_id": application.case_id, "now": NOW}
    given["application_id"] = application.pk
    with pytest.raises(PaperRefused, match="未入手"), transaction.atomic():
        services.check_papers(**given, seen={first: 1, third: 0})
    assert set(Paper.objects.values_list("status", flat=True)) == {PaperStatus.WORKING}
    with pytest.raises(PaperRefused, match="選ばれていません"):
        services.check_papers(**given, seen={})
    labels = services.check_papers(**given, seen={first: 1, second: 1})
    assert labels == [slots(application)[key].label for key in (first, second)]
    assert set(Paper.objects.values_list("status", "checked_by")) == {(PaperStatus.CHECKED, consultant.pk)}


def test_only_who_handles_papers_of_the_case_may_write(
    application: Application, viewer: Member, outsider: Member, admin: Member
) -> None:
    with pytest.raises(NotAllowed):
        record(application, viewer)
    with pytest.raises(NotAllowed):
        upload(application, viewer, pdf())
    with pytest.raises(Case.DoesNotExist):
        record(application, outsider)
    with pytest.raises(Application.DoesNotExist):
        upload(application, outsider, pdf())
    assert record(application, admin).version == 1


def test_a_paper_that_the_list_does_not_have_is_refused(application: Application, consultant: Member) -> None:
    given: dict[str, Any] = {"actor": consultant, "version": 0, "facts": facts(), "now": NOW}
    with pytest.raises(NoSuchPaper, match="利用申請の書類の一覧"):
        services.record_paper(**given, address=at(application, "no_such_paper"))


def test_age_counts_on_the_day_of_filing(application: Application, consultant: Member) -> None:
    record(application, consultant, issued_on=date(2025, 2, 7))  # three months: until 2025-05-07, inclusive
    assert not row(application).is_stale
    late = row_of(aged(application), application, today=TODAY + timedelta(days=1))
    assert late.is_stale
    put(application, ApplicationState.SUBMITTED)  # on the last good day: it stays good for ever
    assert not row_of(aged(application), application, today=date(2026, 1, 1)).is_stale


def test_an_original_is_asked_for_where_the_office_has_a_copy(application: Application, consultant: Member) -> None:
    record(application, consultant, status=PaperStatus.CHECKED)
    assert row(application).is_wrong_copy
    record(application, consultant, version=1, status=PaperStatus.CHECKED, is_original=True)
    assert not row(application).is_wrong_copy


def test_the_desk_counts_what_is_needed_and_sets_the_rest_aside(application: Application, consultant: Member) -> None:
    needed = [slot for slot in requirements_of(application) if slot.is_needed]
    record(application, consultant, status=PaperStatus.CHECKED)
    page = papers_page_of(application, today=TODAY)
    counts = {one.label: one.count for one in page.counts}
    assert counts["必要な書類"] == len(needed) == sum(len(group.rows) for group in page.groups)
    assert (counts["確認済"], counts["未着手"]) == (1, len(needed) - 1)
    assert sum(group.done_count for group in page.groups) == 1
    assert all(entry.slot.why for entry in page.unneeded)
    only = papers_page_of(application, today=TODAY, status="checked")
    assert [entry.slot.key for group in only.groups for entry in group.rows] == [aged(application).key]
    assert papers_page_of(application, today=TODAY, status="nonsense").groups == page.groups
