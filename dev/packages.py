"""Debian packages that the machine lacks, and the pinned Python packages."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from . import console, places

APT_HINT = "Is the network there, and does `apt-get update` work on this machine?"
REQUIREMENTS = places.ROOT / "dev" / "requirements.txt"


def postgres_bin():
    """Folder of the newest PostgreSQL server programs of the machine, or None."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parent.parent.name)
    )
    return found[-1].parent if found else None


def chromium():
    """Path of the browser that Odoo's browser tests drive, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if shutil.which(name):
            return shutil.which(name)
    return None


def printer():
    """What is missing for reports as PDF, Chinese ones included: names of Debian packages."""
    missing = [] if shutil.which("wkhtmltopdf") else ["wkhtmltopdf"]
    if not shutil.which("fc-list") or not console.output(["fc-list", ":lang=zh-cn"]):
        missing += ["fontconfig", "fonts-droid-fallback"]
    return missing


def _has_venv():
    try:
        import ensurepip  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def need(*, postgres=False, browser=False):
    """Install by apt what is missing; without root, say what to install.

    :raises Stop: when something is missing and cannot be installed from here
    """
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise console.Stop(
            f"Python {sys.version_info[0]}.{sys.version_info[1]} runs this; Odoo 19 wants 3.11 to 3.13.",
            "Call make with PYTHON=python3.12, for example.",
        )
    missing = []
    if not _has_venv():
        missing.append("python3-venv")
    if postgres and not postgres_bin():
        missing.append("postgresql")
    if browser and not chromium():
        missing.append("chromium")
    if not missing:
        return
    _install(missing)


def need_printer():
    """Install what prints PDF, where Debian has it; not before anything else is there.

    :return: whether it is there now; releases after Debian 12 have no wkhtmltopdf any more
    :raises Stop: when it could be installed, but not from here
    """
    missing = printer()
    if missing and shutil.which("apt-cache"):
        log = places.BUILD / "log" / "apt.log"
        if os.geteuid() == 0:
            console.run(["apt-get", "update"], log=log, hint=APT_HINT)
        if all(console.output(["apt-cache", "show", name]) for name in missing):
            _install(missing)
    return not printer()


def _install(missing):
    names = " ".join(missing)
    if not shutil.which("apt-get"):
        raise console.Stop(f"Missing on this machine: {names}.", "Install them with its package manager.")
    if os.geteuid() != 0:
        raise console.Stop(
            f"Missing on this machine: {names}.",
            f"As root: apt-get update && apt-get install --no-install-recommends {names}",
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = places.BUILD / "log" / "apt.log"
    with console.step(f"apt-get install {names} (the only change to the system)"):
        console.run(["apt-get", "update"], log=log, env=env, hint=APT_HINT)
        console.run(
            ["apt-get", "install", "-y", "--no-install-recommends", *missing],
            log=log,
            env=env,
            hint=APT_HINT,
        )


def python():
    """The interpreter of the virtual environment with the pinned packages; builds it once."""
    stamp = f"{sys.version_info[0]}.{sys.version_info[1]}\n{sys.prefix}\n{REQUIREMENTS.read_text()}"
    name = f"venv-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    folder = places.cache() / name
    with places.alone(name):
        if not (folder / "complete").exists():
            _fetch_python(folder)
    return folder / "bin" / "python"


def _fetch_python(folder):
    shutil.rmtree(folder, ignore_errors=True)
    log = places.BUILD / "log" / "pip.log"
    with console.step("Python packages from dev/requirements.txt"):
        console.run([sys.executable, "-m", "venv", folder], log=log)
        console.run(
            [folder / "bin" / "pip", "install", "--disable-pip-version-check", "-r", REQUIREMENTS],
            log=log,
            hint="Is the network there? pip uses the index this machine is configured for.",
        )
    (folder / "complete").touch()
