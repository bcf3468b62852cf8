"""What is sold and to whom: products with their category tree, resellers with their address."""

from . import source

COUNTRY = {"US": "base.us", "CA": "base.ca", "GB": "base.uk", "FR": "base.fr", "DE": "base.de",
           "AU": "base.au"}  # fmt: skip


def categories(company, folder):
    """Create the tree category > subcategory.

    :return: categories by (category, subcategory); a top one has an empty subcategory
    """
    rows = source.rows(folder, "products")
    Category = company.env["product.category"]
    tops = sorted({row["category"] for row in rows})
    made = {
        (top, ""): category
        for top, category in zip(tops, Category.create([{"name": top} for top in tops]), strict=True)
    }
    pairs = sorted({(row["category"], row["subcategory"]) for row in rows})
    values = [{"name": name, "parent_id": made[top, ""].id} for top, name in pairs]
    made.update(zip(pairs, Category.create(values), strict=True))
    return made


def products(company, folder, category):
    """Create the products, invoiced as ordered, without taxes, at the file's cost.

    :param category: what :func:`categories` returns
    :return: products by product key
    """
    rows = source.rows(folder, "products")
    values = [
        {
            "name": row["name"],
            "default_code": row["code"],
            "categ_id": category[row["category"], row["subcategory"]].id,
            "type": "consu",
            "invoice_policy": "order",
            "list_price": float(row["list_price"]),
            "standard_price": float(row["standard_cost"]),
            "taxes_id": False,
            "supplier_taxes_id": False,
            "description": "; ".join(
                f"{label}: {row[column].strip()}"
                for label, column in (
                    ("Model", "model"),
                    ("Product line", "product_line"),
                    ("Class", "class"),
                    ("Dealer price", "dealer_price"),
                )
                if row[column].strip()
            ),
        }
        for row in rows
    ]
    made = company.env["product.product"].create(values)
    return {row["product_key"]: product for row, product in zip(rows, made, strict=True)}


def resellers(company, folder):
    """Create the resellers as companies with their address.

    :return: partners by reseller key
    """
    env = company.env
    rows = source.rows(folder, "resellers")
    kinds = sorted({row["business_type"] for row in rows})
    made = env["res.partner.category"].create([{"name": kind} for kind in kinds])
    tag = dict(zip(kinds, made, strict=True))
    country = {code: env.ref(name) for code, name in COUNTRY.items()}
    state = find_states(env, country)
    # the files name no terms; without any, Odoo would have old invoices fall due today
    terms = env.ref("account.account_payment_term_immediate")
    values = [
        {
            "name": row["name"],
            "ref": row["account_number"],
            "is_company": True,
            "street": row["street"],
            "city": row["city"],
            "zip": row["zip"],
            "country_id": country[row["country_code"]].id,
            "state_id": state.get((row["country_code"], row["state_code"]), False),
            "category_id": tag[row["business_type"]].ids,
            "property_payment_term_id": terms.id,
            "comment": f"{row['product_line']} bikes; {row['employees']} employees; annual sales "
            f"{float(row['annual_sales']):,.0f}, revenue {float(row['annual_revenue']):,.0f}; "
            f"opened {row['year_opened']}; {row['state']}.",
        }
        for row in rows
    ]
    partners = env["res.partner"].create(values)
    return {row["reseller_key"]: partner for row, partner in zip(rows, partners, strict=True)}


def find_states(env, country):
    """Ids of Odoo's states by (country code, state code); Odoo writes Germany's as DE-BY."""
    ids = [record.id for record in country.values()]
    by_country = {record.id: code for code, record in country.items()}
    return {
        (by_country[state.country_id.id], state.code.rpartition("-")[2]): state.id
        for state in env["res.country.state"].search([("country_id", "in", ids)])
    }
