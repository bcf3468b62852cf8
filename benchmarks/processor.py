"""Seconds of the processor, which count the same whatever else the machine does."""

import time
from pathlib import Path
from typing import NamedTuple


class Spent(NamedTuple):
    """Seconds on the clock, of the processor in Python, and in PostgreSQL; 0 where nobody tells."""

    wall: float
    python: float
    postgres: float

    @property
    def busy(self):
        return self.python + self.postgres


class Processor:
    """Measures what work costs here and in the process with which PostgreSQL serves a connection.

    :param env: environment with that connection; its server runs on this machine, or it tells nothing
    """

    def __init__(self, env):
        env.cr.execute("SELECT pg_backend_pid()")
        self.file = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")

    def measure(self, work):
        """What a call spends, and what it returns."""
        before = self._read()
        result = work()
        return Spent(*(after - start for after, start in zip(self._read(), before, strict=True))), result

    def _read(self):
        try:
            nanoseconds = int(self.file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            nanoseconds = 0
        return time.perf_counter(), time.process_time(), nanoseconds / 1e9
