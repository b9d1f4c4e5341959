# Everything happens in .venv, made from constraints.txt; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard kiosk/locale/*/LC_MESSAGES/*.po))
WORKERS ?= 2

.PHONY: help run test test-web check check-deploy shots setup texts clean

run: setup ## the terminal, on an embedded database with a demonstration catalogue
	$(BIN)/kiosk run

test: setup ## every test that needs nothing but Python
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not web"

test-web: setup ## the web pages in Debian's Chromium, installed if it is missing
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-noto-cjk; }
	$(BIN)/python -m pytest -m web

check: setup ## format, lint, types, layers, dependencies
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .

check-deploy: ## the installer and the units of deploy/, by shellcheck and systemd-analyze, installed if they are missing
	@command -v shellcheck >/dev/null && command -v systemd-analyze >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends shellcheck systemd; }
	shellcheck deploy/*.sh deploy/kiosk-*
	deploy/check-units.sh

shots: setup ## every screen as PNG, into shots/
	@fc-list 2>/dev/null | grep -q "Noto Sans Mono CJK SC" || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends fontconfig fonts-noto-cjk; }
	$(BIN)/python -m tests.snapshots.shots shots

texts: setup ## collect the texts of the program into the catalogues, for translating
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --keywords tr --add-location file --omit-header --output .texts.pot kiosk screens
	$(BIN)/pybabel --quiet update --domain kiosk --input-file .texts.pot --output-dir kiosk/locale \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
	rm .texts.pot

setup: $(READY) $(CATALOGUES) ## the .venv with everything in it

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

%.mo: %.po | $(READY)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

clean: ## remove what make made
	rm -rf $(VENV) shots
