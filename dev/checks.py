"""Tests, the same for a developer and for CI."""

import json
import os
import shutil
import socket
import xml.etree.ElementTree as ElementTree

from . import cluster, console, neighbours, odoo, packages, places
from .database import Database
from .lint import tool

ON_DATA = ("tests/test_real_data.py", "tests/test_real_commission.py", "tests/test_real_receivables.py")
ON_PRINTER = "tests/test_commission_print.py"
MOST_WORKERS = 4
FETCH_PRINTER = "Install wkhtmltopdf (wkhtmltopdf.org) and a font with Chinese characters."
FETCH_DATA = "Lay the public data sets beside the checkout, or name their folder in STM_DATA."


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test(select="", fresh=True):
    """Every test on a database made for it; fails when none ran or one was skipped.

    :param select: pytest arguments in place of the whole suite
    :param fresh: make the database anew, or only bring it up to date
    """
    if os.environ.get("CI") == "true" and not places.data():
        raise console.Stop("The public data sets are not here, and CI must test with them.", FETCH_DATA)
    packages.need(postgres=True, browser=True)
    prints = packages.need_printer()
    if os.environ.get("CI") == "true" and not prints:
        raise console.Stop("Nothing here prints a PDF, and CI must test with it.", FETCH_PRINTER)
    with cluster.running("scratch") as parameters:
        database = Database("sales_test", parameters, "scratch")
        database.configure(free_port())
        if not select:
            same_tests(database)
        if fresh or not database.exists():
            database.create(demo=False)
            build_assets(database)
        else:
            database.update()
        if not select:
            uninstalls(database)
            neighbours.check(database)
        report = places.BUILD / "tests.xml"
        report.parent.mkdir(exist_ok=True)
        report.unlink(missing_ok=True)
        everything = ["tests", *side_by_side(), *without_data(), *without_printer(prints)]
        everything += [f"--ignore={name}" for name in neighbours.TESTS]
        chosen = select.split() or everything
        console.run(pytest(database, report, *chosen), env=database.env(), cwd=places.ROOT)
        judge(report)


def side_by_side():
    """What pytest is told to run classes side by side, each worker on its own copy of the database."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    return [f"--numprocesses={workers}", "--dist=loadscope"] if workers > 1 else []


def without_data():
    """What pytest is told where the public data sets are absent: to leave out the tests on them."""
    if places.data():
        return []
    console.say(f"   {', '.join(ON_DATA)} are left out: the public data sets are not here. {FETCH_DATA}")
    return [f"--ignore={name}" for name in ON_DATA]


def without_printer(prints):
    """What pytest is told where nothing prints a PDF: to leave out the test that reads one."""
    if prints:
        return []
    console.say(f"   {ON_PRINTER} is left out: nothing prints a PDF here. {FETCH_PRINTER}")
    return [f"--ignore={ON_PRINTER}"]


def pytest(database, report, *arguments):
    """The command line that runs tests on a database and leaves a report in JUnit's form."""
    return [
        tool("pytest"),
        f"--rootdir={places.ROOT}",
        f"--config-file={places.ROOT / 'pyproject.toml'}",
        f"--odoo-config={database.config}",
        "--odoo-http",
        f"--junitxml={report}",
        *arguments,
    ]


def build_assets(database):
    with console.step("build the web assets"):
        command = [database.python, "-m", "dev.assets", database.name]
        log = places.BUILD / "log" / "assets.log"
        console.run(command, env=database.env(), cwd=places.ROOT, log=log)


def uninstalls(database):
    """Refuse an addon that leaves something behind when it is uninstalled."""
    copy = Database(f"{database.name}_gone", database.parameters, database.folder.name)
    copy.configure(free_port())
    with console.step("uninstall the addon in a copy and look for what it leaves"):
        copy.copy_from(database)
        command = [copy.python, "-m", "dev.uninstall", copy.name]
        console.run(command, env=copy.env(), cwd=places.ROOT, log=places.BUILD / "log" / "uninstall.log")
        copy.drop()


def same_tests(database):
    """Refuse tests that only one of pytest and `odoo-bin --test-tags` would run."""
    options = {"env": database.env(), "cwd": places.ROOT}
    with console.step("pytest and odoo-bin collect the same tests"):
        listed = console.output([database.python, "-m", "dev.loader"], need=True, **options)
        collect = [tool("pytest"), f"--odoo-config={database.config}", "--collect-only", "-q", "tests"]
        collect += [f"--ignore={name}" for name in neighbours.TESTS]
        collected = console.output(collect, need=True, **options)
    by_odoo = set(json.loads(listed.splitlines()[-1]))
    by_pytest = {line for line in collected.splitlines() if "::" in line}
    if not by_odoo:
        raise console.Stop("odoo-bin finds no test.", f"Is {places.ADDON}/tests/__init__.py in order?")
    if by_odoo != by_pytest:
        raise console.Stop(
            "pytest and odoo-bin would not run the same tests.",
            f"odoo-bin alone: {', '.join(sorted(by_odoo - by_pytest)[:5]) or 'none'}",
            f"pytest alone: {', '.join(sorted(by_pytest - by_odoo)[:5]) or 'none'}",
            "Odoo runs the methods of tagged classes that the class itself defines; "
            "for inherited ones set allow_inherited_tests_method = True on it.",
        )
    console.say(f"   {len(by_odoo)} tests")


def judge(report):
    """Refuse a run without tests, or one in which a test was skipped."""
    suite = ElementTree.parse(report).getroot().find("testsuite")
    count, skipped = int(suite.get("tests")), int(suite.get("skipped"))
    if not count:
        raise console.Stop("No test ran.", "Is tests/ there, and is the addon installed?")
    if skipped:
        names = [case.get("name") for case in suite.iter("testcase") if case.find("skipped") is not None]
        raise console.Stop(f"{skipped} skipped: {', '.join(names[:5])}.", "A skipped test proves nothing.")


def clean():
    """Remove this checkout's databases and build files; downloads stay."""
    cluster.stop_all()
    for path in (places.BUILD, places.state()):
        shutil.rmtree(path, ignore_errors=True)
    console.say(f"   downloads stay in {places.cache()}; remove that folder to free it")


def setup():
    """Fetch everything that the other commands would fetch."""
    packages.need(postgres=True, browser=True)
    packages.need_printer()
    packages.python()
    odoo.home()
