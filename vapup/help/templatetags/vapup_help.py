"""Tags that lead from a word of the field to its meaning."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vapup.help.glossary import terms

register = template.Library()


@register.simple_tag
def term(slug: str, label: str = "") -> SafeString:
    """Mark a word: a link into the glossary, which with scripts opens the meaning beside it.

    Args:
        slug: a word of the glossary; another one is an error.
        label: what the page calls it, if not as the glossary does.
    """
    found = terms()[slug]
    return format_html(
        '<a class="term" href="{}#{}" data-term="{}" data-says="{}" aria-label="{}(用語の説明)">{}</a>',
        reverse("help:glossary"),
        slug,
        found.name,
        found.text,
        label or found.name,
        label or found.name,
    )
