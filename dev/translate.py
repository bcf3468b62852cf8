"""Terms of the addon: gathered from a database, merged into the translations."""

import io
import sys

from . import cluster, console, places
from .database import Database

FOLDER = places.ROOT / places.ADDON / "i18n"


def merge():
    """Bring the template and every translation to the terms that the addon has now.

    What is still to be translated is listed; `tests/test_i18n.py` fails until it is.
    """
    with cluster.running("scratch") as parameters:
        database = Database("sales_test", parameters, "scratch")
        database.configure()
        if database.exists():
            database.update()
        else:
            database.create(demo=False)
        command = [database.python, "-m", "dev.translate", database.name]
        console.run(command, env=database.env(), cwd=places.ROOT)


def template(env):
    """The terms of the addon as a `polib.POFile` without translations."""
    import polib  # noqa: PLC0415

    from odoo.tools.translate import trans_export  # noqa: PLC0415

    buffer = io.BytesIO()
    trans_export(None, [places.ADDON], buffer, "po", env)
    return polib.pofile(buffer.getvalue().decode())


def _main(name):
    import polib  # noqa: PLC0415

    import odoo  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415

    odoo.tools.config.parse_config(["-d", name, "--no-http"])
    with Registry(name).cursor() as cr:
        terms = template(odoo.api.Environment(cr, odoo.SUPERUSER_ID, {}))
    for unstable in ("POT-Creation-Date", "PO-Revision-Date"):
        terms.metadata.pop(unstable, None)
    terms.save(str(FOLDER / f"{places.ADDON}.pot"))
    for path in sorted(FOLDER.glob("*.po")):
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
        for entry in terms:
            entry.msgstr = known.get(entry.msgid, "")
        terms.metadata["Language"] = path.stem
        terms.save(str(path))
        missing = [entry.msgid for entry in terms if not entry.msgstr]
        console.say(f"   {path.name}: {len(terms)} terms, {len(missing)} to translate")
        for term in missing:
            console.say(f"     {term!r}")


if __name__ == "__main__":
    _main(sys.argv[1])
