"""What the frame of every page needs: who is signed in, and where they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from vapup.accounts.enums import Action
from vapup.accounts.http import member_of
from vapup.accounts.models import Member
from vapup.accounts.policy import can


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the left rail."""

    label: str
    url: str
    icon: str
    is_current: bool


HUB: Final = "管理"
# label, URL name, icon, what it takes to see it
RAIL: Final = (
    ("ホーム", "dashboard:home", "home", Action.USE_OFFICE),
    ("承認箱", "dashboard:approvals", "check", Action.APPROVE_USAGE),
    ("案件", "cases:list", "case", Action.VIEW_CASE),
    ("事業者", "cases:enterprises", "enterprise", Action.VIEW_ENTERPRISE),
    ("期限カレンダー", "dashboard:calendar", "calendar", Action.VIEW_CASE),
    ("失効リスク", "monitoring:risk", "warning", Action.VIEW_CASE),
    ("支払予定", "dashboard:payments", "payments", Action.VIEW_CASE),
    ("補助上限", "dashboard:caps", "rules", Action.REVIEW_CAPS),
    ("業務日誌", "subsidies:hours", "clock", Action.LOG_HOURS),
    ("書類の出力", "subsidies:packets", "packet", Action.VIEW_CASE),
    ("取込", "imports:list", "import", Action.MOVE_IN),
    ("レポート", "dashboard:reports", "report", Action.VIEW_REPORTS),
    ("制度・規則", "dashboard:rules", "rules", Action.USE_OFFICE),
    (HUB, "dashboard:masters", "settings", Action.USE_OFFICE),
)
# Pages that are reached from the hub of all that the office maintains.
OF_THE_HUB: Final = ("subsidies:workers", "accounts:members", "accounts:audit", "accounts:agency")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of `base.html`."""
    member = member_of(request)
    return {
        "product_name": "vapup",
        "member": member,
        "can_switch_agency": getattr(request, "has_other_agencies", False),
        "search_url": reverse("dashboard:search") if member else "",
        "search_text": "",
        # Rendered once for the rail and the drawer, of which one is shown at a time.
        "navigation": render_to_string("_nav.html", {"items": _navigation(request, member)}) if member else "",
    }


def _navigation(request: HttpRequest, member: Member) -> list[NavigationItem]:
    items = []
    for label, name, icon, action in RAIL:
        if can(member, action).allowed:
            url = reverse(name)
            places = (url, *(reverse(one) for one in OF_THE_HUB)) if label == HUB else (url,)
            is_current = any(request.path == one or (one != "/" and request.path.startswith(one)) for one in places)
            items.append(NavigationItem(label, url, icon, is_current))
    return items
