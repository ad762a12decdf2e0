# The few commands that everybody needs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := bash
export CARGO_TERM_COLOR ?= auto

.PHONY: help run build web test test-proxies simulation faults check bench fmt tools clean dist deb test-package test-image test-chart

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: build ## build everything and start the server at http://127.0.0.1:8065
	./target/release/guildhall serve

build: web ## build the web client and the server (release)
	cargo build --release --package guildhall

web: web/dist/index.html ## build the web client

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run build
	@touch $@

tools: ## install what the tests need (Debian packages, Python and npm clients)
	scripts/install-test-tools

test: tools web ## run every test, on all three databases and in a real browser
	scripts/check-dependencies
	scripts/check-packaging
	cargo build -p guildhall-markup --example structure
	cd web && GUILDHALL_STRUCTURE=../target/debug/examples/structure npm test
	scripts/test-databases run scripts/test-everything

test-proxies: web ## test all four proxies with a 3 GB upload and clients that are slow for minutes (release build)
	scripts/install-test-tools all-proxies
	cargo build --release --package guildhall
	cd tests && GUILDHALL_BIN=$(CURDIR)/target/release/guildhall GUILDHALL_TEST_PROXIES=nginx,haproxy,haproxy-tcp,caddy,apache \
		GUILDHALL_PROXY_UPLOAD_BYTES=3221225472 GUILDHALL_PROXY_SLOW=1 \
		node --test --test-concurrency=1 --test-reporter=spec proxy/*.test.mjs

SEEDS ?= 10000

simulation: ## simulate the hub and the dispatcher with SEEDS=10000 seeds, see docs/TESTING.md
	GUILDHALL_SIMULATION_SEEDS=$(SEEDS) scripts/test-simulation every_seed --nocapture

faults: tools web ## break processes, disks, databases and clocks under load, many times; writes docs/ops/FAULTS.md (root)
	GUILDHALL_FAULTS=long scripts/test-databases run cargo test --package guildhall --test faults -- \
		--include-ignored --skip soak::soak --test-threads=1 --nocapture

check: tools web ## format, lint, types, and every test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --workspace --features guildhall-simulation/simulation --test simulation -- -D warnings
	cd web && npm run lint && npm run check
	$(MAKE) test

BENCH ?= --duration 5 --out bench/results/local.json

bench: ## measure the server (release build); BENCH="posts --clients 8" chooses, see bench/README.md
	cargo build --release --package guildhall
	cargo build --release --manifest-path bench/Cargo.toml
	bench/target/release/guildhall-bench $(BENCH)

dist: ## build the files of a release in dist/, see docs/RELEASING.md
	scripts/build-release

deb: dist ## build the Debian package in dist/
	scripts/build-deb

test-package: ## install, upgrade, remove and purge what `make deb` has built, in a clean Debian (root)
	scripts/install-packaging-tools images
	packaging/test/deb

test-image: ## build the container image of what `make dist` has built, and start it (root)
	scripts/install-packaging-tools images
	packaging/test/image

test-chart: ## render the Helm chart, and check it and the cloud-init files (root)
	scripts/install-packaging-tools chart
	packaging/test/chart

fmt: ## format the code
	cargo fmt --all
	cargo fmt --manifest-path bench/Cargo.toml

clean: ## remove what was built, never the data
	cargo clean
	cargo clean --manifest-path bench/Cargo.toml
	rm -rf dist web/dist web/node_modules tests/node_modules tests/.venv
