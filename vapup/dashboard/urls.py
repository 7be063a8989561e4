"""The addresses of dashboard."""

from __future__ import annotations

from django.urls import path

from vapup.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
]
