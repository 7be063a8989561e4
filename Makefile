# The project's commands; `make help` lists them. Each does every missing set-up step itself.
SHELL := /bin/bash
PORT ?= 8000
PYTHON := .venv/bin/python
export PYTHONUNBUFFERED = 1
.PHONY: help setup run test check bench reliability nightly coverage lock format
RULE_TESTS := $(addprefix tests/shared/test_,counting.py dates.py date_corpus.py) $(patsubst %,tests/subsidies/test_%.py, \
  assess_command check_parameters chooser finding_boundaries findings golden line_details parameters rule_days rule_files \
  strict_json top_ups trace unchangeable unconfirmed_readings what_if what_if_pages worked_tables \
  hours_checks match receivables receivables_rules work_time claims claims_own_share requirements_columns requirements_rules requirements_slots requirements_table) tests/subsidies/gate tests/monitoring/follow_up \
  $(patsubst %,tests/subsidies/test_%.py, clocks clocks_around) \
  $(patsubst %,tests/monitoring/test_%.py, clocks clock_kinds due_reminders hours risk)

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: ## only the set-up: system packages, .venv, services, migrations
	@.ci/setup test
	@echo "Preparing the database" && $(PYTHON) manage.py migrate --verbosity 0

run: ## set up, start everything with demonstration data, print the address (PORT=8123 picks the port)
	@.ci/setup run
	@exec $(PYTHON) -m vapup.embedded.supervisor $(PORT)

test: ## every check and test that CI runs
	@.ci/setup test
	@$(MAKE) --no-print-directory check
	@echo "Testing" && $(PYTHON) -m pytest -m "not nightly" -q -n 2 --dist loadfile --no-loadscope-reorder

check: ## format, lint, types, import contracts, migrations, deployment settings
	@.ci/setup test
	@echo "Checking" && $(PYTHON) -m ruff format --check -q . && $(PYTHON) -m ruff check -q .
	@.venv/bin/lint-imports --no-logo | tail -n 3 && exit $${PIPESTATUS[0]}
	@.venv/bin/check-jsonschema -q --builtin-schema vendor.compose-spec docker-compose.yml
	@$(PYTHON) -m mypy
	@VAPUP_INSTANCE=test $(PYTHON) manage.py makemigrations --check --dry-run
	@set -a && . tests/production.env && set +a && $(PYTHON) manage.py check --deploy --fail-level WARNING

coverage: ## every branch of the rules and of the counting of days, by the tests that are about them
	@.ci/setup test
	@$(PYTHON) -m pytest -m "not nightly" -q $(RULE_TESTS) --cov=subsidies.rules --cov=subsidies.selectors.clocks --cov=monitoring.rules \
	  --cov=vapup.shared.dates --cov=vapup.shared.rule_data --cov-branch \
	  --cov-report=term-missing:skip-covered --cov-fail-under=100

nightly: ## the tests that are too long for every commit, and the coverage of the rules
	@.ci/setup test
	@$(MAKE) --no-print-directory coverage
	@$(PYTHON) -m pytest -m nightly -q -n 2 --dist loadfile --no-loadscope-reorder

bench: ## measure; prints one JSON object a line
	@.ci/setup bench
	@$(PYTHON) -m tests.bench

reliability: ## reminders under killed workers, outages, failing mail servers and silence; one JSON object a line
	@.ci/setup test
	@$(PYTHON) -m tests.reliability

lock: ## pin requirements/*.in, with hashes, into requirements/*.txt
	@for set in base dev bench; do UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip compile -q requirements/$$set.in --python-version 3.11 \
	  --python-platform linux --generate-hashes --no-header --no-annotate -o requirements/$$set.txt; done

format: ## format the code
	@$(PYTHON) -m ruff format -q . && $(PYTHON) -m ruff check -q --fix .
