from collections import Counter, defaultdict

from markupsafe import Markup

from odoo import models

# cases that one message names at most
NAMED = 10


class StmTerritoryCase(models.Model):
    """Tells those into whose territory was sold, or whose floor was undercut: once per run.

    What is suspected of somebody is between managers and that person's leader. Who answers for
    the territory hears how many sales are looked into and where, not whom they concern; only
    who may read a case finds it named and linked.
    """

    _inherit = "stm.territory.case"

    def _tell_owners(self):
        """One message for each owner of the territories of these cases, through the own channel.

        Nobody is told of a suspicion about himself.
        """
        concerned = defaultdict(self.browse)
        for case in self.filtered("territory_id"):
            for owner in case.territory_id._get_answering() - case.user_id:
                concerned[owner] |= case
        for owner, cases in concerned.items():
            cases._tell_owner(owner)

    def _tell_owner(self, owner):
        """:param owner: a user; `self`: the cases that concern the user's territories"""
        cases = self.with_context(lang=owner.lang)
        labels = dict(cases._fields["kind"]._description_selection(cases.env))
        counts = Counter((case.territory_id, case.kind) for case in cases)
        items = [
            cases.env._(
                "%(territory)s: %(count)s × %(kind)s",
                territory=territory.display_name,
                count=count,
                kind=labels[kind],
            )
            for (territory, kind), count in counts.items()
        ]
        readable = self.with_user(owner).with_context(
            lang=owner.lang, allowed_company_ids=self.company_id.ids
        )
        readable = readable._filtered_access("read")
        items += [one._get_html_link() for one in readable[:NAMED]]
        cases.territory_id[:1].message_notify(
            partner_ids=owner.partner_id.ids,
            subject=cases.env._("%s suspected sales in your territories", len(cases)),
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (
                cases.env._("The sales managers look into these sales in your territories:"),
                Markup().join(Markup("<li>%s</li>") % item for item in items),
            ),
        )


class StmTerritory(models.Model):
    _inherit = "stm.territory"

    def _get_answering(self):
        """Who answers for a territory today: its owners, else those of the nearest one above."""
        place = self.sudo()
        while place and not place.owner_ids:
            place = place.parent_id
        return place.owner_ids.filtered("active")
