"""The addresses of the help."""

from __future__ import annotations

from django.urls import path

from vapup.help import views

app_name = "help"
urlpatterns = [
    path("help/", views.index, name="index"),
    path("help/glossary/", views.glossary, name="glossary"),
    path("help/keys/", views.keys, name="keys"),
    path("help/tour/", views.tour, name="tour"),
    path("help/drafts/", views.drafts, name="drafts"),
    path("help/drafts/one/", views.draft, name="draft"),
    path("help/drafts/<int:draft_id>/drop/", views.draft_drop, name="draft_drop"),
    path("help/session/", views.session, name="session"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
