"""The examples in the docstrings of `tools/` are true."""

import doctest
import importlib
import pkgutil

from odoo.addons.sales_target_mgmt import tools
from odoo.tests import BaseCase, tagged


@tagged("post_install", "-at_install")
class TestToolsDoctest(BaseCase):
    def test_examples(self):
        examples = 0
        for found in pkgutil.walk_packages(tools.__path__, f"{tools.__name__}."):
            with self.subTest(module=found.name):
                result = doctest.testmod(importlib.import_module(found.name))
                self.assertFalse(result.failed)
                examples += result.attempted
        self.assertGreater(examples, 0)
