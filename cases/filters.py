"""The filters of the lists of cases and of enterprises; they live in the address."""

from __future__ import annotations

from functools import cache

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from cases.enums import CaseStage, Industry, LegalForm, SchemeFrame
from cases.models import Case, Council, Enterprise
from cases.selectors.cases import in_stage, members_by_name, search
from cases.selectors.enterprises import with_cases
from cases.selectors.words import enterprises_with
from vapup.accounts.http import MemberRequest
from vapup.ui.text import TextField
from vapup.ui.widgets import PlainSelect

ALL = "すべて"


@cache
def councils() -> list[tuple[str, str]]:
    """Return the councils as choices; only a release changes them, so each process asks once."""
    return [(council.code, council.name) for council in Council.objects.all()]


@cache
def prefectures() -> list[tuple[str, str]]:
    """Return the prefectures as choices, in the order of their councils."""
    return [(council.prefecture, council.prefecture) for council in Council.objects.all()]


class SearchFilter(django_filters.CharFilter):
    """A search text, cleaned like every text."""

    field_class = TextField


class CaseFilter(django_filters.FilterSet):
    """Which cases to show."""

    q = SearchFilter(
        label="案件番号・事業者名・法人番号",
        method="by_text",
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    frame = django_filters.ChoiceFilter(
        label="制度・枠", choices=SchemeFrame.choices, empty_label=ALL, widget=PlainSelect
    )
    stage = django_filters.ChoiceFilter(
        label="段階",
        choices=[("open", "進行中すべて"), *CaseStage.choices],
        method="by_stage",
        empty_label=ALL,
        widget=PlainSelect,
    )
    consultant = django_filters.ChoiceFilter(label="担当者", choices=(), empty_label=ALL, widget=PlainSelect)
    council = django_filters.ChoiceFilter(label="協議会", choices=councils, empty_label=ALL, widget=PlainSelect)

    class Meta:
        model = Case
        fields = ["q", "frame", "stage", "consultant", "council"]

    def __init__(self, data: QueryDict, queryset: QuerySet[Case], *, request: MemberRequest) -> None:
        super().__init__(data, queryset, request=request)
        # Everybody who is or was in the office; a filter for models would ask through a cursor, in three trips.
        colleagues = members_by_name(request.member.agency_id)
        self.filters["consultant"].extra["choices"] = [(str(one.pk), str(one)) for one in colleagues]

    def by_text(self, cases: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """Search in numbers and enterprises."""
        return search(cases, value)

    def by_stage(self, cases: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """Keep one stage, or all that are under way."""
        return in_stage(cases, value)


class EnterpriseFilter(django_filters.FilterSet):
    """Which enterprises to show."""

    q = SearchFilter(
        label="事業者名・フリガナ・法人番号",
        method="by_text",
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    prefecture = django_filters.ChoiceFilter(
        label="都道府県",
        field_name="address",
        lookup_expr="startswith",
        choices=prefectures,
        empty_label=ALL,
        widget=PlainSelect,
    )
    industry = django_filters.ChoiceFilter(label="業種", choices=Industry.choices, empty_label=ALL, widget=PlainSelect)
    legal_form = django_filters.ChoiceFilter(
        label="組織", choices=LegalForm.choices, empty_label=ALL, widget=PlainSelect
    )
    cases = django_filters.ChoiceFilter(
        label="案件",
        choices=[("open", "進行中あり"), ("any", "あり"), ("none", "なし")],
        method="by_cases",
        empty_label=ALL,
        widget=PlainSelect,
    )

    class Meta:
        model = Enterprise
        fields = ["q", "prefecture", "industry", "legal_form", "cases"]

    def by_text(self, enterprises: QuerySet[Enterprise], _name: str, value: str) -> QuerySet[Enterprise]:
        """Search in names, readings and numbers."""
        return enterprises.filter(enterprises_with(value))

    def by_cases(self, enterprises: QuerySet[Enterprise], _name: str, value: str) -> QuerySet[Enterprise]:
        """Keep those with cases under way, with any, or with none."""
        return with_cases(enterprises, value)
