"""Abilities and their matching in the browser."""

from odoo.tests import HttpCase

from .test_territory import TerritoryCase


class TestAbilityTour(TerritoryCase, HttpCase):
    def test_opened_from_a_division(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.manager.lang = "en_US"
        self._seat_all()
        self.start_tour(
            f"/odoo/territory-divisions/{self.division.id}",
            "stm_manager_matches_division",
            login=self.manager.login,
            timeout=120,
        )

    def _seat_all(self):
        """Somebody everywhere but in West."""
        self.env["stm.territory.assignment"].create(
            [{"territory_id": place.id, "user_id": self.rep.id} for place in (self.north, self.south)]
        )

    def test_manager_matches(self):
        """rep sold all in South and half in North, rep2 is the one whose care is known."""
        self.env["res.lang"]._activate_lang("en_US")
        self.manager.lang = "en_US"
        self.west.unlink()
        day = str(self.env["stm.ability"]._get_past_period(self.company)[1])
        for zip_, user in (("80331", self.rep), ("20095", self.rep), ("20095", self.leader)):
            partner = self._partner("Customer", self.germany, zip_)
            self._invoice(self._order(day, 90.0, partner=partner, user=user), day)
        self.start_tour(
            "/odoo/ability-profiles", "stm_manager_matches", login=self.manager.login, timeout=120
        )
        profile = self.env["stm.ability"].search([("company_id", "=", self.company.id)])
        self.assertEqual((profile.user_id, profile.skill_ids.level), (self.rep2, "5"))
        self.assertEqual(profile.skill_ids.judged_by_id, self.manager)
        self.assertEqual(
            (self.north.assignment_ids | self.south.assignment_ids).user_id, self.rep | self.rep2
        )
        self.assertEqual(self.south.assignment_ids.user_id, self.rep2)
