"""Each of the workers that run tests side by side has files of its own, as it has a database of its own."""

import os
import shutil

import pytest

from odoo.tools import config


@pytest.fixture(scope="session", autouse=True)
def own_files(load_registry):
    """pytest-odoo gives all workers one file store; what one no longer needs would be gone for another."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        yield
        return
    shared = config.filestore.return_value
    own = f"{shared}-{worker}"
    shutil.copytree(shared, own, dirs_exist_ok=True)
    config.filestore.return_value = own
    yield
    shutil.rmtree(own)
