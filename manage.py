#!/usr/bin/env python3
"""Run one of the project's management commands."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from vapup.embedded.binaries import ProgramMissing
from vapup.embedded.lease import ServicesFailed

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vapup.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ProgramMissing, ServicesFailed) as failed:
        sys.exit(str(failed))
