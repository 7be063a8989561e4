"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from vapup.accounts import views
from vapup.accounts.saved_views import views as saved_views

app_name = "accounts"
urlpatterns = [
    path("members/", views.members, name="members"),
    path("members/invite/", views.invite, name="invite"),
    path("members/invitations/<int:invitation_id>/revoke/", views.revoke_invitation, name="revoke_invitation"),
    path("members/<int:member_id>/roles/", views.member_roles, name="member_roles"),
    path("members/<int:member_id>/switch-on/", views.switch_on, name="switch_on"),
    path("invitations/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("office/", views.agency, name="agency"),
    path("audit/", views.audit, name="audit"),
    path("views/new/", saved_views.view_new, name="view_new"),
    path("views/<int:view_id>/", saved_views.view_edit, name="view_edit"),
    path("views/<int:view_id>/remove/", saved_views.view_remove, name="view_remove"),
    path("views/<int:view_id>/opening/", saved_views.view_opening, name="view_opening"),
    path("switch-agency/", views.switch_agency, name="switch_agency"),
    path("profile/", views.profile, name="profile"),
]
