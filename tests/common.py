from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_totals import TotalRequest
from odoo.fields import Date
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, TransactionCase, get_db_name, new_test_user, tagged


@tagged("post_install", "-at_install")
class StmCase(TransactionCase):
    """Two companies with a chart of accounts, a person for every role, one product.

    ::

        company (UTC)                       other_company (USD)
        team_north: leader  lea             team_other: rep_other
            members: rep, rep2
        manager, sees_all, accountant
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "no_reset_password": True})
        cls.company = cls._make_company("STM Test", "EUR")
        cls.other_company = cls._make_company("STM Other", "USD")
        cls.env.user.company_ids |= cls.company | cls.other_company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        salesman = "sales_team.group_sale_salesman"
        cls.rep = cls._make_user("rep", salesman)
        cls.rep2 = cls._make_user("rep2", salesman)
        cls.leader = cls._make_user("leader", salesman)
        cls.sees_all = cls._make_user("sees_all", "sales_team.group_sale_salesman_all_leads")
        cls.manager = cls._make_user("manager", "sales_team.group_sale_manager")
        cls.accountant = cls._make_user("accountant", "account.group_account_invoice")
        cls.rep_other = cls._make_user("rep_other", salesman, cls.other_company)
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [(6, 0, (cls.rep | cls.rep2).ids)],
            }
        )
        cls.team_other = cls.env["crm.team"].create(
            {
                "name": "Abroad",
                "company_id": cls.other_company.id,
                "member_ids": [(6, 0, cls.rep_other.ids)],
            }
        )
        cls.category = cls.env["product.category"].create({"name": "Pumps"})
        cls.subcategory = cls.env["product.category"].create(
            {"name": "Small pumps", "parent_id": cls.category.id}
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Pump",
                "type": "consu",
                "categ_id": cls.subcategory.id,
                "list_price": 100.0,
                "standard_price": 60.0,
                "invoice_policy": "order",
                "taxes_id": [(5,)],
            }
        )
        cls.customer = cls.env["res.partner"].create({"name": "Acme", "is_company": True})

    @classmethod
    def _make_company(cls, name, currency):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "currency_id": cls.env.ref(f"base.{currency}").id,
                "country_id": cls.env.ref("base.de").id,
                "stm_tz": "UTC",
            }
        )
        cls.env.ref(f"base.{currency}").active = True
        cls.env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
        company.currency_id = cls.env.ref(f"base.{currency}")
        return company

    @classmethod
    def _make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"stm_{login}",
            groups,
            name=login.title(),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            tz="UTC",
        )

    @classmethod
    def _order(cls, date, amount=100.0, *, user=None, team=None, partner=None, confirm=True, **values):
        """A confirmed order of one line on a day at noon UTC."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "user_id": (user or cls.rep).id,
                "team_id": (team or cls.team).id,
                "company_id": cls.company.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [(5,)],
                        },
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        order.date_order = f"{date} 12:00:00"
        return order

    @classmethod
    def _invoice(cls, order, date):
        """The posted invoice of an order."""
        invoice = order._create_invoices()
        invoice.invoice_date = date
        invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoices, date, **values):
        """A payment registered on invoices through Odoo's wizard."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        return wizard.create({"payment_date": date, **values})._create_payments()

    def _totals(self, code, date_from, date_to, company=None, **dimensions):
        """One achieved total of a shipped measure, by code."""
        measure = self.env.ref(f"sales_target_mgmt.measure_{code}")
        request = self._request(measure, date_from, date_to, company, **dimensions)
        return self.env["stm.achievement"]._get_totals([request])["key"]

    def _request(self, measure, date_from, date_to, company=None, **dimensions):
        return TotalRequest(
            "key",
            measure.id,
            (company or self.company).id,
            Date.to_date(date_from),
            Date.to_date(date_to),
            {name: record.id for name, record in dimensions.items()},
        )

    def _run_cron(self, job, *, batches=None):
        """Run a job as the scheduler does, with flushes for its commits.

        :param batches: time is up after so many batches
        :return: what was said to remain after each
        """
        left = []

        def commit(cron, _processed=0, *, remaining=None, **_values):
            cron.env.flush_all()
            left.append(remaining)
            return 0.0 if batches is not None and len(left) > batches else 60.0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            job()
        return left

    def _build_cells(self):
        """Build every pending month, as the cron does, without its commits."""
        months = self.env["stm.achievement.month"]
        self.env.flush_all()
        months._expand_marks()
        months._build(months._get_pending())


@tagged("post_install", "-at_install")
class RealTransactionsCase(BaseCase):
    """Transactions at the same time; a test takes away what it committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())

    @contextmanager
    def _transaction(self):
        """An environment of its own; committed in the end, and never kept waiting for long."""
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '5s'")
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            yield env
            env.flush_all()
