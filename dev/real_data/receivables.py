"""The receivables sample in Odoo: invoices posted and paid on their days, ratings month by month."""

from odoo import Command
from odoo.tools import split_every

from . import receivables_files
from .documents import QUIET, analyze

NAME = "Receivables Sample"
BATCH = 100


class Receivables:
    """A company of its own with the sample's customers, invoices and payments; amounts as they stand.

    :param env: of the database
    :param folder: the folder of the sample
    """

    def __init__(self, env, folder):
        self.bills = receivables_files.read(folder)
        company = env["res.company"].create({"name": NAME, "currency_id": env.ref("base.USD").id})
        env.user.company_ids |= company
        context = {**env.context, **QUIET, "allowed_company_ids": company.ids}
        self.company = company.with_context(context).with_company(company)
        self.env = self.company.env
        self.partners = {}

    def load(self, done=lambda bills: None):
        """Books, customers, posted invoices and their payments; `done` hears of each batch."""
        company = self.company
        self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        company.write({"account_sale_tax_id": False, "stm_tz": "UTC", "stm_credit_control": True})
        names = sorted({bill.customer for bill in self.bills})
        made = self.env["res.partner"].create([{"name": name, "is_company": True} for name in names])
        self.partners = dict(zip(names, made, strict=True))
        for batch in split_every(BATCH, self.bills):
            invoices = self._post(batch)
            self._pay(batch, invoices)
            self.env.flush_all()
            self.env.invalidate_all()
            analyze(self.env)
            done(len(batch))
        self.env["stm.credit.account"].create(
            [{"company_id": company.id, "partner_id": partner.id} for partner in made]
        )

    def _post(self, batch):
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partners[bill.customer].id,
                    "ref": bill.number,
                    "invoice_date": bill.day,
                    "invoice_date_due": bill.due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": bill.number,
                                "price_unit": float(bill.amount),
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for bill in batch
            ]
        )
        # counted as empty they would make every trigger of the batch look through all that is new
        analyze(self.env)
        invoices._post(soft=False)
        return invoices

    def _pay(self, batch, invoices):
        """One entry in the bank's journal per invoice, on the day on which it was settled."""
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        bank = journal.default_account_id
        receivable = invoices.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).grouped("move_id")
        entries = self.env["account.move"].create(
            [
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": bill.paid,
                    "line_ids": [
                        Command.create({"account_id": bank.id, "debit": float(bill.amount)}),
                        Command.create(
                            {
                                "account_id": receivable[invoice].account_id.id,
                                "partner_id": invoice.partner_id.id,
                                "credit": float(bill.amount),
                            }
                        ),
                    ],
                }
                for bill, invoice in zip(batch, invoices, strict=True)
            ]
        )
        analyze(self.env)
        entries._post(soft=False)
        self.env["account.move.line"]._reconcile_plan(
            [
                receivable[invoice] + entry.line_ids.filtered("credit")
                for invoice, entry in zip(invoices, entries, strict=True)
            ]
        )

    def rate(self, day):
        """{customer: (score, grade)} by Odoo as of a day, with the scorecard a company begins with."""
        accounts = self.env["stm.credit.account"].search([("company_id", "=", self.company.id)])
        scorecard = self.env["stm.credit.scorecard"]._get_active(self.company)
        names = {line.grade_id.id: line.grade_id.name for line in scorecard.cutoff_ids}
        rows = self.env["stm.credit.rating"]._get_rows(scorecard, accounts, day)
        return {
            account.partner_id.name: (row["value"] if row["coverage"] else None, names.get(row["grade_id"]))
            for account, row in zip(accounts, rows, strict=True)
        }

    def rate_by_files(self, day):
        """The same by the files alone."""
        scorecard = self.env["stm.credit.scorecard"]._get_active(self.company)
        bounds = [(line.grade_id.name, line.lower) for line in scorecard.cutoff_ids]
        rate = receivables_files.rate_by_files(
            self.bills, scorecard._get_criteria(), bounds, scorecard.coverage_min
        )
        return {
            name: (None if score is None else float(score), grade)
            for name, (score, grade) in rate(day).items()
        }

    def differences(self):
        """Lines that name where Odoo's rating is not that of the files; scores to a cent of a point."""
        lines = []
        for day in receivables_files.months(self.bills):
            odoo, files = self.rate(day), self.rate_by_files(day)
            for name, (score, grade) in files.items():
                other = odoo[name]
                if other[1] != grade or abs((other[0] or 0) - (score or 0)) > 0.005:
                    lines.append(f"rating of {name} on {day}: {other} in Odoo, {score, grade} by the files")
        return lines


def report(ratings):
    """Lines: the table by grade, and the rank correlation."""
    yield from receivables_files.table(ratings)
    share, days, pairs = ratings.correlations()
    yield ""
    yield (
        f"Rank correlation of the score with the share paid late {share:.2f}, "
        f"with days late {days:.2f} ({pairs:,} customers and months)"
    )
