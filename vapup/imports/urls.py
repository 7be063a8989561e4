"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from vapup.imports import hour_views, views

app_name = "imports"
urlpatterns = [
    path("imports/", views.batches, name="list"),
    path("imports/new/", views.upload, name="new"),
    path("imports/template/", views.template, name="template"),
    path("imports/<int:batch_id>/", views.batch, name="batch"),
    path("imports/<int:batch_id>/commit/", views.commit, name="commit"),
    path("imports/<int:batch_id>/undo/", views.undo, name="undo"),
    path("hours/import/", hour_views.hours, name="hours"),
    path("hours/import/template/", hour_views.hours_template, name="hours_template"),
    path("hours/import/<int:hours_batch_id>/", views.batch, name="hours_batch"),
    path("hours/import/<int:hours_batch_id>/commit/", views.commit, name="hours_commit"),
    path("hours/import/<int:hours_batch_id>/undo/", views.undo, name="hours_undo"),
]
