# hoidap: ask articles, get quotes. `make` lists the targets.
PYTHON ?= python3
VENV   ?= .venv
DATA   ?= ../shared/data
INDEX  ?= .hoidap
PIP     = $(VENV)/bin/python -m pip --disable-pip-version-check
TORCH   = torch==2.13.0
EXAMPLES = khi nào SCO Astana?,Kim ngạch thương mại Nga – Trung năm 2023?,ngoai truong Nga la ai,When is the SCO summit in Astana?

.PHONY: help install build ask serve test fuzz check e2e eval eval-all bench bench-peers train clean

help:  ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(PIP) install -q --index-url $(TORCH_INDEX) $(TORCH))
	$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -q -c constraints.txt -e '.[dev,train]'
	@touch $@

install: $(VENV)/.run  ## Set up .venv (TORCH_INDEX=URL takes torch from there: CPU wheels on Linux)

build: $(VENV)/.run  ## Index the articles of seeds/
	$(VENV)/bin/hoidap build seeds --index $(INDEX)

ask: build  ## Ask on the command line: make ask Q="khi nào SCO Astana?"
	$(VENV)/bin/hoidap ask --index $(INDEX) "$(or $(Q),khi nào SCO Astana?)"

serve: build  ## Set up, index seeds/, serve API and chat page at http://127.0.0.1:8000
	HOIDAP_EXAMPLES="$${HOIDAP_EXAMPLES-$(EXAMPLES)}" $(VENV)/bin/hoidap serve --index $(INDEX)

test: $(VENV)/.dev  ## Run the tests (no network, no browser)
	$(VENV)/bin/python -m pytest -m "not e2e"

fuzz: $(VENV)/.dev  ## Thousands of requests, valid and not, made of the OpenAPI document; prints what was answered
	HOIDAP_FUZZ=300 $(VENV)/bin/python -m pytest tests/api/test_schema_fuzz.py

check: $(VENV)/.dev  ## Lint, format, types, layers, known vulnerabilities (where PyPI can be asked)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest tests/test_layers.py tests/test_documents.py
	$(VENV)/bin/python .ci/audit.py

e2e: $(VENV)/.dev  ## Drive the pages in Chromium and Firefox (HOIDAP_CHROMIUM=/usr/bin/chromium, HOIDAP_FIREFOX=firefox-esr)
	$(VENV)/bin/python -m pytest -m e2e

eval: $(VENV)/.run  ## Hold the answers against what they were: OK, drift or FAIL; pages in .cache/eval
	$(VENV)/bin/hoidap bench gate --fast --report .cache/eval

eval-all: $(VENV)/.run  ## The same for every condition, also the slow ones
	$(VENV)/bin/hoidap bench gate --report .cache/eval

bench: build  ## Measure speed, and how it grows: make bench INDEXES="DIR DIR"; the plot is .cache/growth.svg
	$(VENV)/bin/hoidap bench speed --index $(INDEX)
	mkdir -p .cache
	$(VENV)/bin/hoidap bench growth $(INDEX) $(INDEXES) --chart .cache/growth.svg

bench-peers: $(VENV)/.run  ## Lay hoidap beside txtai and Haystack, which get environments of their own
	$(VENV)/bin/hoidap bench peers

train: $(VENV)/.dev  ## Make the models and weights from DATA (default ../shared/data; four hours)
	$(VENV)/bin/python -m train.embedder --data $(DATA) --out index/models/embedder
	$(VENV)/bin/python -m train.spelling --data $(DATA)
	$(VENV)/bin/python -m train.foreign --data $(DATA)
	$(VENV)/bin/python -m train.fusion --data $(DATA)
	$(VENV)/bin/python -m train.base --out .cache/base
	$(VENV)/bin/python -m train.reader --data $(DATA) --base .cache/base
	$(VENV)/bin/python -m train.calibrate --data $(DATA) --order
	$(VENV)/bin/python -m train.calibrate --data $(DATA)

clean:  ## Remove the environment and the index
	rm -rf $(VENV) $(INDEX)
