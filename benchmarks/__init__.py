"""Speed and scale of the addon, against hand-written SQL and against Odoo without it."""

import os

from odoo.modules import initialize_sys_path
from odoo.tools import config

# before the modules here import the addon: only now does Python know where it lies
config.parse_config([] if os.environ.get("VERBOSE") else ["--logfile", os.devnull])
initialize_sys_path()
