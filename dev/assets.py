"""Build the web assets once, so that the first browser test does not pay for them."""

import sys

import odoo
from odoo.modules.registry import Registry


def main(name):
    odoo.tools.config.parse_config(["-d", name, "--no-http"])
    with Registry(name).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()
        cr.commit()


if __name__ == "__main__":
    main(sys.argv[1])
