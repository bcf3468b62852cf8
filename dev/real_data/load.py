"""AdventureWorks in one Odoo database: made, planned, compared."""

import time
from datetime import date

import odoo
import odoo.api
from odoo.modules.registry import Registry

from . import (
    catalogue,
    commission,
    commission_turns,
    company,
    compare_methods,
    compare_territories,
    documents,
    people,
    propose,
    quotas,
    receivables,
    receivables_files,
    source,
    table,
    territories,
)
from .compare import Comparison
from .sums import Sums
from .wages import Wages

# invoices of each kind that are paid, refunded or reopened
TURNS = 20


class Loaded:
    """What was made: the company and its records by the keys of the files.

    :param owner: the company that sells
    :param folder: the folder of the data set, a Path
    :param first, last: only the orders of these days, both included
    """

    def __init__(self, owner, folder, first=date.min, last=date.max):
        # costs and payment terms are the company's own
        self.company = owner.with_company(owner)
        self.folder = folder
        self.first = first
        self.last = last
        self.people = self.teams = self.tags = self.division = self.territories = None
        self.categories = self.products = self.partners = None

    def masters(self):
        """Everything but documents."""
        owner, folder = self.company, self.folder
        documents.analyze(owner.env)
        company.set_up(owner)
        self.people = people.users(owner, folder)
        self.teams = people.teams(owner, folder, self.people)
        self.tags = people.tags(owner, folder)
        self.categories = catalogue.categories(owner, folder)
        self.products = catalogue.products(owner, folder, self.categories)
        self.partners = catalogue.resellers(owner, folder)
        # before any document: a document is stamped when it is created
        self.division, self.territories = territories.tree(owner, folder)
        territories.rules(owner, folder, self.territories)
        territories.assignments(owner, folder, self.territories, self.people)
        territories.market(owner, folder, self.territories)

    def documents(self, done=lambda orders, lines: None):
        """Orders and invoices of the range of days; `done` hears of each batch."""
        documents.Books(self).write(source.orders(self.folder, self.first, self.last), done)


class Progress:
    """Commits each batch, says every few seconds how far it is and how long it will take."""

    def __init__(self, cr, lines):
        self.cr = cr
        self.lines = lines
        self.orders_done = self.lines_done = 0
        self.started = self.said = time.monotonic()

    def __call__(self, orders, lines):
        self.cr.commit()
        self.orders_done += orders
        self.lines_done += lines
        now = time.monotonic()
        if now - self.said > 10 or self.lines_done == self.lines:
            spent = now - self.started
            left = spent * (self.lines - self.lines_done) / self.lines_done
            say(f"   … {self.orders_done:,} orders, {self.lines_done:,} of {self.lines:,} lines, "
                f"{spent:.0f} s; about {left:.0f} s to go")  # fmt: skip
            self.said = now


def say(text=""):
    print(text, flush=True)


def main(name, folder):
    """Load, plan, compare; ends with 1 when a figure differs. A folder of receivables is only rated."""
    if (folder / receivables_files.FILE).is_file():
        return rate(name, folder)
    files = Sums(folder)
    with Registry(name).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, documents.QUIET)
        data = Loaded(env.company, folder)
        say("→ people, products, customers")
        env.company.name = company.NAME
        env.ref("base.user_admin").tz = company.TIME_ZONE
        data.masters()
        cr.commit()
        say("→ orders and invoices")
        data.documents(Progress(cr, len(files.lines)))
        say("→ quotas as an approved plan")
        plan = quotas.make(data, files.quotas)
        cr.commit()
        say("→ compare with the files")
        comparison = Comparison(files, data)
        comparison.differences += files.faults()
        comparison.documents()
        comparison.figures("from documents")
        say("→ build the cells of past months and compare again")
        build_cells(env)
        comparison.figures("from cells")
        comparison.customers()
        figures = comparison.targets(plan)
        say("→ territories: where customers and documents belong, who sold outside")
        compare_territories.stamps(comparison)
        say(f"   {compare_territories.coverage(comparison)}")
        say("\n".join(f"   {line}" for line in compare_territories.cases(comparison)))
        names = {key: user.name for key, user in data.people.items()}
        say("\nOrders against quota\n")
        say("\n".join(table.attainment(names, figures)))
        say(f"\nall orders {files.total():,.2f} in {len(files.lines):,} lines rounded to cents; "
            f"{files.raw:,.2f} unrounded\n")  # fmt: skip
        methods = compare_methods.Methods(files)
        propose.compare(comparison, methods, methods.extrapolated())
        say("Quotas of 2013, by the company and by what was known before, against what was sold\n")
        say("\n".join(compare_methods.people(methods, names)) + "\n")
        say("\n".join(compare_methods.table(methods.results())) + "\n")
        pay(comparison, Wages(files, folder))
        if (folder.parent / "receivables").is_dir():
            comparison.differences += grade(env, folder.parent / "receivables")
        else:
            say("   no receivables: put the sample into a folder of that name beside this one")
        say("\n".join(comparison.report()))
        cr.commit()
        return 1 if comparison.differences else 0


def rate(name, folder):
    """The receivables alone."""
    with Registry(name).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, documents.QUIET)
        documents.analyze(env)
        differences = grade(env, folder)
        say("\n".join(differences) or "   no rating differs from that of the files")
        cr.commit()
        return 1 if differences else 0


def pay(comparison, wages):
    """Settle three years quarter by quarter, let things happen to invoices, settle again."""
    say("→ commission: own percentages and quota bonuses, settled and posted quarter by quarter")
    paid = commission.Commission(comparison, wages)
    paid.make()
    paid.quarters(say)
    say("→ invoices paid, partly paid, refunded, reopened, and two more quarters settled")
    played = commission_turns.Quarters(paid, TURNS).play()
    rows = paid.ledger()
    owed = sum(wages.commission().values()), sum(wages.bonus().values())
    say(f"   commission {owed[0]:,.2f} and bonuses {owed[1]:,.2f} of three years; {played} invoices "
        f"with a turn of their own; {rows:,} entries recomputed from their own content\n")  # fmt: skip


def grade(env, folder):
    """Load the receivables sample and print what grades were followed by; the differences found."""
    say("→ receivables: a second company with 2,466 invoices, posted and paid, rated month by month")
    sample = receivables.Receivables(env, folder)
    sample.load()
    differences = sample.differences()
    ratings = receivables_files.Ratings(sample.bills, sample.rate)
    say("\n" + "\n".join(receivables.report(ratings)) + "\n")
    return differences


def build_cells(env):
    """Build the cells of every past month, as the cron does."""
    months = env["stm.achievement.month"]
    months._expand_marks()
    months._build(months._get_pending())
