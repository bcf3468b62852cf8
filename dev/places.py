"""Where things lie: downloads are shared by all checkouts, databases belong to one."""

import fcntl
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = "sales_target_mgmt"
BUILD = ROOT / "build"


def _home(variable, default):
    return Path(os.environ.get(variable) or Path.home() / default)


def cache():
    """Folder of what can be fetched again: packages, Odoo, virtual environments."""
    chosen = os.environ.get("STM_CACHE")
    return Path(chosen) if chosen else _home("XDG_CACHE_HOME", ".cache") / ADDON


@contextmanager
def alone(name):
    """Hold what lies in the cache under this name: checkouts share it and may fetch at once."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def state():
    """Folder of what cannot: databases and file stores of this checkout.

    PostgreSQL refuses to run as root, so root's databases belong to another user,
    who cannot enter root's home; they lie in a folder that everyone can reach.
    """
    chosen = os.environ.get("STM_STATE")
    if chosen:
        base = Path(chosen)
    elif os.geteuid() == 0:
        base = Path("/var/local") / ADDON
    else:
        base = _home("XDG_DATA_HOME", ".local/share") / ADDON
    return base / f"{ROOT.name}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"


def data():
    """Folder of the public data sets, or None where they are absent."""
    folder = Path(os.environ.get("STM_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None
