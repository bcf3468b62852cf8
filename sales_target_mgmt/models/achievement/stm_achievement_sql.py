"""The words in which the sources of `stm.achievement` are written.

The tables have the same short names throughout: ``l`` the line, ``c`` the company, ``cc`` its
currency, ``p`` the partner, ``pt`` the product template.
"""

from typing import NamedTuple

from .stm_achievement_columns import COLUMNS, DEFAULTS, FURTHER, ID_STEP


class Source(NamedTuple):
    """A branch of the view: column, of these or the further ones → SQL expression, and its FROM … WHERE.

    ``by_document`` is the same FROM … WHERE with lines looked up: see :func:`by_index`.
    """

    columns: dict
    tables: str
    by_document: str | None = None


def joined(table, name, condition):
    """SQL of an ordinary join: how it is done is the planner's choice."""
    return f"JOIN {table} {name} ON {condition}"


def by_index(table, name, condition):
    """SQL of a join that looks the rows up, one document after the other.

    For a few days of many years: the planner is told days as parameters, and samples of such tables
    suggest to it several times the lines that documents have, so that left to itself it reads all lines
    that there are. And where a line is asked for more than sums: for all lines that there are it takes as
    long as reading them, and it never takes much longer.
    """
    rows = f"SELECT * FROM {table} {name} WHERE {condition} OFFSET 0"  # noqa: S608  names of our own
    return f"CROSS JOIN LATERAL ({rows}) {name}"


def single_id(code, line="l.id"):
    """SQL of the id of a row that belongs to one source line."""
    return f"{line}::bigint * {ID_STEP} + {code}"


def pair_id(code, one, line="l.id"):
    """SQL of the id of a row that belongs to a pair, by Cantor's pairing function."""
    total = f"({one}::bigint + {line})"
    return f"({total} * ({total} + 1) / 2 + {line}) * {ID_STEP} + {code}"


def local_day(stamp):
    """SQL of the day of a UTC time in the company's sales time zone."""
    return f"({stamp} AT TIME ZONE 'UTC' AT TIME ZONE c.stm_tz)::date"


def money(amount, currency, rate):
    """SQL of an amount of a document in company currency, rounded as Odoo rounds it."""
    return (
        f"CASE WHEN {currency} = c.currency_id THEN ({amount})::numeric "
        f"ELSE ROUND(({amount})::numeric / NULLIF({rate}, 0)::numeric / cc.rounding) * cc.rounding END"
    )


# the class of a customer is as of now
PARTNER = """
    LEFT JOIN res_partner p ON p.id = {partner}
    LEFT JOIN stm_customer_profile profile
        ON profile.partner_id = p.commercial_partner_id AND profile.company_id = c.id
"""
COMPANY = "JOIN res_company c ON c.id = {owner} JOIN res_currency cc ON cc.id = c.currency_id"
PRODUCT = "LEFT JOIN product_product pp ON pp.id = l.product_id"
# products of a document are looked up, or a short list of them would be read for each document
PRODUCT_BY_INDEX = """
    LEFT JOIN LATERAL (SELECT * FROM product_product pp WHERE pp.id = l.product_id OFFSET 0) pp ON TRUE"""
TEMPLATE = """
    LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
    LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
    LEFT JOIN uom_uom pu ON pu.id = pt.uom_id
    LEFT JOIN stm_product_profile product_profile
        ON product_profile.product_tmpl_id = pt.id AND product_profile.company_id = c.id
"""
UOM_FACTOR = "COALESCE(lu.factor / NULLIF(pu.factor, 0), 1)::numeric"
ORDER_LINE = "l.display_type IS NULL AND l.is_downpayment IS NOT TRUE"


def product(join):
    """SQL of the product of a line, its template, units and class."""
    return f"{PRODUCT_BY_INDEX if join is by_index else PRODUCT} {TEMPLATE}"


def branch(name, source, by_document=False, further=False):
    """SQL of one branch of the view, every column in its place and of its type.

    :param by_document: lines are looked up, see :func:`by_index`
    :param further: whether to add the columns that the view has not
    """
    types = COLUMNS | FURTHER if further else COLUMNS
    given = {column: sql for column, sql in source.columns.items() if sql is not None}
    columns = {**DEFAULTS, "source": f"'{name}'", **given}
    cells = [f"({columns.get(column, 'NULL')})::{type_} AS {column}" for column, type_ in types.items()]
    return f"SELECT {', '.join(cells)} {(by_document and source.by_document) or source.tables}"
