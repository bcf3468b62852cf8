"""Lint and tests, the same for a developer and for CI."""

import shutil
import socket
import xml.etree.ElementTree as ElementTree

from . import cluster, console, odoo, packages, places
from .database import Database

BIN = ("ruff", "pylint", "pytest")


def tool(name):
    return packages.python().parent / name


def lint(fix=False):
    """Ruff, pylint-odoo, prettier for XML and JavaScript: what pre-commit runs too."""
    packages.need()
    ruff = tool("ruff")
    with console.step("ruff"):
        console.run([ruff, "check", *(["--fix"] if fix else []), "."], cwd=places.ROOT)
        console.run([ruff, "format", *([] if fix else ["--check"]), "."], cwd=places.ROOT)
    with console.step("pylint-odoo"):
        env = Database("lint", {}).env()
        console.run([tool("pylint"), "--rcfile=.pylintrc", places.ADDON], cwd=places.ROOT, env=env)
    with console.step("prettier"):
        prettier("--write" if fix else "--check")


def prettier(mode):
    """Format XML and JavaScript with the pinned prettier; node comes as a Python wheel."""
    folder = places.cache() / "node"
    lock = places.ROOT / "dev" / "package-lock.json"
    if not (folder / "complete").exists() or (folder / "complete").read_text() != lock.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(places.ROOT / "dev" / name, folder / name)
        log = places.BUILD / "log" / "npm.log"
        console.run([tool("npm"), "ci", "--no-audit", "--no-fund"], log=log, cwd=folder,
                    hint="Is the network there? npm uses the registry this machine is configured for.")  # fmt: skip
        (folder / "complete").write_text(lock.read_text())
    plugin = folder / "node_modules" / "@prettier" / "plugin-xml" / "src" / "plugin.js"
    console.run(
        [tool("node"), folder / "node_modules" / "prettier" / "bin" / "prettier.cjs", mode, "--log-level=warn",
         f"--plugin={plugin}", f"{places.ADDON}/**/*.{{xml,js,scss}}"],
        cwd=places.ROOT, hint="`make format` mends it.",
    )  # fmt: skip


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test(select="", fresh=True):
    """Every test on a database made for it; fails when none ran or one was skipped.

    :param select: pytest arguments in place of the whole suite
    :param fresh: make the database anew, or only bring it up to date
    """
    packages.need(postgres=True, browser=True)
    with cluster.running("scratch") as parameters:
        database = Database("sales_test", parameters, "scratch")
        database.configure(free_port())
        if fresh or not database.exists():
            database.create(demo=False)
            with console.step("build the web assets"):
                console.run(
                    [database.python, "-m", "dev.assets", database.name],
                    env=database.env(), cwd=places.ROOT, log=places.BUILD / "log" / "assets.log",
                )  # fmt: skip
        else:
            database.update()
        report = places.BUILD / "tests.xml"
        report.parent.mkdir(exist_ok=True)
        console.run(
            [tool("pytest"), f"--odoo-config={database.config}", "--odoo-http",
             f"--junitxml={report}", *(select.split() or ["tests"])],
            env=database.env(), cwd=places.ROOT,
        )  # fmt: skip
        judge(report)


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
    for path in (places.BUILD, places.state()):
        shutil.rmtree(path, ignore_errors=True)
    console.say(f"   downloads stay in {places.cache()}; remove that folder to free it")


def setup():
    """Fetch everything that the other commands would fetch."""
    packages.need(postgres=True, browser=True)
    packages.python()
    odoo.home()
