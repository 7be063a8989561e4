"""Whether this process can serve, and whether reminders go out; asked by `make run` and the container's check."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from monitoring.enums import AlarmKind
from monitoring.services import silence
from vapup import clock

# What a stranger may read: no figures, no names.
SILENT: Final = {AlarmKind.SWEEP: "reminders are silent", AlarmKind.MAIL: "mail is silent"}


class SilenceAnswer(JsonResponse):
    """503, and once it is out, the mails to the admins: whoever should send them may be what is silent."""

    def close(self) -> None:
        """Finish the answer, then send. A mail server that is down delays nobody's answer and changes none."""
        super().close()
        silence.tell_by_mail(now=clock.now())


@login_not_required
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and nothing that is due has been left undone, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found = silence.watch(now=clock.now())
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)
    if found:
        return SilenceAnswer({"status": ", ".join(SILENT[one.kind] for one in found)}, status=503)
    return JsonResponse({"status": "ok"})
