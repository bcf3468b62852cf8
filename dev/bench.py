"""`make bench`: run the benchmarks with databases of their own at hand."""

import ast

from . import checks, cluster, console, packages, places
from .database import Database


def main():
    """Run `python -m benchmarks`; it finds its databases by ODOO_RC, STM_BENCH_CORE and PG*.

    It gets a copy to fill, with the addon, and a small one without; FULL=1 passes through.
    """
    packages.need(postgres=True)
    with cluster.running("scratch") as parameters:
        database = Database("sales_bench", parameters, "scratch")
        core = Database("sales_bench_core", parameters, "scratch")
        filled = Database("sales_bench_run", parameters, "scratch")
        for one in (database, core, filled):
            one.configure(checks.free_port())
        if database.exists():
            database.update()
        else:
            database.create(demo=False)
        if not core.exists():
            core.create(demo=False, addons=_dependencies())
        filled.copy_from(database)
        try:
            console.run(
                [filled.python, "-m", "benchmarks"],
                env={**filled.env(), "STM_BENCH_CORE": core.name},
                cwd=places.ROOT,
            )
        finally:
            filled.drop()


def _dependencies():
    manifest = ast.literal_eval((places.ROOT / places.ADDON / "__manifest__.py").read_text())
    return manifest["depends"]
