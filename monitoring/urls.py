"""The addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("cases/<str:number>/periods/new/", views.period_new, name="period_new"),
    path("cases/<str:number>/periods/<int:period_id>/", views.period_edit, name="period_edit"),
    path("cases/<str:number>/periods/<int:period_id>/remove/", views.period_remove, name="period_remove"),
]
