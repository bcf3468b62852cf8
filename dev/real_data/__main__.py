"""`python -m dev.real_data DATABASE FOLDER`: load, plan, compare; 1 when a figure differs."""

import sys
from importlib import import_module
from pathlib import Path

import odoo.tools

if __name__ == "__main__":
    # before it is configured Odoo does not know where this addon lies
    odoo.tools.config.parse_config(["-d", sys.argv[1], "--no-http", "--log-level=error"])
    sys.exit(import_module("dev.real_data.load").main(sys.argv[1], Path(sys.argv[2])))
