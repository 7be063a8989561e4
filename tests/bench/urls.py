"""The project's addresses plus a bare page, to measure the case list against."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from cases.models import Case
from vapup.access import POLICIES as REAL_POLICIES
from vapup.accounts.enums import Action
from vapup.accounts.http import UrlPolicy, member_of
from vapup.urls import urlpatterns as real_urlpatterns

COLUMNS = ("number", "enterprise__name", "frame", "stage", "consultant__user__display_name", "planned_accepted_on")
PLAIN = Engine().from_string(
    "<html><body><table>{% for case in cases %}<tr>{% for cell in case %}<td>{{ cell }}</td>{% endfor %}</tr>"
    "{% endfor %}</table></body></html>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """Read the same 50 rows with one query and print them with a plain loop."""
    member = member_of(request)
    assert member is not None
    rows = Case.objects.for_agency(member.agency_id).order_by("-id").values_list(*COLUMNS)[:50]
    return HttpResponse(PLAIN.render(Context({"cases": rows})))


urlpatterns = [*real_urlpatterns, path("bench/bare/", bare, name="bench_bare")]
POLICIES = {**REAL_POLICIES, "bench_bare": UrlPolicy(Action.VIEW_CASE)}
