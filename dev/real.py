"""`make real DATA=folder`: a real firm's years in Odoo, and every figure checked."""

from pathlib import Path

from . import cluster, console
from .database import Database

NAME = "sales_real"
FILES = ("salespeople.csv", "quotas.csv", "territories.csv", "territory_history.csv", "resellers.csv",
         "products.csv", "promotions.csv", "order_lines.csv.gz")  # fmt: skip
RECEIVABLES = "invoices.csv"


def main(data):
    """Make `sales_real` anew from the AdventureWorks files in the folder ``data``, or the receivables.

    :raises Stop: when files are missing, or Odoo's figures differ from those of the files
    """
    folder = Path(data).expanduser().resolve()
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing and not (folder / RECEIVABLES).is_file():
        raise console.Stop(
            f"{folder} lacks {', '.join(missing)}.",
            "Name the folder of the AdventureWorks files, or that of the receivables: make real DATA=folder",
        )
    with cluster.running() as parameters:
        database = Database(NAME, parameters)
        database.configure()
        if database.exists():
            console.say(f"   the present `{NAME}` gives way to a new one")
            database.drop()
        database.create(demo=False)
        console.run(
            [database.python, "-m", "dev.real_data", NAME, folder],
            env=database.env(),
            hint=f"What is wrong is said above; `make shell DB={NAME}` looks into it.",
        )
    console.say(f"\n   make serve DB={NAME} shows it: admin / admin")
