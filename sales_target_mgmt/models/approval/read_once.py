"""What many documents of one screen ask alike is read once."""

import functools
from contextlib import contextmanager

MEMORY = "stm_read_once"


@contextmanager
def reading_once(env):
    """Within it methods marked with :func:`read_once` keep what they found; nothing may be written."""
    if MEMORY in env.cr.cache:
        yield
        return
    env.cr.cache[MEMORY] = {}
    try:
        yield
    finally:
        del env.cr.cache[MEMORY]


def read_once(method):
    """For methods of a model that only read, with arguments that can be keys."""

    @functools.wraps(method)
    def find(self, *args):
        memory = self.env.cr.cache.get(MEMORY)
        if memory is None:
            return method(self, *args)
        key = (self, method.__qualname__, *args)
        if key not in memory:
            memory[key] = method(self, *args)
        return memory[key]

    return find
