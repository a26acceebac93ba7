# Everything that a person or CI starts. Each target sets up what it needs by itself; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Where it is set (container images like to), every command here would compile all of govnet again at its start, and pytest every test.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: up test preview check lint bench prove release down help
GOVNET := .venv/bin/govnet
# Which sites `make up` deploys and `make preview` shows: `all`, or some of them by name. Deployed are those that have stack files (stacks/).
SITES ?= all

up: ## 从空机器到两个站点：装好环境、引擎和内置云，部署所有层，建好并配置主机，用数据包验证（root，Debian 12）；只要一些站点：make up SITES=…
	@python3 tools/bootstrap.py --lab
	@$(GOVNET) engine --background
	@$(GOVNET) lab up
	@$(GOVNET) engine
	@$(GOVNET) up $(filter-out all,$(SITES))
	@$(GOVNET) configure $(filter-out all,$(SITES))
	@$(GOVNET) verify $(filter-out all,$(SITES))
	@$(GOVNET) summary

test: ## 运行全部测试，包括在内置云上的测试（root，Debian 12）
	@python3 tools/bootstrap.py --lab
	@$(GOVNET) engine --background
	@$(GOVNET) lab up
	@$(GOVNET) engine
	@.venv/bin/pytest -n 2

preview: ## 预览全省 15 个站点的所有栈，含规划中的：不需要 root、云和内置云；只要一些站点：make preview SITES=…
	@python3 tools/bootstrap.py
	@$(GOVNET) engine
	@GOVNET_OFFLINE=1 $(GOVNET) preview $(filter-out all,$(SITES))

check: ## 检查声明：读取、编译、规则，不碰任何云
	@python3 tools/bootstrap.py
	@$(GOVNET) check

lint: ## 代码风格、类型、导入方向
	@python3 tools/bootstrap.py
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/ansible-lint playbooks

bench: ## 重新测量 docs/benchmarks.md 里的数字（root，Debian 12）；只测一部分：make bench PART=…
	@python3 tools/bootstrap.py --lab
	@$(GOVNET) engine
	@.venv/bin/python -m tests.bench $(PART)

prove: ## 长时间的证明：断电、杀进程等，结果写入 docs/proofs/，中断后接着做（root，Debian 12）
	@python3 tools/bootstrap.py --lab
	@$(GOVNET) engine
	@.venv/bin/pytest -o 'python_files=prove_*.py' tests/proofs

release: test ## 可以发布吗：全部测试，并且没有过期的证明
	@.venv/bin/python -m tests.proofs

down: ## 拆掉已部署的各层，停掉内置云
	@python3 tools/bootstrap.py
	@$(GOVNET) down
	@$(GOVNET) lab down

help: ## 显示本说明
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
