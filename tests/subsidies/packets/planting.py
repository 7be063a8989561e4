"""The richest applications of every kind, and texts put in the place of whatever somebody could have typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.models import Application
from subsidies.packets.contents import content_from, live_content
from subsidies.packets.payload import Form, PacketContent
from subsidies.rules.editions import form_layouts
from subsidies.rules.requirements_rows import requirements
from tests.subsidies.packet_cases import PREPARED_ON
from tests.subsidies.packets.random_cases import application_in, day_in, editions_of
from tests.subsidies.usage_cases import add_past_use
from vapup.accounts.models import Member

K = ApplicationKind
# These name a form, a rule of the printing or a kind; nobody types them.
STRUCTURE: Final = frozenset({"application", "frame_code", "code", "edition", "layout", "key", "verdict"})
# In a plan, the names of its lines and kinds, and what the drawings tie together by them.
OF_THE_PLAN: Final = frozenset({"id", "kind", "source", "target"})
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The forms that the lists of documents name for each kind of application, in whichever frame.
FORMS: Final = {
    kind: sorted(
        {row.id for (_, its), rows in requirements().items() if its is kind for row in rows} & set(form_layouts())
    )
    for kind in ApplicationKind
}
# With this seed a case has several lenders and lines.
RICH: Final = 11


def richest(consultant: Member, kind: ApplicationKind, frame: SchemeFrame) -> PacketContent:
    """Return the content of an application with something in every list, and with every form of its kind.

    Forms that a case of this sort leaves out are printed too, in each of their layouts: they get the same content.
    """
    key_date = day_in(editions_of(kind, frame)[-1])
    application = application_in(consultant, kind, frame, key_date, Random(RICH), others=1, has_plan=True)
    if kind is K.USAGE:
        add_past_use(application.case)
    content = live_content(Application.objects.get(pk=application.pk), today=PREPARED_ON)
    return replace(content, forms=(*content.forms, *_left_out(content, kind)))


def _left_out(content: PacketContent, kind: ApplicationKind) -> Iterator[Form]:
    listed = {(one.code, one.layout) for one in content.forms}
    for code in FORMS[kind]:
        for layout in form_layouts()[code].layouts:
            if (code, layout) not in listed:
                yield Form(code, layout, "別紙", "様式", "", layout=layout, edition_label="様式", key=code)


def planted(
    value: Any, text_of: Callable[[str, str], str], name: str = "", *, structure: frozenset[str] = STRUCTURE
) -> Any:
    """Return JSON with another text in the place of every text that somebody could have typed."""
    if isinstance(value, dict):
        return {
            key: planted(one, text_of, key, structure=structure | OF_THE_PLAN if key == "plan" else structure)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [planted(one, text_of, name, structure=structure) for one in value]
    if isinstance(value, str) and name not in structure and not DAY.fullmatch(value):
        return text_of(name, value)
    return value


def replanted(content: PacketContent, text_of: Callable[[str, str], str]) -> PacketContent:
    """Return content whose texts are what `text_of` makes of their field and of what stands there."""
    return content_from(content.application, planted(json.loads(json.dumps(content.as_json())), text_of))
