"""Odoo 19 Community without a git clone: Debian's archive carries all of it.

The suite `sid` has the package `odoo-19`. Nothing of it is installed: a private apt
configuration checks the signatures and downloads, `dpkg-deb` unpacks into the cache.
The machine's own apt is asked for the archive's address, so mirrors and proxies hold.
"""

import os
import shutil
from pathlib import Path

from . import console, places

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FROM_SID = ["odoo-19", "fonts-montserrat"]
# the package links its jQuery, underscore and fonts to these by relative path
FROM_OWN_SUITE = [
    "libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-font-awesome",
    "fonts-roboto-unhinted", "fonts-inconsolata", "fonts-ocr-b",
]  # fmt: skip
# Debian leaves this file out; a missing asset is a console error, which fails every tour
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
WAY_OUT = (
    "Set ODOO_HOME to an Odoo 19 source folder (the one that holds odoo-bin), "
    "or look whether the network and `apt-get update` work."
)


def home():
    """Folder whose `odoo` package is Odoo 19: ODOO_HOME, or the unpacked Debian package."""
    chosen = os.environ.get("ODOO_HOME")
    if chosen:
        folder = Path(chosen).expanduser().resolve()
        release = folder / "odoo" / "release.py"
        if not release.exists() or "version_info = (19," not in release.read_text():
            raise console.Stop(
                f"ODOO_HOME={chosen} holds no Odoo 19.", "It must hold odoo/release.py of 19.0."
            )
        return folder
    folder = places.cache() / "odoo-19"
    with places.alone("odoo-19"):
        if not (folder / "complete").exists():
            _fetch(folder)
    return folder / "usr" / "lib" / "python3" / "dist-packages"


def environment(folder):
    """Environment in which `odoo`, the addon and `dev` are importable."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(places.ROOT)])}


def addons(folder):
    """The addons folders of an Odoo home, for `addons_path`."""
    inner, outer = folder / "odoo" / "addons", folder / "addons"
    # Debian's package has all in the inner one, and an incomplete copy of it in the outer
    return [inner] if (inner / "web").is_dir() else [outer, inner]


def _archive():
    """Address of Debian's archive as this machine's apt knows it."""
    lines = console.output(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(SITE) $(ORIGIN) $(LABEL)"]
    ).splitlines()
    uris = [line.split()[0] for line in lines]
    known = [line.split()[0] for line in lines if line.endswith(" Debian Debian")]
    # before the first `apt-get update` origin and label are empty: go by the path
    for uri in known + [uri for uri in uris if uri.rstrip("/").endswith("/debian")]:
        return uri
    raise console.Stop("This machine's apt knows no Debian archive.", WAY_OUT)


def _fetch(folder):
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists()):
        raise console.Stop("Odoo is fetched with Debian's apt, which is not here.", WAY_OUT)
    apt, deb = places.cache() / "apt", places.cache() / "deb"
    for path in ("etc", "state/lists/partial", "cache/archives/partial"):
        (apt / path).mkdir(parents=True, exist_ok=True)
    deb.mkdir(exist_ok=True)
    (apt / "etc" / "sid.sources").write_text(
        f"Types: deb\nURIs: {_archive()}\nSuites: sid\nComponents: main\nSigned-By: {KEYRING}\n"
    )
    unsandboxed = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    private = [
        *unsandboxed,
        "-o", "Dir::Etc::SourceList=/dev/null",
        "-o", f"Dir::Etc::SourceParts={apt / 'etc'}",
        "-o", f"Dir::State::Lists={apt / 'state' / 'lists'}",
        "-o", f"Dir::Cache={apt / 'cache'}",
        "-o", "Acquire::Languages=none",
        # without it apt takes a dead network for an archive that has nothing
        "-o", "APT::Update::Error-Mode=any",
    ]  # fmt: skip
    log = places.BUILD / "log" / "odoo.log"
    with console.step("download Odoo 19 (130 MB) from Debian's archive"):
        for path in deb.glob("*.deb"):
            path.unlink()
        console.run(["apt-get", *private, "update"], log=log, hint=WAY_OUT)
        console.run(["apt-get", *private, "download", *FROM_SID], log=log, hint=WAY_OUT, cwd=deb)
        _download_own(log, unsandboxed, deb)
    with console.step("unpack Odoo 19"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in sorted(deb.glob("*.deb")):
            console.run(["dpkg-deb", "-x", path, folder], log=log)
        _mend(folder)
    (folder / "complete").touch()


def _download_own(log, unsandboxed, deb):
    command = ["apt-get", *unsandboxed, "download", *FROM_OWN_SUITE]
    try:
        console.run(command, log=log, cwd=deb)
    except console.Stop:
        if os.geteuid() != 0:
            raise console.Stop("apt's package lists are missing.", "As root: apt-get update") from None
        console.run(["apt-get", "update"], log=log, hint=WAY_OUT)
        console.run(command, log=log, hint=WAY_OUT, cwd=deb)


def _mend(folder):
    left_out = folder / "usr/lib/python3/dist-packages/odoo/addons" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.write_text("// background blur of calls is not part of this package\n")
    dangling = [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        names = ", ".join(str(path.relative_to(folder)) for path in dangling[:5])
        raise console.Stop(f"The Debian package links to files that are not here: {names}.", WAY_OUT)
