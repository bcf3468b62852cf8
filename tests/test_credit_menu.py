from .common import StmCase


class TestCreditMenu(StmCase):
    """Salespeople find the menu where they would find something in it."""

    def _has_menu(self, user):
        menu = self.env.ref("sales_target_mgmt.stm_credit_menu")
        return menu.id in self.env["ir.ui.menu"].with_user(user).load_menus(False)

    def test_it_comes_with_the_collection(self):
        (self.company | self.other_company).write({"stm_collection": False, "stm_statement_period": False})
        self.assertFalse(self._has_menu(self.rep))
        self.assertTrue(self._has_menu(self.accountant))
        self.company.stm_collection = True
        self.assertTrue(self._has_menu(self.rep))
        self.company.stm_collection = False
        self.assertFalse(self._has_menu(self.rep))
        self.company.stm_statement_period = "month"
        self.assertTrue(self._has_menu(self.rep))
