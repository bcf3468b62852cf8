"""Whom the demonstration firm trusts with how much: ratings, annual accounts, limits, who decides."""

from datetime import timedelta

from .documents import QUIET

LIMIT_UNIT = 5000
# from which on the finance director decides as well, and what is insured of the largest risk
LARGE_LIMIT, LARGE_ORDER, INSURED = 50000.0, 30000.0, 40000.0
# of annual accounts: total assets by what is needed, shares of them
ASSETS = 40
EQUITY = (0.5, 0.45, 0.3, 0.55)
ACCOUNTS = {"working_capital": 0.18, "retained_earnings": 0.25, "ebit": 0.08, "sales": 1.2}
# days ago on which customers were rated before
RATED = (273, 182, 91)
DIRECTOR = "财务总监"


class Trust:
    """An account for every customer, rated every quarter, with the limit that was proposed.

    Only the newest customer waits for one.

    :param credit: the firm's `Credit`, set up
    """

    def __init__(self, credit):
        self.env = credit.env
        self.today = credit.today
        self.first_day = credit._get_day()
        self.users = credit.users
        self.company = credit.company
        self.customers = credit.customers

    def make(self):
        """Returns the accounts."""
        accounts = self.env["stm.credit.account"].create(
            [{"company_id": self.company.id, "partner_id": customer.id} for customer in self.customers]
        )
        ratings = self.env["stm.credit.rating"]
        for days in RATED:
            ratings._rate(accounts, as_of=self.today - timedelta(days=days))
        self._assess(accounts)
        ratings._rate(accounts)
        proposals = accounts._get_limit_proposals()
        for account in accounts[:-1]:
            proposed = proposals[account.id]["limit"] or 0.0
            account.action_stm_set_limit("limited", proposed, "As proposed, from accounts and payments")
        self._share_decisions(accounts)
        return accounts

    def _assess(self, accounts):
        """Annual accounts of last year, in proportion to what each customer needs."""
        proposals = accounts._get_limit_proposals()
        rows = []
        for place, account in enumerate(accounts):
            assets = 1000 * round((proposals[account.id]["need"] or LIMIT_UNIT) * ASSETS / 1000)
            equity = round(assets * EQUITY[place % len(EQUITY)])
            parts = {name: round(assets * share) for name, share in ACCOUNTS.items()}
            rows.append(
                {
                    "account_id": account.id,
                    "date": self.today.replace(month=1, day=1) - timedelta(days=1),
                    "currency_id": self.company.currency_id.id,
                    "equity": equity,
                    "liabilities": assets - equity,
                    "total_assets": assets,
                    **parts,
                }
            )
        self.env["stm.credit.financials"].create(rows)

    def _share_decisions(self, accounts):
        """The finance director decides about what is large, and somebody in his place next week."""
        company, director, controller = self.company, self.users["theo"], self.users["nora"]
        level = {"name": "Finance Director", "company_id": company.id, "user_ids": director.ids}
        levels = [
            self.env["stm.credit.limit.level"].create({**level, "amount": LARGE_LIMIT}),
            self.env["stm.credit.release.level"].create({**level, "amount": LARGE_ORDER}),
        ]
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            for one in levels:
                one.update_field_translations("name", {"zh_CN": DIRECTOR})
        first = self.first_day + timedelta(days=7)
        self.env["stm.credit.delegate"].with_context(**QUIET).create(
            {
                "company_id": company.id,
                "user_id": director.id,
                "delegate_id": controller.id,
                "date_from": first,
                "date_until": first + timedelta(days=4),
                "reason": "Trade fair",
            }
        )
        limited = accounts[:-1].sorted("credit_limit", reverse=True)
        insured = max(limited, key=lambda account: account.exposure)
        self.env["stm.credit.limit"].create(
            {
                "account_id": insured.id,
                "kind": "cover",
                "amount": INSURED,
                "date_from": self.today.replace(month=1, day=1),
                "date_until": self.today.replace(month=12, day=31),
                "reference": "CI-20418",
                "reason": "Trade credit insurance, renewed every year",
            }
        )
        quiet = {**self.env.context, "mail_activity_quick_update": True}
        asking = limited[0].with_user(controller).with_context(**quiet)
        asking.action_stm_set_limit(
            "limited", LARGE_LIMIT + limited[0].credit_limit, "Order for their new plant expected in spring"
        )
