# Everything a person does with this repository from the command line; `make help` lists it.
#
# Needs Rust 1.95 or newer, a C compiler, and a python3 (3.9 or newer) with pip, which only
# downloads wheels and runs the test drivers: Adder itself contains no CPython.

PYTHON ?= python3
CARGO ?= cargo
# The parser crates declare a newer compiler than the one they need (see CONTRIBUTING.md).
CARGO_FLAGS ?= --ignore-rust-version
# The numpy release that `env` gets; empty means the one that tools/env.lock names first.
NUMPY ?=
# CPython 3.14, the author of all expected answers. `make oracle` puts it there.
ORACLE ?= build/oracle/bin/python
# Programs that run at the same time in the tests.
JOBS ?= 2
# What else `numpy-suite` is to do, e.g. SUITE="--only lib/tests/test_io.py".
SUITE ?=
# What `cpython-tests` is to run; nothing means all.
MODULES ?=

ADDER = target/release/adder
ENV_PYTHON = env/bin/python

.DEFAULT_GOAL := help
.PHONY: help toolchain build env headers demo test bench numpy-suite cpython-tests oracle bless lint

help:
	@echo 'make build         the adder executable, in $(ADDER)'
	@echo 'make env           a virtual environment in env/: adder, numpy, pytest, hypothesis (NUMPY=2.4.6 for another numpy)'
	@echo 'make headers       CPython 3.14 C headers in env/include, to compile extension modules against'
	@echo 'make demo          runs the programs of examples/ and compares them with what CPython prints'
	@echo 'make test          every test of the project'
	@echo "make numpy-suite   numpy's own tests, held against their outcomes on CPython (SUITE=... for options)"
	@echo "make cpython-tests CPython's own tests of the language and the standard library (needs make oracle)"
	@echo 'make bench         benchmarks against CPython, written to benches/README.md'
	@echo 'make oracle        installs CPython 3.14 in build/oracle, to compare with'
	@echo 'make bless         records what CPython prints for tests and examples'
	@echo 'make lint          formatting and clippy'

toolchain:
	@command -v $(CARGO) > /dev/null || { echo 'Adder is written in Rust: install Rust 1.95 or newer, see https://rustup.rs'; exit 1; }
	@command -v cc > /dev/null || { echo 'A C compiler is needed (Debian: apt-get install gcc libc6-dev)'; exit 1; }
	@rustc --version | awk '{ split($$2, v, "."); if (v[1] == 1 && v[2] < 95) { print "Rust 1.95 or newer is needed; this is " $$2; exit 1 } }'

build: toolchain
	$(CARGO) build --release $(CARGO_FLAGS) -p adder

env: build
	$(PYTHON) tools/make_env.py $(if $(NUMPY),--numpy $(NUMPY))

# The base of env/ is the folder above the executable's, and sysconfig looks for headers there.
headers:
	tools/headers env/include/python3.14
	ln -sfn ../env/include target/include

demo: env
	$(PYTHON) tools/run_examples.py --show $(ENV_PYTHON)

test: toolchain
	$(PYTHON) tools/run_tests.py --jobs $(JOBS)

numpy-suite: build headers
	$(PYTHON) tools/make_env.py --build-tools $(if $(NUMPY),--numpy $(NUMPY))
	$(PYTHON) -m numpy_compat_suite $(SUITE) $(ENV_PYTHON)

# The tests come with the oracle; MODULES="test.test_list test.test_io" for some of them.
cpython-tests: build
	$(PYTHON) tests/run_cpython_tests.py $(ADDER) $(MODULES)

bench: env
	$(PYTHON) benches/run.py $(ORACLE) $(ENV_PYTHON)

oracle:
	tools/oracle --with-numpy $(CURDIR)/build/oracle

bless:
	$(PYTHON) tools/bless.py $(ORACLE)

lint: toolchain
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(CARGO_FLAGS) --workspace --all-targets -- -D warnings

