"""The demonstration firm's opportunities: won with their orders, lost, and open ones."""

from datetime import timedelta
from random import Random

from . import figures
from .documents import QUIET

SUBJECTS = (
    "Metering pumps for the new dosing line",
    "Retrofit of the cooling water circuit",
    "Control valves, line 3",
    "Level sensors for the tank farm",
    "Booster station, second site",
    "Annual maintenance contract",
    "Flow meters for custody transfer",
    "Spare parts, framework agreement",
    "Screw pumps for the sludge plant",
    "Automation of the filling line",
    "Replacement of worn actuators",
    "Commissioning of the pilot plant",
)
LOST_REASONS = ("crm.lost_reason_1", "crm.lost_reason_2", "crm.lost_reason_3")
# with the probability that the salesperson gives it
OPEN_STAGES = (
    ("crm.stage_lead3", 70),
    ("crm.stage_lead2", 40),
    ("crm.stage_lead2", 45),
    ("crm.stage_lead1", 15),
)


class Opportunities:
    """Makes the opportunities that belong to the orders of a `Documents`.

    :param documents: the documents, made
    :param orders: its invoiced orders
    """

    def __init__(self, documents, orders):
        self.documents = documents
        self.orders = orders
        self.env = documents.env(context={**documents.env.context, **QUIET})
        self.today = documents.today

    def make(self):
        """Make won, lost and open opportunities."""
        self._won()
        self._lost()
        self._open()
        self._strategic()

    def _values(self, seller, customer, created, amount, rng):
        user = self.documents.users[seller.login]
        moment = self.documents.at(created)
        return {
            "name": rng.choice(SUBJECTS),
            "type": "opportunity",
            "partner_id": customer.id,
            "user_id": user.id,
            "team_id": user.sale_team_id.id,
            "expected_revenue": round(amount, -2),
            "create_date": moment,
            "date_open": moment,
            "priority": rng.choice("0011223"),
        }

    def _won(self):
        """Three of ten orders come from an opportunity that was won on the day of the order."""
        sellers = {seller.login: seller for seller in figures.SELLERS}
        rng = Random(f"{self.documents.seed}/won")
        chosen = [order for order in self.orders if rng.random() < 0.3]
        values = []
        for order in chosen:
            closed = order.date_order.date()
            created = closed - timedelta(days=rng.randint(15, 75))
            seller = sellers[order.user_id.login]
            values.append(self._values(seller, order.partner_id, created, order.amount_untaxed, rng))
        leads = self.env["crm.lead"].create(values)
        leads.action_set_won()
        for order, lead in zip(chosen, leads, strict=True):
            order.opportunity_id = lead
            lead.date_closed = order.date_order
        self.env.flush_all()

    def _lost(self):
        """Whoever is behind the target loses more."""
        values, closed = [], []
        for seller in figures.SELLERS:
            rng = Random(f"{self.documents.seed}/lost/{seller.login}")
            customers = self.documents.customers[seller.login]
            for _ in range(round(self.documents.months * 0.45 / seller.form**1.5)):
                day = self.today - timedelta(days=rng.randint(2, 30 * self.documents.months - 20))
                created = day - timedelta(days=rng.randint(20, 90))
                amount = seller.monthly * rng.uniform(0.1, 0.6)
                values.append(self._values(seller, rng.choice(customers), created, amount, rng))
                closed.append((self.documents.at(day), rng.choice(LOST_REASONS)))
        leads = self.env["crm.lead"].create(values)
        for name in LOST_REASONS:
            group = [n for n, (_day, reason) in enumerate(closed) if reason == name]
            leads.browse(leads[n].id for n in group).action_set_lost(lost_reason_id=self.env.ref(name).id)
        for lead, (moment, _reason) in zip(leads, closed, strict=True):
            lead.date_closed = moment
        self.env.flush_all()

    def _open(self):
        """The pipeline: due from last week to the next quarter, most of it this month and next."""
        call = self.env.ref("mail.mail_activity_data_call")
        values = []
        for seller in figures.SELLERS:
            rng = Random(f"{self.documents.seed}/open/{seller.login}")
            customers = self.documents.customers[seller.login]
            subjects = rng.sample(SUBJECTS, seller.pipeline)
            for number in range(seller.pipeline):
                amount = seller.monthly * rng.uniform(0.12, 0.5)
                created = self.today - timedelta(days=rng.randint(3, 70))
                due = self.today + timedelta(days=rng.randint(-6, 9) + 13 * number)
                stage, probability = OPEN_STAGES[number % len(OPEN_STAGES)]
                values.append(
                    {
                        **self._values(seller, customers[number % len(customers)], created, amount, rng),
                        "name": subjects[number],
                        "date_deadline": due,
                        "stage_id": self.env.ref(stage).id,
                        "probability": probability,
                    }
                )
        leads = self.env["crm.lead"].create(values)
        for number, lead in enumerate(leads[::2]):
            lead.activity_schedule(
                activity_type_id=call.id,
                date_deadline=min(lead.date_deadline, self.today + timedelta(days=number % 9)),
                user_id=lead.user_id.id,
            )

    def _strategic(self):
        """What the head of sales pursues personally, outside of the teams."""
        rng = Random(f"{self.documents.seed}/strategic")
        owner = self.documents.users["max"]
        values = []
        for number, login in enumerate(("lina", "priya", "lea")):
            customer = self.documents.customers[login][1]
            stage, probability = OPEN_STAGES[number]
            values.append(
                {
                    "name": f"Three-year framework agreement {customer.city}",
                    "type": "opportunity",
                    "partner_id": customer.id,
                    "user_id": owner.id,
                    "team_id": False,
                    "expected_revenue": rng.randint(18, 40) * 10000,
                    "create_date": self.documents.at(self.today - timedelta(days=rng.randint(20, 80))),
                    "date_deadline": self.today + timedelta(days=rng.randint(40, 160)),
                    "stage_id": self.env.ref(stage).id,
                    "probability": probability,
                    "priority": "3",
                }
            )
        self.env["crm.lead"].create(values)
