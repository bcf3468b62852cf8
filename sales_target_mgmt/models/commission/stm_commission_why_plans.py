from odoo import fields, models

# what a plan says of a day on which the payee was not in it
OUTSIDE = ("not_in_plan", "no_plan")


class StmCommissionMine(models.AbstractModel):
    """Several plans, also such as the payee has left: each says only what is its business."""

    _inherit = "stm.commission.mine"

    def _is_in_plan(self, book, payee, day):
        """Whether somebody is in the plan of a book on a day."""
        version = book.get_version(book.get_period(day).date_from)
        assignments = book._get_assignments(version, book.get_period(day).date_from, payee.id)
        return any(one._covers(day) for one in assignments)

    def _get_own_facts(self, book, payee, facts, earned):
        """Facts that name the payee, for which the payee is credited, or was.

        What a team sold before or after the payee's days is not the payee's to see.

        :param earned: see :meth:`_get_earned`
        """
        users = book.get_users()
        found = []
        for fact in facts:
            version = book.judge(fact).version
            if (
                fact.user_id in users
                or fact.key in earned
                or payee.id in dict(book.splits.get(fact.order_id) or ())
                or (version and book.get_shares(version, fact).get(payee.id))
            ):
                found.append(fact)
        return found

    def _join_plans(self, payee, explained):
        """The rows of all plans; that the payee was not in one is said where no other says more, once.

        :param explained: (book, its rows) items; of the rows, `key` is dropped
        """
        told = {row["key"] for _book, rows in explained for row in rows if row["code"] not in OUTSIDE}
        found = []
        for book, rows in explained:
            others = [other for other, _rows in explained if other is not book]
            for row in rows:
                key = row.pop("key")
                if row["code"] in OUTSIDE:
                    day = fields.Date.to_date(row["date"])
                    elsewhere = any(self._is_in_plan(other, payee, day) for other in others)
                    if key in told or (elsewhere and not self._is_in_plan(book, payee, day)):
                        continue
                    told.add(key)
                found.append(row)
        return found

    def _join_unborn(self, rows):
        """Each document once, with what the plans say in which the payee is on its day.

        :param rows: see :meth:`_explain_unborn`; of these, `is_inside` is dropped
        """
        documents = {}
        for row in rows:
            documents.setdefault((row["model"], row["document_id"]), []).append(row)
        found = []
        for same in documents.values():
            inside = [row for row in same if row["is_inside"]]
            row = (inside or same)[0]
            values = {
                "reason": "; ".join(dict.fromkeys(one["reason"] for one in inside)),
                "plan": ", ".join(dict.fromkeys(one["plan"] for one in inside)),
            }
            if not inside:
                values = {"code": "not_in_plan", "reason": self._say_outside()}
            found.append({name: value for name, value in {**row, **values}.items() if name != "is_inside"})
        return found
