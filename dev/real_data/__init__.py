"""AdventureWorks in Odoo: a reseller business that nobody here made, through Odoo's own models.

`source` reads the files, `company`, `people`, `catalogue` and `documents` make Odoo's
records, `quotas` the approved plan, `sums` adds up the files without Odoo, `compare`
holds one against the other, `table` prints, `load` does it all in one database.

`wages` says from the files what is owed to whom, `turns` what payments and refunds make of it;
`commission` and `commission_turns` settle the same in Odoo.
"""
