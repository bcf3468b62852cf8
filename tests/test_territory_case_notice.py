from .test_territory_case import CaseCase


class TestTerritoryCaseNotice(CaseCase):
    """Rep owns North, Rep2 South; each hears of sales into the own territory, once per run."""

    def _told(self, user):
        """Bodies of the messages to a user about territories, the latest first."""
        messages = self.env["mail.message"].search(
            [("model", "=", "stm.territory"), ("partner_ids", "in", user.partner_id.ids)]
        )
        return [message.body for message in messages]

    def _run(self):
        return self._run_cron(self.cases._cron_scan)

    def test_one_message_per_owner_and_run(self):
        for _number in range(3):
            self._order(self.day, 50.0, partner=self.munich)
        self._order(self.day, 50.0, partner=self.hamburg, user=self.rep2)
        self._run()
        [body] = self._told(self.rep2)
        self.assertIn("Europe / South: 3 × Outside the territory", body)
        self.assertEqual(len(self._told(self.rep)), 1)
        self._run()
        self.assertEqual(len(self._told(self.rep2)), 1)

    def test_no_name_before_a_decision(self):
        order = self._order(self.day, 50.0, partner=self.munich)
        self._run()
        [body] = self._told(self.rep2)
        self.assertNotIn(order.name, body)
        self.assertNotIn("Munich", body)

    def test_a_manager_finds_it_linked(self):
        self.south.assignment_ids.user_id = self.manager
        order = self._order(self.day, 50.0, partner=self.munich)
        self._run()
        [body] = self._told(self.manager)
        self.assertIn(order.name, body)
        self.assertIn(f'data-oe-id="{self._found().id}"', body)

    def test_nobody_is_told_of_a_suspicion_about_himself(self):
        self._floor(self.north, 80.0)
        self._order(self.day, 50.0, partner=self.hamburg)
        self._run()
        self.assertEqual(self._found().kind, "price")
        self.assertFalse(self._told(self.rep))

    def test_a_vacant_territory_is_the_owners_above(self):
        self.south.assignment_ids.unlink()
        self.env["stm.territory.assignment"].create(
            {"territory_id": self.europe.id, "user_id": self.leader.id}
        )
        self._order(self.day, 50.0, partner=self.munich)
        self._run()
        [body] = self._told(self.leader)
        self.assertIn("Europe / South: 1", body)

    def test_a_scan_of_the_past_tells_nobody(self):
        self._order(self.day, 50.0, partner=self.munich)
        self.assertEqual(self._scan(), {"territory": 1})
        self._run()
        self.assertFalse(self._told(self.rep2))
