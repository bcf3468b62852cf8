from odoo.tools import SQL

# journals that hold money; payments and bank statements are always in one of them
MONEY_JOURNALS = ("bank", "cash", "credit")


def is_money(line):
    """SQL of whether a receivable was settled or prepaid with money, and not by a note or an entry.

    The one definition for ratings, promises, statements of account and limits. How much of an entry
    is money beside write-offs and fees, commission needs to know and nobody else, see
    `achievement/stm_achievement_payments.py`.

    :param line: alias of an `account_move_line` or an `account_move`
    """
    return SQL(
        "%s IN (SELECT id FROM account_journal WHERE type = ANY(%s))",
        SQL.identifier(line, "journal_id"),
        list(MONEY_JOURNALS),
    )
