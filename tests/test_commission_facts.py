"""Which documents a component pays for, by every filter; tables that no other test takes to documents."""

from freezegun import freeze_time

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionFacts(CommissionCase):
    def _make_profile(self, model, **values):
        """The class that a customer or product is given by hand, and another one."""
        classes = self.env[f"stm.{model}.class"].create(
            [{"name": f"{model} {number}", "company_id": self.company.id} for number in "12"]
        )
        self.env[f"stm.{model}.profile"].search([("company_id", "=", self.company.id)]).unlink()
        self.env[f"stm.{model}.profile"].create(
            {
                "company_id": self.company.id,
                "override_class_id": classes[0].id,
                "override_reason": "test",
                **values,
            }
        )
        return classes

    def test_every_filter(self):
        """1,000 in the territory, channel, campaign and classes that one component of each pair names."""
        made = {
            name: self.env[model].create([{"name": f"{name} {number}", **values} for number in "12"])
            for name, model, values in (
                ("territory_ids", "stm.territory", {"company_id": self.company.id}),
                ("channel_ids", "stm.channel", {}),
                ("campaign_ids", "utm.campaign", {}),
            )
        }
        made["product_ids"] = self.product | self.product.copy()
        made["categ_ids"] = self.category | self.env["product.category"].create({"name": "Others"})
        made["customer_class_ids"] = self._make_profile("customer", partner_id=self.customer.id)
        made["product_class_ids"] = self._make_profile(
            "product", product_tmpl_id=self.product.product_tmpl_id.id
        )
        order = self._order("2026-05-10", 1000, campaign_id=made["campaign_ids"][0].id)
        order.write({"territory_id": made["territory_ids"][0].id, "channel_id": made["channel_ids"][0].id})
        invoice = self._invoice(order, "2026-05-10")
        self.assertEqual(
            (invoice.territory_id, invoice.channel_id), (made["territory_ids"][0], made["channel_ids"][0])
        )
        rules = [
            {"name": f"{name} {number}", "rate": 0.01 * number, name: [(6, 0, one.ids)]}
            for name, pair in made.items()
            for number, one in enumerate(pair, 1)
        ]
        may = self._settle(self._commission(rules))
        self.assertEqual(
            {entry.rule_id.name: entry.amount for entry in may.entry_ids}, {f"{name} 1": 10 for name in made}
        )

    def test_golden_tables(self):
        """10 k at 1 %, to 50 k at 2 %, to 100 k at 3 %; 128 up to 4,000, 360 up to 10,000 in proportion."""
        tiers = [(0, 10000, 0.01), (10000, 50000, 0.02), (50000, 100000, 0.03)]
        amounts = [
            (0, 0, {"lower": 0, "upper": 4000, "amount": 128}),
            (0, 0, {"lower": 4000, "upper": 10000, "amount": 360}),
        ]
        for sold, flat, marginal, shared in (
            (15000, 300, 200, 488),
            (60000, 1800, 1200, 488),
            (7000, 70, 70, 308),
        ):
            with self.subTest(sold), self.env.cr.savepoint() as savepoint:
                self._sold("2026-05-10", sold)
                plan = self._commission(
                    [
                        {"name": "Flat", "method": "flat", "tiers": list(tiers)},
                        {"name": "Marginal", "method": "marginal", "tiers": list(tiers)},
                    ]
                )
                found = {entry.rule_id.name: entry.amount for entry in self._settle(plan).entry_ids}
                self.assertEqual(found, {"Flat": flat, "Marginal": marginal})
                step = self._commission([{"method": "interpolated", "tier_ids": amounts}], name="Step")
                self._settle(step)
                self.assertEqual(sum(self._entries(step).mapped("amount")), shared)
                savepoint.rollback()
            self.env.invalidate_all()
