# Everything a newcomer does is one of these words. `make help` lists them.
BOX_PORT ?= 8080
HUB_PORT ?= 8081
# How many tests run at once; tests wait for conditions, so a little more than the cores is right.
JOBS ?= 3
# How long `make fuzz` hunts each target, in seconds.
FUZZ_SECONDS ?= 600
python := .venv/bin/python
# Where nothing keeps bytecode, each start of a box or a command compiles 400 files anew: nearly a second of processor.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help bundle demo hub-demo demo-reset test check bench fuzz samples pictures translations image image-check lock clean
.DEFAULT_GOAL := help

help: ## list these words
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

demo: ## start a box and a hub with sample lessons (BOX_PORT, HUB_PORT; stop with Ctrl-C)
	@deploy/environment.sh box
	@BOX_PORT=$(BOX_PORT) HUB_PORT=$(HUB_PORT) exec $(python) -m deploy.demo

hub-demo: ## start a hub with a whole country to click through (HUB_PORT; the first time takes minutes)
	@deploy/environment.sh box
	@HUB_PORT=$(HUB_PORT) exec $(python) -m deploy.demo.country

demo-reset: ## forget what the demos made
	@for made in .demo .country; do \
	if [ ! -d $$made ] || flock -n $$made/lock rm -rf $$made; then :; \
	else echo "A demo is running. Stop it first (Ctrl-C), then: make demo-reset" >&2; exit 1; fi; done; \
	echo "Forgotten. The next 'make demo' starts from nothing."

check: ## style, types, layers
	@deploy/environment.sh test
	$(python) -m ruff check .
	$(python) -m mypy
	.venv/bin/lint-imports

test: ## everything: checks, then all tests
	@deploy/environment.sh test
	@deploy/test-tools.sh
	@$(MAKE) --no-print-directory check
	$(python) -m pytest -n $(JOBS) --dist loadgroup

bench: ## figures beside a peer, printed and never asserted
	@deploy/environment.sh test
	@deploy/test-tools.sh
	$(python) -m tests.bench

fuzz: ## hunt for inputs that break a parser (FUZZ_SECONDS each; nothing else, x86_64 only)
	@deploy/environment.sh test
	nice -n 19 $(python) -m tests.fuzz all --seconds $(FUZZ_SECONDS)

bundle: ## a newer program to be signed, in .bundle (NEWS="sq=..." NEWS_EN="en=...")
	@deploy/environment.sh box
	@$(python) -m deploy.raspberrypi.program.bundle .bundle --news "$(NEWS)" $(if $(NEWS_EN),--news "$(NEWS_EN)")

samples: ## make videos, worksheets and captions of the sample lessons anew (needs espeak-ng)
	@deploy/environment.sh author
	$(python) -m content_packs.samples.make

pictures: ## take the pictures of README and help from a running, fresh demo
	@deploy/environment.sh test
	@deploy/test-tools.sh
	$(python) -m deploy.demo.pictures

translations: ## what the languages of the pages lack (OF=sr: one language in full)
	@deploy/environment.sh test
	@$(python) -m deploy.translations $(OF)

image: ## build the image for a Raspberry Pi into .image/out (settings: deploy/raspberrypi/image/README.md)
	@deploy/environment.sh box
	@deploy/raspberrypi/image/tools.sh
	@$(python) -m deploy.raspberrypi.image

image-check: ## build the image twice, compare, look inside, start it in an emulated machine (an hour)
	@deploy/environment.sh box
	@deploy/raspberrypi/image/tools.sh check
	@$(python) -m deploy.raspberrypi.image.check

lock: ## choose the newest allowed versions and write the hashes (needs uv)
	deploy/lock.sh

clean: ## remove what was made here
	rm -rf .venv .bundle .demo .country .fuzz .image .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
