"""AdventureWorks in Odoo: a reseller business that nobody here made, through Odoo's own models.

`source` reads the files, `company`, `people`, `catalogue` and `documents` make Odoo's
records, `quotas` the approved plan, `sums` adds up the files without Odoo, `compare`
holds one against the other, `table` prints, `load` does it all in one database.
"""
