"""Install addons in a database that has ours, and run tests in the process that has installed them.

Odoo's own `--test-tags` would run the tests of the installed addons only.
"""

import os
import sys
import threading

import odoo
from odoo.modules.registry import Registry
from odoo.tests import loader

from . import places


def main(name, klass, *addons):
    """Exit with a fault when a test failed, or none ran.

    :param name: the database
    :param klass: name of the test class
    """
    tags = f"--test-tags=stm_neighbours/{places.ADDON}:{klass}"
    odoo.tools.config.parse_config(
        ["-c", os.environ["ODOO_RC"], "-d", name, "--no-http", tags], setup_logging=True
    )
    threading.current_thread().dbname = name
    Registry.new(name, update_module=True, install_modules=addons)
    result = loader.run_suite(loader.make_suite([places.ADDON], "post_install"))
    if not result.testsRun or not result.wasSuccessful():
        sys.exit(f"{result.testsRun} tests, {result.failures_count} failed, {result.errors_count} in error")


if __name__ == "__main__":
    main(*sys.argv[1:])
