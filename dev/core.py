"""`make test-core`: Odoo's own tests with the addon installed and without it must end alike.

Every test runs on the complete database, those that Odoo runs while it installs too:
run as Odoo does, they would be over before this addon is there. Some of them fail then,
on both sides; what counts is the difference.
"""

import ast
import subprocess
import xml.etree.ElementTree as ElementTree

from . import checks, cluster, console, odoo, packages, places
from .database import Database

DECLARED = places.ROOT / "dev" / "core_differences.txt"
WHOLE = ("sales_team", "crm", "sale", "sale_crm", "sale_margin")
# what of account this addon reads or hooks into: payments, reconciliation, invoices, refunds
CHOSEN = (
    "account/tests/test_account_payment.py",
    "account/tests/test_account_move_payments_widget.py",
    "account/tests/test_account_move_reconcile.py",
    "account/tests/test_account_move_out_refund.py",
    "account/tests/test_account_invoice_report.py",
)
QUERY_COUNT = "Query count more than expected"


def compare(select=""):
    """Run the tests on both sides, one after the other, and refuse an undeclared difference.

    :param select: paths below Odoo's addons folder, pytest's `::Class` allowed, in place of the usual ones
    """
    packages.need(postgres=True, browser=True)
    chosen = select.split() or [*WHOLE, *CHOSEN]
    with cluster.running("scratch") as parameters:
        sides = [
            Side("without", parameters, _dependencies(chosen)),
            Side("with", parameters, [*_dependencies(chosen), places.ADDON]),
        ]
        paths = [_test_path(sides[0].database.home, part) for part in chosen]
        without, own = (side.run(paths) for side in sides)
        doubtful = sorted(name for name in without.keys() | own.keys() if without.get(name) != own.get(name))
        if doubtful and without and own:
            # a browser that was slow once is no difference: ask both sides again
            again = [own.get(name, without.get(name)).node for name in doubtful]
            without, own = (
                {**old, **side.run(again)} for old, side in zip((without, own), sides, strict=True)
            )
        for side in sides:
            side.database.drop()
    _judge(without, own)


class Outcome:
    """How a test ended; two are alike when both passed, failed or were skipped."""

    def __init__(self, case):
        bad = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        kind = case.get("classname").rpartition(".")[2]
        self.node = f"{(places.ROOT / case.get('file')).resolve()}::{kind}::{case.get('name')}"
        self.name = self.node.rpartition("/addons/")[2]
        self.result = "passed" if bad is None else bad.tag
        self.message = "" if bad is None else f"{bad.get('message')} {bad.text}"

    def __eq__(self, other):
        return isinstance(other, Outcome) and self.result == other.result

    __hash__ = None


class Side:
    """A fresh database with a given set of addons, and the tests run on it."""

    def __init__(self, name, parameters, addons):
        self.name = name
        self.addons = addons
        self.database = Database(f"sales_core_{name}", parameters, "scratch")
        self.ready = False

    def prepare(self):
        self.database.configure(checks.free_port())
        self.database.create(demo=False, addons=self.addons, languages="")
        checks.build_assets(self.database)
        self.ready = True

    def run(self, tests):
        if not self.ready:
            self.prepare()
        report = places.BUILD / f"core-{self.name}.xml"
        report.unlink(missing_ok=True)
        log = places.BUILD / "log" / f"core-{self.name}.log"
        command = checks.pytest(self.database, report, "-q", "-o", "junit_family=xunit1", *tests)
        with console.step(f"Odoo's own tests {self.name} the addon"), log.open("w") as out:
            code = subprocess.run(
                list(map(str, command)),
                env=self.database.env(),
                cwd=places.ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        # 1 is that tests failed, which is compared; anything else, that they did not run
        if code not in (0, 1) or not report.exists():
            raise console.Stop(f"The tests {self.name} the addon did not run.", f"The output is in {log}")
        outcomes = map(Outcome, ElementTree.parse(report).getroot().iter("testcase"))
        return {outcome.name: outcome for outcome in outcomes}


def _judge(without, own):
    for name, outcomes in (("without", without), ("with", own)):
        failed = sum(outcome.result in ("failure", "error") for outcome in outcomes.values())
        console.say(f"   {name:<8} the addon: {len(outcomes)} tests, {failed} failed")
        if not outcomes:
            raise console.Stop(f"No test ran {name} the addon.", "See build/log.")
    lines = [line for line in DECLARED.read_text().splitlines() if line and not line.startswith("#")]
    declared = dict(line.split("  ", 1) for line in lines)
    faults = []
    for name in sorted(without.keys() | own.keys()):
        before, after = without.get(name), own.get(name)
        if before == after:
            continue
        if name in declared and after and QUERY_COUNT in after.message:
            console.say(f"   declared: {name}: {declared[name]}")
            continue
        ends = [outcome.result if outcome else "absent" for outcome in (before, after)]
        faults.append(f"{name}: {ends[0]} without, {ends[1]} with the addon")
    if faults:
        raise console.Stop(f"{len(faults)} of Odoo's own tests end otherwise with the addon.", *faults)
    console.say("   no undeclared difference")


def _dependencies(chosen):
    manifest = ast.literal_eval((places.ROOT / places.ADDON / "__manifest__.py").read_text())
    return sorted({*manifest["depends"], *(part.split("/")[0] for part in chosen)})


def _test_path(home, part):
    folder = next(path for path in odoo.addons(home) if (path / part.split("/")[0]).is_dir())
    return folder / (part if "/" in part else f"{part}/tests")
