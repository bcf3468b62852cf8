"""What the person at the terminal sees: steps with progress, faults with a way out."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path


class Stop(Exception):
    """A fault the user can mend: what happened and what to do."""


def say(text=""):
    print(text, flush=True)


@contextmanager
def step(title):
    """Announce a step, say every few seconds that it is alive, and how long it took."""
    started = time.monotonic()
    done = threading.Event()

    def alive():
        while not done.wait(15):
            say(f"   … {title}: {time.monotonic() - started:.0f} s")

    say(f"→ {title}")
    threading.Thread(target=alive, daemon=True).start()
    try:
        yield
    finally:
        done.set()
    say(f"   done in {time.monotonic() - started:.0f} s")


def run(command, *, log=None, hint="", env=None, cwd=None):
    """Run a command; with ``log`` its output goes there and its end is shown on failure.

    :raises Stop: when it fails, with ``hint`` as what to do
    """
    command = [str(part) for part in command]
    if log is None:
        code = subprocess.run(command, env=env, cwd=cwd, check=False).returncode
    else:
        log = Path(log)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as out:
            code = subprocess.run(
                command, env=env, cwd=cwd, stdout=out, stderr=subprocess.STDOUT, check=False
            ).returncode
    if code:
        if log is not None:
            for line in log.read_text(errors="replace").splitlines()[-25:]:
                print(f"   | {line}", file=sys.stderr)
            hint = f"{hint}\n   The whole output is in {log}".lstrip("\n")
        raise Stop(f"`{' '.join(command[:6])} …` ended with {code}.", hint)


def output(command, *, need=False, **options):
    """The standard output of a command, or an empty string when it fails.

    :raises Stop: when it fails and is needed
    """
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode and need:
        for line in (done.stdout + done.stderr).splitlines()[-40:]:
            print(f"   | {line}", file=sys.stderr)
        raise Stop(f"`{' '.join(command[:6])} …` ended with {done.returncode}.")
    return done.stdout.strip() if done.returncode == 0 else ""
