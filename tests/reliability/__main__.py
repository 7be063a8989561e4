"""Run every trial, or those named on the command line: kills, outages, smtp, silence. `--small` makes them shorter.

Exit status 1 when a goal does not hold.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import shutil
import sys

from tests.reliability.figures import Figures
from tests.reliability.sink import SlowSink
from vapup.embedded.layout import instance
from vapup.embedded.lease import hold, release

TRIALS = ("kills", "outages", "smtp", "silence")


def main() -> int:
    """Start the services and the mail server, run the trials, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability")
    parser.add_argument("trials", nargs="*", choices=[*TRIALS, []], metavar="trial")
    parser.add_argument("--small", action="store_true", help="shorter, for the nightly tests")
    wanted = parser.parse_args()
    all_hold = True
    with SlowSink() as sink:
        _prepare(sink)
        for name in wanted.trials or TRIALS:
            figures = Figures(name)
            importlib.import_module(f"tests.reliability.{name}").run(figures, sink, is_small=wanted.small)
            all_hold = all_hold and figures.all_hold
    _clear_up(keeps_logs=not all_hold)
    return 0 if all_hold else 1


def _prepare(sink: SlowSink) -> None:
    """Make Django ready on an instance of its own, with mails that go to the sink."""
    os.environ["VAPUP_INSTANCE"] = f"reliability-{os.getpid()}"  # never one that holds anything
    os.environ["VAPUP_READ_DOT_ENV"] = "no"
    os.environ["DJANGO_SETTINGS_MODULE"] = "vapup.settings"
    os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.smtp.EmailBackend"
    os.environ["EMAIL_URL"] = sink.url
    logging.disable(logging.CRITICAL)  # a red health check and a mail server that fails are wanted here
    hold(instance())
    import django  # noqa: PLC0415 -- reads the environment that was set above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def _clear_up(*, keeps_logs: bool) -> None:
    """Stop the services, and remove what they held unless somebody will want to know why a goal does not hold."""
    from django.db import connection  # noqa: PLC0415

    connection.close()
    services = instance()
    release(services, wait_seconds=30)
    if keeps_logs:
        sys.stderr.write(f"Logs: {services.root}\n")
    else:
        shutil.rmtree(services.root, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
