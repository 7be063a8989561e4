"""The style of charts where no page lends it: in a PDF."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django import template
from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# As broad as the page, and no higher than A4 on its side has room for below a heading. The picture of a business is
# made smaller where it must be, and never larger: two boxes alone would fill the page.
SIZE: Final = (
    ".chart__form svg { display: block; max-height: 160mm; }"
    ".chart__form--wide svg { width: 100%; }"
    ".chart__form--natural svg { max-width: 100%; margin: 0 auto; }"
)


@register.simple_tag
@cache
def drawing_style() -> SafeString:
    """Return `charts.css` as an element for the inside of a drawing: WeasyPrint gives a drawing no style of its page.

    Inside a drawing, what is escaped in a style element is read as it was meant.

    Raises:
        FileNotFoundError: the style sheet is missing.
    """
    path = finders.find("css/charts.css")
    if not isinstance(path, str):
        raise FileNotFoundError("css/charts.css")
    return format_html("<style>{}</style>", Path(path).read_text(encoding="utf-8"))


@register.simple_tag
def size_style() -> SafeString:
    """Return how large drawings are on paper, as an element for beside a drawing."""
    return format_html("<style>{}</style>", SIZE)
