"""A server that a person looks at: `make demo`, `make serve`, `make shell`."""

import http.client
import signal
import socket
import subprocess
import time

from . import cluster, console, places
from .database import Database

LOGINS = {
    "administrator": "admin / admin",
    "salesperson": "sam / sam",
    "team leader": "lea / lea",
    "sales manager": "max / max",
    "commission administrator": "pia / pia",
    "outside agent": "ines / ines",
    "accountant": "ann / ann",
    "credit controller": "nora / nora",
    "finance director": "theo / theo",
}


def _check_port(port):
    """Refuse a port that cannot be listened on, before anything long is begun."""
    other = f"Choose another one: PORT={port + 1 if 1024 <= port < 65535 else 8070}"
    if not 0 < port < 65536:
        raise console.Stop(f"{port} is no port: they go from 1 to 65535.", other)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise console.Stop(f"Port {port} is for root only.", other) from None
        except OSError:
            raise console.Stop(
                f"Port {port} is busy: something on this machine listens there already.", other
            ) from None


def _serve(database, port):
    command = database.odoo("-c", database.config, "-d", database.name, "--log-level=warn")
    # a session of its own: Ctrl-C reaches it once, through here
    server = subprocess.Popen(list(map(str, command)), env=database.env(), start_new_session=True)

    asked = []

    def end(number, _frame):
        asked.append(number)
        server.send_signal(signal.SIGINT)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    if _answers(server, port):
        _welcome(database.name, port)
    code = server.wait()
    if code and not asked:
        raise console.Stop(f"The server ended with {code}.", "Its last words are above.")
    console.say("   stopped")


def _answers(server, port):
    """Wait until the server shows its login page; False when it ended instead."""
    while server.poll() is None:
        # no urllib: a proxy of the environment has no business here
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/web/login")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        else:
            return True
        finally:
            connection.close()
    return False


def _welcome(name, port):
    console.say(f"\n   {name} is at http://127.0.0.1:{port}/odoo\n")
    for role, login in (LOGINS if name == "sales_demo" else {"administrator": "admin / admin"}).items():
        console.say(f"   {role:<14} {login}")
    console.say("\n   Ctrl-C stops it; nothing is lost.\n")


def demo(port):
    """Create `sales_demo` once, then serve it."""
    _check_port(port)
    with cluster.running() as parameters:
        database = Database("sales_demo", parameters)
        database.configure(port)
        if database.exists():
            database.update()
        else:
            database.create(demo=True)
        _serve(database, port)


def serve(name, port):
    """Serve a database that exists."""
    _check_port(port)
    with cluster.running() as parameters:
        database = Database(name, parameters)
        database.configure(port)
        if not database.exists():
            raise console.Stop(
                f"There is no database `{name}`.",
                "`make demo` makes sales_demo, `make real` makes sales_real.",
            )
        database.update()
        _serve(database, port)


def shell(name):
    """An Odoo shell, `env` at hand, on a database that exists."""
    with cluster.running() as parameters:
        database = Database(name, parameters)
        database.configure()
        command = database.odoo("shell", "-c", database.config, "-d", name, "--no-http", "--log-level=warn")
        subprocess.run(list(map(str, command)), env=database.env(), cwd=places.ROOT, check=False)
