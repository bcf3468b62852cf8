"""`make bench`: run the benchmarks with a database of their own at hand."""

from . import checks, cluster, console, packages, places
from .database import Database


def main():
    """Run `python -m benchmarks`; it finds its database by ODOO_RC and PG*, FULL=1 passes through."""
    packages.need(postgres=True)
    with cluster.running("scratch") as parameters:
        database = Database("sales_bench", parameters, "scratch")
        database.configure(checks.free_port())
        if database.exists():
            database.update()
        else:
            database.create(demo=False)
        console.run([database.python, "-m", "benchmarks"], env=database.env(), cwd=places.ROOT)
