"""The company that sells, set up as the data needs it: dollars, books, precision, no taxes."""

TIME_ZONE = "America/Los_Angeles"
NAME = "Adventure Works Cycles"
# so that prices and costs are shown with all their decimals
PRICE_DIGITS = 4


def set_up(company):
    """Give the company dollars, a chart of accounts and its address in Bothell, Washington."""
    env = company.env
    dollar = env.ref("base.USD")
    dollar.active = True
    env.ref("product.decimal_price").digits = PRICE_DIGITS
    country = env.ref("base.us")
    state = env["res.country.state"].search([("country_id", "=", country.id), ("code", "=", "WA")])
    # on the partner: a country written on the company would install a localisation
    company.partner_id.write(
        {"city": "Bothell", "zip": "98011", "state_id": state.id, "country_id": country.id,
         "tz": TIME_ZONE, "lang": "en_US"}
    )  # fmt: skip
    if company.currency_id != dollar:
        company.currency_id = dollar
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.write(
        {
            "account_sale_tax_id": False,
            "account_purchase_tax_id": False,
            # by default Odoo rounds a document and puts the difference on its largest line
            "tax_calculation_rounding_method": "round_per_line",
        }
    )
    if "stm_tz" in company._fields:
        company.stm_tz = TIME_ZONE
