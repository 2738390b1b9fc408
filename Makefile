# One door for developers: `make help` lists every command; CI calls the same ones.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python of this machine that is new enough; or PYTHON=/path/to/python.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
BIN := .venv/bin
# Bytecode is wanted, whatever the machine says: Airflow starts many times slower without it.
unexport PYTHONDONTWRITEBYTECODE
ARGS ?=
COMPILE := pip compile --universal --python-version 3.11 --no-header --no-annotate

.PHONY: help run cluster cluster-stop cluster-test stop clean logs ps venv test chaos fuzz check docs format bench shots lock vendor

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: venv ## Start everything, set up a demo site and watch its pipeline turn keywords into articles
	@$(BIN)/igny8 demo

stop: ## Stop every process of the stack; the data stays
	@if [ -x $(BIN)/igny8 ]; then $(BIN)/igny8 down; else echo "Nothing is installed, so nothing runs."; fi

cluster: export IGNY8_CLUSTER := true
cluster: venv ## Start the production shape as processes: Redis, PgBouncer, two schedulers, API servers and workers
	@$(BIN)/igny8 up

cluster-stop: stop ## Stop the cluster; the data stays, and `make run` goes on with it

cluster-test: export CLUSTER_TEST := all
cluster-test: export CHAOS_ROUNDS ?= 5
cluster-test: venv ## Journeys, run control and chaos on a cluster, with everything in it killed and cut off
	@$(BIN)/python -m pytest -s tests/cluster tests/journey/test_site_pipeline.py tests/journey/test_run_control.py \
		tests/journey/test_chaos.py $(ARGS)

clean: stop ## Stop the stack and remove its data and the virtual environment
	@rm -rf .igny8 .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

logs: venv ## Follow the logs of all services; one service: make logs ARGS=scheduler
	@$(BIN)/igny8 logs --follow $(ARGS)

ps: venv ## Show the services and their memory
	@$(BIN)/igny8 ps

venv: ## Make .venv from requirements-dev.txt; at once where it is up to date
	@$(PYTHON) -I igny8_lib/stack/virtualenv.py

test: venv ## Run all tests, or some: make test ARGS=tests/lib/credits; in this process: ARGS=-n0
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

chaos: export CHAOS_ROUNDS ?= 20
chaos: venv ## Kill -9 anything at random moments, for CHAOS_ROUNDS rounds; CHAOS_SEED=n repeats a sequence
	@$(BIN)/python -m pytest -s tests/journey/test_chaos.py $(ARGS)

fuzz: export FUZZ_EXAMPLES ?= 100
fuzz: venv ## Send the API FUZZ_EXAMPLES requests that nobody thought of, of each kind, to each operation as everybody
	@$(BIN)/python -m pytest -n auto tests/plugins/web/test_fuzz.py --hypothesis-profile=explore $(ARGS)

check: venv ## Lint, types, import rules, formatting, generated docs, known vulnerabilities of packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/dags.py --check
	$(BIN)/python docs/settings.py --check
	$(BIN)/python docs/api.py --check
	$(BIN)/python docs/rules_facts.py --check
	$(BIN)/python -m tests.deployment.audit

docs: venv ## Write docs/DAGs.md from the runbooks, docs/API.md from the routes, tables of settings and of rules' facts
	@$(BIN)/python docs/dags.py
	@$(BIN)/python docs/settings.py
	@$(BIN)/python docs/api.py
	@$(BIN)/python docs/rules_facts.py

format: venv ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: venv ## Measure speed, memory, start-up and how good clusters are; JSON lines, then a table
	@PYTHONPATH=plugins $(BIN)/python -m tests.bench $(ARGS)

shots: venv ## Take a picture of every page, light and dark, wide and narrow, into shots/: make shots ARGS=folder
	@$(BIN)/python -m tests.browser.shots $(ARGS)

vendor: venv ## Restore the pages' scripts of others from npm; take new versions: make vendor ARGS=--accept
	@$(BIN)/python plugins/igny8_web/vendoring.py $(ARGS)

lock: venv ## Renew requirements.txt and requirements-dev.txt from requirements.in and requirements-dev.in
	$(BIN)/uv $(COMPILE) --generate-hashes requirements.in -o requirements.txt
	$(BIN)/uv $(COMPILE) requirements-dev.in -o requirements-dev.txt
