"""Odoo databases: created, kept up to date with the addon, copied, dropped."""

import hashlib
import json
import shutil
import subprocess

from . import cluster, console, odoo, packages, places

# psycopg2 lives in the virtual environment, this module runs outside of it
STATEMENT = """
import json, sys, psycopg2
connection = psycopg2.connect(dbname=sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sys.argv[2])
print(json.dumps(cursor.fetchall() if cursor.description else []))
"""


class Database:
    """One Odoo database of this checkout.

    :param name: its name
    :param parameters: connection options of :func:`dev.cluster.running`
    :param kind: folder of the file store, `main` or `scratch`
    """

    def __init__(self, name, parameters, kind="main"):
        self.name = name
        self.parameters = parameters
        # a server of the user's own may have databases of the same names
        self.folder = places.state() / (cluster.given_name() or kind)
        self.config = self.folder / f"{name}.conf"
        self.stamp = self.folder / f"{name}.stamp"
        self.home = odoo.home()
        self.python = packages.python()

    def env(self):
        """Environment in which `odoo` is importable and libpq finds the server."""
        names = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER", "db_password": "PGPASSWORD"}
        given = {names[key]: value for key, value in self.parameters.items()}
        return {**odoo.environment(self.home), **given, "ODOO_RC": str(self.config)}

    def configure(self, port=8069, addons=()):
        """Write Odoo's configuration file for this database."""
        paths = [*odoo.addons(self.home), places.ROOT, *addons]
        options = {
            **self.parameters,
            "db_name": self.name,
            "dbfilter": f"^{self.name}$",
            "addons_path": ",".join(map(str, paths)),
            "data_dir": self.folder / "data",
            "http_interface": "127.0.0.1",
            "http_port": port,
            "max_cron_threads": 1,
            "list_db": False,
            "server_wide_modules": "base,rpc,web",
            "limit_time_real": 1200,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = ["[options]", *(f"{key} = {value}" for key, value in options.items())]
        self.config.write_text("\n".join(lines) + "\n")
        self.config.chmod(0o600)

    def odoo(self, *arguments):
        """The command line of an Odoo server on this database."""
        return [self.python, "-m", "odoo", *map(str, arguments)]

    def sql(self, statement, database="postgres"):
        """Run one statement and return its rows as tuples."""
        done = subprocess.run(
            [self.python, "-c", STATEMENT, database, statement],
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            fault = next((line for line in lines if line.startswith("psycopg2.")), lines[-1])
            hint = "Are the PG* variables right? Unset them to use a private cluster."
            raise console.Stop(f"PostgreSQL refused: {fault}", hint if cluster.given() else "")
        return json.loads(done.stdout)

    def exists(self):
        name = self.name.replace("'", "''")
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def drop(self):
        self.sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder / "data" / "filestore" / self.name, ignore_errors=True)
        self.stamp.unlink(missing_ok=True)

    def copy_from(self, other):
        """Make this database a copy of another one of the same cluster, files included."""
        self.drop()
        files = other.folder / "data" / "filestore" / other.name
        if files.is_dir():
            shutil.copytree(files, self.folder / "data" / "filestore" / self.name)
        self.sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{other.name}"')
        if other.stamp.exists():
            shutil.copy(other.stamp, self.stamp)

    def create(self, *, demo, addons=(places.ADDON,), languages="en_US,zh_CN"):
        """Create it from nothing; half-made ones never bear the name.

        :param demo: whether demonstration data is loaded
        :param addons: technical names of what is installed
        """
        final, self.name = self.name, f"{self.name}_new"
        self.drop()
        arguments = ["-c", self.config, "-d", self.name, "-i", ",".join(addons), "--stop-after-init",
                     "--no-http", "--max-cron-threads=0"]  # fmt: skip
        if demo:
            arguments.append("--with-demo")
        if languages:
            arguments.append(f"--load-language={languages}")
        log = places.BUILD / "log" / f"create-{final}.log"
        with console.step(f"create the database `{final}`"):
            console.run(self.odoo(*arguments), log=log, env=self.env())
            _complain(log)
            self._take_name(final)
        self.stamp.write_text(_fingerprint())

    def _take_name(self, final):
        made, self.name = self.name, final
        self.drop()
        files = self.folder / "data" / "filestore"
        if (files / made).is_dir():
            (files / made).rename(files / final)
        # last: from here on it is there, and whole
        self.sql(f'ALTER DATABASE "{made}" RENAME TO "{final}"')

    def update(self):
        """Bring the addon in the database to the state of the checkout, if it changed."""
        if self.stamp.exists() and self.stamp.read_text() == _fingerprint():
            return
        log = places.BUILD / "log" / f"update-{self.name}.log"
        arguments = ["-c", self.config, "-d", self.name, "-u", places.ADDON, "--stop-after-init",
                     "--no-http", "--max-cron-threads=0", "--i18n-overwrite"]  # fmt: skip
        with console.step(f"update the addon in `{self.name}`"):
            console.run(self.odoo(*arguments), log=log, env=self.env())
            _complain(log)
        self.stamp.write_text(_fingerprint())


def _fingerprint():
    """A digest of every file of the addon, so that an update runs when one changed."""
    digest = hashlib.sha256()
    for path in sorted((places.ROOT / places.ADDON).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(places.ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _complain(log):
    """Odoo logs some faults of data files and goes on; here they are faults."""
    text = log.read_text(errors="replace")
    # demonstration data that fails is only a warning to Odoo
    signs = (" ERROR ", " CRITICAL ", " demo data failed to install")
    bad = [line for line in text.splitlines() if any(sign in line for sign in signs)]
    if bad:
        raise console.Stop("Odoo reported: " + bad[0][:400], f"The whole output is in {log}")
