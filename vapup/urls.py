"""The project's addresses. Each needs a policy in `vapup.access`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from vapup.health import health

handler403 = "vapup.accounts.middleware.permission_denied"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("", include("vapup.dashboard.urls")),
    path("", include("vapup.accounts.urls")),
    path("", include("cases.urls")),
    path("", include("monitoring.urls")),
    path("", include("subsidies.urls")),
    path("", include("vapup.imports.urls")),
    path("", include("vapup.help.urls")),
]
