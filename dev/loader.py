"""Print the tests that `odoo-bin --test-tags` would run for this addon, as pytest names them."""

import json
import os

import odoo.tests
import odoo.tools
from odoo.tests import loader

from . import places

POSITIONS = ("at_install", "post_install")


def name_of(test):
    module = type(test).__module__.rpartition(".")[2]
    return f"tests/{module}.py::{type(test).__name__}::{test._testMethodName}"


def main():
    odoo.tools.config.parse_config(
        ["-c", os.environ["ODOO_RC"], "--no-http", f"--test-tags=/{places.ADDON}"], setup_logging=False
    )
    tests = [test for position in POSITIONS for test in loader.make_suite([places.ADDON], position)]
    print(json.dumps([name_of(test) for test in tests]))


if __name__ == "__main__":
    main()
