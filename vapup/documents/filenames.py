"""Names of uploaded files, made harmless and kept readable."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Windows opens a device instead of a file of this name, whatever its ending.
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
# Endings that a system would run: in front of the real ending they only deceive.
_PROGRAMS: Final = re.compile(
    r"(?i)\.(exe|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|pif|jar|php|phtml|html?|svg|xhtml|sh|app|dll)(?=\.)"
)
_LONGEST: Final = 120  # characters
_LONGEST_BYTES: Final = 240  # of UTF-8; file systems take 255
NAMELESS: Final = "無題"


def split_ending(name: str) -> tuple[str, str]:
    """Return the stem and the ending, in small letters and without its dot; "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return (stem, ending.lower()) if dot else (name, "")


def harmless_name(name: str) -> str:
    """Return `name` without folders, control characters and overrides of the writing direction.

    Characters that can be read stay as they were typed (髙, 﨑, ㈱): nothing is normalised.
    """
    last = re.split(r"[/\\]", name)[-1]
    readable = "".join(character for character in last if _is_readable(character)).translate(_NOT_IN_NAMES)
    stem, ending = split_ending(_PROGRAMS.sub(r"_\1", readable).rstrip(". \u3000"))
    stem = _shortened(stem.strip(". \u3000") or NAMELESS, ending)
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{ending}" if ending else stem


def _is_readable(character: str) -> bool:
    """Tell whether a character can be seen; formats (bidirectional, zero width), surrogates and controls cannot."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def _shortened(stem: str, ending: str) -> str:
    room = _LONGEST_BYTES - len(ending.encode()) - 1
    shorter = stem[:_LONGEST]
    while len(shorter.encode()) > room:
        shorter = shorter[:-1]
    return shorter.rstrip(". ")
