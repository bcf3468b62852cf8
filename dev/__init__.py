"""Getting and running Odoo for this addon: no product code, standard library only."""
