PYTHON ?= python3
PORT ?= 8069
DB ?= sales_demo
RUN = $(PYTHON) -m dev

.PHONY: help demo serve shell test retest test-core bench real lint format translate setup clean
.DEFAULT_GOAL := help

help: ## list these
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## create the demo database once and serve it [PORT=]
	@$(RUN) demo --port $(PORT)

serve: ## serve an existing database [DB= PORT=]
	@$(RUN) serve --db $(DB) --port $(PORT)

shell: ## an Odoo shell on an existing database [DB=]
	@$(RUN) shell --db $(DB)

test: ## lint, then every test on a new database
	@$(RUN) setup
	@$(RUN) lint
	@$(RUN) test

retest: ## some tests on the kept test database [SELECT="tests/test_x.py -k name"]
	@$(RUN) test --keep --select "$(SELECT)"

test-core: ## Odoo's own tests with and without the addon [SELECT="crm sale/tests/test_sale_order.py"]
	@$(RUN) test-core --select "$(SELECT)"

bench: ## speed and scale against SQL and core [FULL=1] [ONLY=credit]
	@$(RUN) bench

real: ## load a real data set and check every figure [DATA=folder]
	@$(RUN) real --data "$(DATA)"

lint: ## ruff, pylint-odoo, prettier
	@$(RUN) lint

format: ## mend what lint can mend
	@$(RUN) lint --fix

translate: ## bring the translations to the terms the addon has now
	@$(RUN) translate

setup: ## fetch everything the other commands need
	@$(RUN) setup

clean: ## remove this checkout's databases and build files
	@$(RUN) clean
