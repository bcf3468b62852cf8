"""Two fields of one name cannot be told apart where people filter, group and export."""

from collections import defaultdict

from odoo.tests import TransactionCase, tagged

ADDON = "sales_target_mgmt"


@tagged("post_install", "-at_install")
class TestLabels(TransactionCase):
    def test_no_two_fields_of_a_model_have_the_same_label(self):
        doubled = []
        for model in self.env.values():
            names = defaultdict(list)
            for field in model._fields.values():
                names[field.string].append(field)
            doubled += [
                f"{model._name}: {label} ({', '.join(field.name for field in fields)})"
                for label, fields in names.items()
                if len(fields) > 1 and any(ADDON in field._modules for field in fields)
            ]
        self.assertFalse(doubled)
