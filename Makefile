# `make` lists what there is. Anything longer than a line is a script in scripts/.

export PORT STATE VARS ARGS ROUTE VERSION FILE KEYS

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## install what is missing: wasm target, npm packages, cargo tools, checkers
	@scripts/setup.sh

.PHONY: dev
dev: ## set up, build and run the service locally: PORT=8787 STATE=.state VARS="K:V K:V"
	@exec scripts/dev.sh

.PHONY: status
status: ## whether it runs, where to click and what to paste: STATE=.state
	@scripts/with-env.sh node scripts/status.mjs

.PHONY: demo
demo: ## the whole journey against the running service, a line a step with its time
	@scripts/with-env.sh node scripts/demo.mjs

.PHONY: rehearse
rehearse: build ## move a partner, set a home and the directory back and restore them as the runbook says, on a state of its own: a minute or two
	@scripts/with-env.sh node --no-warnings scripts/rehearse.mjs

.PHONY: client
client: ## a partner and its client's credentials: NAME=acme [SCOPES=.. ROLES=.. PARTNER=prt_.. IN=HOME_..], elsewhere than here REMOTE=1 ENV=staging
	@scripts/with-env.sh node scripts/client.mjs

.PHONY: kyc
kyc: ## the KYC provider's word on a local user: USER=usr_... STATUS=VERIFIED [REASON=.. GIVEN_NAME=.. SURNAME=..]
	@scripts/with-env.sh node scripts/kyc.mjs

.PHONY: cron
cron: ## a run of the cron on the local service, where none runs by itself: purge, archive, moves
	@scripts/with-env.sh node scripts/cron.mjs

.PHONY: test
test: ## set up, check, build and run every test: ARGS="--test api otp" runs only those
	@scripts/test.sh

.PHONY: quick
quick: ## the loop while writing: formatting, clippy, unit tests and API tests
	@scripts/quick.sh

.PHONY: soak
soak: ## SOAK_MINUTES=10 of load, the invariants of its rows, the long runs of the model, the protocols and every property: an hour
	@scripts/soak.sh

.PHONY: bench
bench: ## measure the service against its peers, and write docs/performance.md: about 10 minutes; GROWTH=1: by the number of users instead
	@scripts/bench.sh $(ARGS)

.PHONY: scale
scale: ## replay a day of 1, 10 and 100 million daily users over homes, and write docs/scale.md: ARGS=--help
	@exec scripts/with-env.sh node --no-warnings bench/scale.mjs $(ARGS)

.PHONY: profile
profile: ## where the time of a route goes: ROUTE="GET /v1/user/me", which it is if none is given
	@scripts/profile.sh

.PHONY: build
build: setup ## the wasm and its shim, into build/
	@scripts/build.sh

.PHONY: screenshots
screenshots: ## the pictures in docs/images/, of the pages as they are
	@scripts/screenshots.sh

.PHONY: check
check: setup ## formatting, clippy for both targets, spelling, scripts, the document, dependencies
	@scripts/check.sh

.PHONY: openapi
openapi: setup ## openapi.json and docs/errors.md anew, from the code
	@scripts/rewrite-documents.sh

.PHONY: fmt
fmt: setup ## format the code
	@scripts/with-env.sh cargo fmt

.PHONY: deploy-dry-run
deploy-dry-run: build ## what would be uploaded to staging and production, without an account, and that neither lacks a binding
	@scripts/with-env.sh node scripts/bindings.mjs

.PHONY: reproduce
reproduce: ## whether two builds in two folders make the same wasm: about 4 minutes
	@scripts/reproduce.sh

.PHONY: release
release: ## everything of a release but its push and deploy, into release/ and a tag: VERSION=0.3.0
	@scripts/release.sh

.PHONY: verify-custody
verify-custody: ## derive every line of an export again: FILE=secrets/export.ndjson, the extended keys in CUSTODY_XPUB or KEYS=file
	@[ -x "$${CARGO_TARGET_DIR:-target}/release/verify-custody" ] || echo "The first time it is built, which takes a minute or two." >&2
	@scripts/with-env.sh cargo run --quiet --locked --release --package verify-custody -- "$$FILE"

.PHONY: clean
clean: ## remove what was built; the local state, .dev.vars and the tools stay
	rm -rf build target web/dist .wrangler
