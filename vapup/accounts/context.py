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


# label, URL name, icon, what it takes to see it
RAIL: Final = (
    ("ホーム", "dashboard:home", "home", Action.USE_OFFICE),
    ("案件", "cases:list", "case", Action.VIEW_CASE),
    ("期限カレンダー", "dashboard:calendar", "calendar", Action.VIEW_CASE),
    ("業務日誌", "subsidies:hours", "clock", Action.LOG_HOURS),
    ("支払予定", "dashboard:payments", "payments", Action.VIEW_CASE),
    ("承認箱", "dashboard:approvals", "check", Action.APPROVE_USAGE),
    ("補助上限", "dashboard:caps", "rules", Action.REVIEW_CAPS),
    ("事業者", "cases:enterprises", "enterprise", Action.VIEW_ENTERPRISE),
    ("失効リスク", "monitoring:risk", "warning", Action.VIEW_CASE),
    ("承認・出力", "subsidies:packets", "packet", Action.VIEW_CASE),
    ("従事者と単価", "subsidies:workers", "payments", Action.KEEP_RATES),
    ("取込", "imports:list", "import", Action.MOVE_IN),
    ("レポート", "dashboard:reports", "report", Action.VIEW_REPORTS),
    ("制度・規則", "dashboard:rules", "rules", Action.USE_OFFICE),
    ("管理", "dashboard:masters", "bank", Action.USE_OFFICE),
    ("利用者", "accounts:members", "users", Action.MANAGE_MEMBERS),
    ("操作記録", "accounts:audit", "history", Action.VIEW_AUDIT),
    ("事務所の設定", "accounts:agency", "settings", Action.EDIT_AGENCY),
)


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
            is_current = request.path == url or (url != "/" and request.path.startswith(url))
            items.append(NavigationItem(label, url, icon, is_current))
    return items
