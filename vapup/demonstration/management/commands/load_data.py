"""`manage.py load_data --agencies N --cases N`: bulk data for measuring."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from vapup import clock
from vapup.commands import InvalidInput, JsonErrorCommand
from vapup.demonstration.bulk import load

LARGEST = {"agencies": 10_000, "cases": 1_000_000}


class Command(JsonErrorCommand):
    """Add bulk data and print how many rows were added."""

    help = "Add bulk data for measuring, with the invariants of real data kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agencies", type=int, required=True, help="how many agencies to add")
        parser.add_argument("--cases", type=int, required=True, help="how many cases to add in all, spread evenly")

    def handle(self, *_args: Any, **options: Any) -> None:
        for name, largest in LARGEST.items():
            if not 1 <= options[name] <= largest:
                raise InvalidInput(
                    "invalid_request", name, f"--{name} は1から{largest:,}までの整数で指定してください。"
                )
        added = load(agency_count=options["agencies"], case_count=options["cases"], today=clock.today())
        self.stdout.write(json.dumps(asdict(added)))
