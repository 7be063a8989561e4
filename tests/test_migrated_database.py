"""When the database that tests copy is migrated anew."""

from __future__ import annotations

from pathlib import Path

from tests.migrated_database import ROOT, imported_modules


def test_what_migrations_import_from_the_project_counts() -> None:
    found = imported_modules(ROOT, ROOT.glob("*/migrations/*.py"))
    assert ROOT / "vapup" / "accounts" / "tenancy.py" in found


def test_modules_are_found_by_the_import_lines_of_those_that_import_them(tmp_path: Path) -> None:
    written = {
        "migration.py": "import os\nfrom office.walls import wall\n",
        "office/__init__.py": "",
        "office/walls.py": "from office import words\nimport office.tables.names\n",
        "office/words.py": "from office import walls\n",
        "office/tables/__init__.py": "",
        "office/tables/names.py": "",
        "office/other.py": "",
    }
    for name, text in written.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = imported_modules(tmp_path, [tmp_path / "migration.py"])
    assert {str(one.relative_to(tmp_path)) for one in found} == written.keys() - {"migration.py", "office/other.py"}
