"""`make bench`: what the project promises about speed and memory, each figure measured as a ratio in one run.

Importing the package makes Django ready on an instance of its own, apart from `make run` and the tests.
"""

from __future__ import annotations

import os

import django

os.environ["VAPUP_INSTANCE"] = "bench"
os.environ["VAPUP_READ_DOT_ENV"] = "no"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vapup.settings")
django.setup()
