"""A held order leaves no trace in other addons, whether they are loaded after ours or before.

Which one of two addons that know nothing of each other acts first is decided by the order in which
they are loaded: what a process installs comes after all that it had; started again, it loads what
depends on less first, and ours is later than both. One copy of the test database has both cases.
What is sold on credit is delivered and logged there with Odoo's stock and time sheets as well.
"""

from . import checks, console, places
from .database import Database

# the payment providers work without a network
ADDONS = ("sale_loyalty", "event_sale", "sale_stock", "sale_timesheet", "payment_demo", "payment_custom")
TESTS = ("tests/test_neighbours.py", "tests/test_neighbours_delivery.py")
KLASS = "TestNeighbours"


def check(database):
    """Run the tests of :data:`TESTS` in a copy, in the process that installs the addons and in the next."""
    copy = Database(f"{database.name}_near", database.parameters, database.folder.name)
    copy.configure(checks.free_port())
    with console.step(f"{' and '.join(ADDONS)} installed after ours: a held order leaves no trace"):
        copy.copy_from(database)
        command = [copy.python, "-m", "dev.neighbours_install", copy.name, KLASS, *ADDONS]
        log = places.BUILD / "log" / "neighbours-after.log"
        console.run(command, env={**copy.env(), "STM_NEIGHBOURS": "after"}, cwd=places.ROOT, log=log)
    with console.step("loaded before ours: the same"):
        report = places.BUILD / "neighbours.xml"
        report.unlink(missing_ok=True)
        command = checks.pytest(copy, report, "-q", *TESTS)
        log = places.BUILD / "log" / "neighbours-before.log"
        console.run(command, env={**copy.env(), "STM_NEIGHBOURS": "before"}, cwd=places.ROOT, log=log)
        checks.judge(report)
    copy.drop()
