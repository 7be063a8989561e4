"""The addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from monitoring.views import periods

app_name = "monitoring"
urlpatterns = [
    path("cases/<str:number>/periods/new/", periods.period_new, name="period_new"),
    path("cases/<str:number>/periods/<int:period_id>/", periods.period_edit, name="period_edit"),
    path("cases/<str:number>/periods/<int:period_id>/remove/", periods.period_remove, name="period_remove"),
]
