# WhisperHub's few commands. `make help` explains them.
.DEFAULT_GOAL := help
.PHONY: help run test test-host lint bench bench-load translations lock sbom audit
IN_VENV := .venv/bin/python
# What can differ by the database or the queue: locks, transactions, constraints, JSON, orders and collations, the search,
# sums by day and zone, messages, and every route and page once, since each asks its own queries. How an answer is written,
# refused or rendered is not the database's to say.
UNITS_ON_SERVICES := $(addprefix tests/,models lifecycle search library editing \
	$(patsubst %,resumable/test_%.py,beginning finishing protocol sweeping) \
	api/test_permission_matrix.py api/test_every_operation.py api/v1 api/openai/test_stream.py \
	$(patsubst %,api/test_%.py,connection idempotency keys limits places usage waiting webhooks) \
	$(patsubst %,web/test_%.py,bin bulk edits history known library library_live review runs search) \
	$(patsubst %,admin/test_%.py,audit dashboard permission_matrix queue transcripts usage users))
# The same of the real processes, longest first. A browser, a format or a link sees the same pages above either.
ON_SERVICES := $(patsubst %,tests/e2e/test_%.py,crashes second_host backup machine_clients strained waiting resumable_uploads migrations)
# Tests of a running stack wait more than they work: four at a time, even on two cores. A file keeps its stack. xdist would
# begin with the files of most tests; as they are listed, tests/chaos comes first: two tests that wait for minutes.
STACKS_BESIDE := -n 4 --dist loadfile --no-loadscope-reorder
# By their mark: to collect all other tests too takes each of the four ten seconds.
WITH_STACKS = $(sort $(shell grep -rlw --include='test_*.py' mark.e2e tests))

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: .venv/.runtime ## Start the whole service on this machine; Ctrl-C ends it
	@exec $(IN_VENV) manage.py run

test: .venv/.development ## All tests that can run here: embedded stack first, then PostgreSQL + Redis where they answer
	$(IN_VENV) -m pytest -n logical --maxprocesses 8 -m "not e2e and not host"
	$(IN_VENV) -m pytest $(STACKS_BESIDE) -m e2e $(WITH_STACKS)
	WHISPERHUB_TEST_STACK=services $(IN_VENV) -m pytest -n logical --maxprocesses 8 $(UNITS_ON_SERVICES)
	WHISPERHUB_TEST_STACK=services $(IN_VENV) -m pytest $(STACKS_BESIDE) $(ON_SERVICES)

test-host: .venv/.development ## The setup's real steps on a bare Debian in a folder (root, minutes)
	$(IN_VENV) -m pytest -rs -m host tests/deploy/test_host.py

lint: .venv/.development ## Format, lint, types, import rules, migrations, production checks
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy .
	.venv/bin/lint-imports
	$(IN_VENV) manage.py makemigrations --check --dry-run
	WHISPERHUB_HTTPS=true WHISPERHUB_TRUSTED_PROXIES=127.0.0.1/32 $(IN_VENV) manage.py check --deploy --fail-level WARNING
	@if command -v shellcheck >/dev/null; then shellcheck deploy/*.sh deploy/lib/*.sh deploy/whisper-manage .ci/run; else echo "SKIPPED shellcheck: not installed"; fi

bench: .venv/.development ## Measure the service against bare faster-whisper; tables go to benchmarks/
	$(IN_VENV) -m benchmarks.service
	$(IN_VENV) -m benchmarks.memory

bench-load: .venv/.development ## Two hundred waiting programs, a hundred open pages and twenty large uploads at once
	$(IN_VENV) -m benchmarks.load

translations: .venv/.development ## Take newly marked strings into the catalogues, and compile them (needs GNU gettext)
	$(IN_VENV) manage.py makemessages -l de -l es --ignore .venv --ignore var --ignore tests --ignore demo --no-location --no-wrap --no-obsolete
	$(IN_VENV) manage.py compilemessages --ignore .venv

lock: .venv/.development ## Write the requirement locks anew from the *.in files
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-oidc.in -o requirements-oidc.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt

sbom: .venv/.development ## Write sbom.json: what the service is made of, as CycloneDX
	.venv/bin/uv tool run -q --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements-oidc.txt --output-format JSON -o sbom.json

audit: .venv/.development ## Ask the advisory databases of PyPI and npm about every pinned package
	@deploy/audit.sh

.venv/.runtime: requirements.txt
	@deploy/make-venv.sh requirements.txt
	@touch $@

.venv/.development: requirements-dev.txt
	@deploy/make-venv.sh requirements-dev.txt
	@touch $@ .venv/.runtime
