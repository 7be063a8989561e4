"""`make reliability`: what is promised of reminders, tried on real PostgreSQL, broker, workers, beat and mail server.

Run by itself (`python -m tests.reliability kills`) or, with smaller sizes, by the nightly tests. Processes are killed,
clocks jump, the broker forgets and the mail server fails; every figure is one line of JSON with its goal.
"""
