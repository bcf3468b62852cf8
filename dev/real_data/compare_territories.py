"""Territories against the files: where customers and documents belong, who sold outside."""

from collections import Counter

KINDS = {"territory": "outside the territory", "no_territory": "by somebody without territory on that day"}


def stamps(comparison):
    """The territory of every customer, of the order of every line, and of its invoice."""
    data, files = comparison.data, comparison.files
    key = {territory.id: key for key, territory in data.territories.items()}
    for row in files.resellers:
        partner = data.partners[row["reseller_key"]].with_company(data.company)
        comparison.same(
            f"territory of {row['name']}", key.get(partner.stm_territory_id.id), row["territory_key"]
        )
    company = [("company_id", "=", data.company.id)]
    orders = data.company.env["sale.order"].search_fetch(company, ["name", "territory_id"])
    moves = data.company.env["account.move"].search_fetch(
        [*company, ("move_type", "=", "out_invoice")], ["invoice_origin", "territory_id"]
    )
    ordered = {order.name: key.get(order.territory_id.id) for order in orders}
    invoiced = {move.invoice_origin: key.get(move.territory_id.id) for move in moves}
    for line in files.lines:
        comparison.same(f"territory of a line of {line.order}", ordered.get(line.order), line.territory)
        comparison.same(
            f"territory of an invoice line of {line.order}", invoiced.get(line.order), line.territory
        )


def coverage(comparison):
    """Prove on each day with orders that every customer has exactly one territory.

    :return: what was found, a line
    """
    data, files = comparison.data, comparison.files
    gaps, overlaps = Counter(), Counter()
    proof = data.company.env["stm.territory.coverage"].create(
        {"division_id": data.division.id, "date": min(files.days)}
    )
    for day in sorted(files.days):
        proof.date = day
        gaps[day], overlaps[day] = proof.gap_count, proof.overlap_count
    buyers = len({line.reseller for line in files.lines})
    comparison.check("customers that coverage looks at", {"": proof.customer_count}, {"": buyers})
    comparison.check("customers without territory", gaps, {})
    comparison.check("customers of two territories", overlaps, {})
    return (
        f"{len(data.division.rule_ids)} rules, {proof.customer_count} customers with orders, "
        f"{len(files.days)} days: {sum(gaps.values())} gaps, {sum(overlaps.values())} overlaps"
    )


def cases(comparison):
    """Scan all days for sales outside of the seller's territories, and count them without Odoo.

    :return: lines that say what was found
    """
    data, files = comparison.data, comparison.files
    env = data.company.env
    scan = env["stm.territory.scan"].create(
        {"company_id": data.company.id, "date_from": min(files.days), "date_to": max(files.days)}
    )
    scan.action_scan()
    person = {user.id: key for key, user in data.people.items()}
    place = {territory.id: key for key, territory in data.territories.items()}
    found = {
        case.document: (case.kind, person.get(case.user_id.id), place.get(case.territory_id.id))
        for case in env["stm.territory.case"].search([("company_id", "=", data.company.id)])
    }
    wanted = files.cases()
    for order in sorted(found.keys() | wanted.keys()):
        comparison.same(f"case of {order}", found.get(order), wanted.get(order))
    lines = [f"{'sales':<44}{'in Odoo':>10}{'by files':>10}"]
    for kind, name in KINDS.items():
        ours = [employee for what, employee, _place in found.values() if what == kind]
        theirs = [employee for what, employee, _place in wanted.values() if what == kind]
        comparison.check(f"cases {kind}", Counter(ours), Counter(theirs))
        lines.append(f"{name:<44}{len(ours):>10}{len(theirs):>10}")
        lines.append(f"{'  people':<44}{len(set(ours)):>10}{len(set(theirs)):>10}")
    return lines
