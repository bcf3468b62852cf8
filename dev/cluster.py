"""PostgreSQL: the one that PG* variables name, or a private cluster on a Unix socket."""

import fcntl
import hashlib
import os
import shutil
import signal
from contextlib import contextmanager

from . import console, packages, places

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSERVICE", "PGPASSFILE")
ROLE = "odoo"
# a bench or a test may lose its database; a demo may not
SCRATCH = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=4GB"]
COMMON = ["listen_addresses=", "shared_buffers=512MB", "work_mem=32MB", "maintenance_work_mem=256MB",
          "max_connections=150", "jit=off", "lc_messages=C"]  # fmt: skip


def given():
    """Connection parameters of an existing server when PG* variables are set, else None."""
    if not any(os.environ.get(name) for name in VARIABLES):
        return None
    options = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user", "PGPASSWORD": "db_password"}
    return {option: os.environ[name] for name, option in options.items() if os.environ.get(name)}


def given_name():
    """A folder name for the files of the server that PG* variables name, else None."""
    if not given():
        return None
    where = [os.environ.get(name, "") for name in ("PGHOST", "PGPORT", "PGSERVICE")]
    return f"server-{hashlib.sha256(repr(where).encode()).hexdigest()[:8]}"


class Cluster:
    """A private cluster, owned by whom PostgreSQL accepts, reachable by its socket alone.

    :param name: `main` keeps what it is given, `scratch` trades durability for speed
    """

    def __init__(self, name):
        self.name = name
        self.folder = places.state() / name
        self.pgdata = self.folder / "pgdata"
        self.socket = self.folder / "run"
        self.bin = None

    def parameters(self):
        return {"db_host": str(self.socket), "db_port": "5432", "db_user": ROLE}

    def _as_owner(self, program, *arguments):
        command = [self.bin / program, *arguments]
        return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command

    def create(self):
        if (self.pgdata / "PG_VERSION").exists() and (self.folder / "complete").exists():
            return
        with console.step(f"create the private PostgreSQL cluster `{self.name}`"):
            shutil.rmtree(self.pgdata, ignore_errors=True)
            for path in (self.folder, self.socket):
                path.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(self.folder, "postgres")
                shutil.chown(self.socket, "postgres")
            self.socket.chmod(0o700)
            if len(str(self.socket / ".s.PGSQL.5432")) > 107:
                raise console.Stop(
                    f"The socket path {self.socket} is longer than 107 bytes.",
                    "Set STM_STATE to a shorter folder.",
                )
            log = places.BUILD / "log" / "initdb.log"
            console.run(
                self._as_owner("initdb", "-D", self.pgdata, "-U", ROLE, "-A", "trust",
                               "-E", "UTF8", "--locale=C.UTF-8"),
                log=log, cwd="/",
            )  # fmt: skip
            (self.folder / "complete").touch()

    def start(self):
        self.bin = packages.postgres_bin()
        self.create()
        running = console.output(self._as_owner("pg_ctl", "-D", self.pgdata, "status"), cwd="/")
        if running:
            return
        settings = [*COMMON, f"unix_socket_directories={self.socket}"]
        if self.name == "scratch":
            settings += SCRATCH
        options = " ".join(f"-c {setting}" for setting in settings)
        console.run(
            self._as_owner("pg_ctl", "-D", self.pgdata, "-w", "-l", self.folder / "postgres.log",
                           "-o", options, "start"),
            log=places.BUILD / "log" / "pg_ctl.log", cwd="/",
            hint=f"The server's own words are in {self.folder / 'postgres.log'}",
        )  # fmt: skip

    def stop(self):
        # fast: open transactions are rolled back, nothing committed is lost
        console.output(self._as_owner("pg_ctl", "-D", self.pgdata, "-m", "fast", "-w", "stop"), cwd="/")


def stop_all():
    """Stop what an earlier command, killed, may have left running.

    :raises Stop: when a command is at work on a cluster
    """
    for folder in places.state().glob("*/pgdata"):
        cluster = Cluster(folder.parent.name)
        with (cluster.folder / "users.lock").open("w") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise console.Stop(
                    f"The cluster `{cluster.name}` is in use.", "End `make demo` and its like first."
                ) from None
            cluster.bin = packages.postgres_bin()
            cluster.stop()


@contextmanager
def running(name="main"):
    """A PostgreSQL to work on; yields Odoo's connection options.

    Commands that run at once share the cluster: the last one to leave stops it.
    """
    parameters = given()
    if parameters is not None:
        yield parameters
        return
    packages.need(postgres=True)
    cluster = Cluster(name)
    cluster.folder.mkdir(parents=True, exist_ok=True)
    with (
        (cluster.folder / "users.lock").open("w") as users,
        (cluster.folder / "start.lock").open("w") as door,
    ):
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster.start()
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield cluster.parameters()
        finally:
            # a second Ctrl-C must not leave the cluster half-stopped
            previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
            fcntl.flock(door, fcntl.LOCK_EX)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                cluster.stop()
            signal.signal(signal.SIGINT, previous)
