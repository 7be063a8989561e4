"""The Django app "subsidies"."""

from __future__ import annotations

from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """補助金."""

    name = "subsidies"
    label = "subsidies"
    verbose_name = "補助金"

    def ready(self) -> None:
        """Let the claims object to the end of a case, and the deadlines follow cases and enterprises."""
        from cases.selectors.objections import let_object, tell_approvals  # noqa: PLC0415 -- models come later
        from subsidies.selectors.claiming.unpaid import objection_of_claims  # noqa: PLC0415
        from subsidies.selectors.filing.applications import approved_after  # noqa: PLC0415
        from subsidies.services import deadlines  # noqa: PLC0415
        from vapup import work  # noqa: PLC0415

        let_object("claims", objection_of_claims)
        tell_approvals("applications", approved_after)
        work.follow("case", deadlines.follow_cases)
        work.follow("enterprise", deadlines.follow_enterprises)
