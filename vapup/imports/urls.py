"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from vapup.imports import figure_views, hour_views, views

app_name = "imports"
FIGURES = "enterprises/<int:enterprise_id>/figures/import/"
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
    path(FIGURES, figure_views.figures_new, name="figures_new"),
    path(f"{FIGURES}<int:figures_batch_id>/", figure_views.figures_batch, name="figures_batch"),
    path(f"{FIGURES}<int:figures_batch_id>/names/", figure_views.figures_names, name="figures_names"),
    path(f"{FIGURES}<int:figures_batch_id>/options/", figure_views.figures_options, name="figures_options"),
    path(f"{FIGURES}<int:figures_batch_id>/commit/", figure_views.figures_commit, name="figures_commit"),
    path(f"{FIGURES}<int:figures_batch_id>/undo/", figure_views.figures_undo, name="figures_undo"),
]
