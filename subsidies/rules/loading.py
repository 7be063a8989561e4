"""Where the rule data of the subsidies lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PARAMETERS_FOLDER: Final = Path(__file__).resolve().parent.parent / "parameters"
# The tables of the files that lie in the folder itself; those of its sub-folders are named where they are read.
TABLES: Final = frozenset({"parameter", "version", "edition", "form"})
