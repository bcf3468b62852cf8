"""Who sells, in which team: users, sales teams, tags of orders."""

import unicodedata

from odoo import Command

from . import source
from .company import TIME_ZONE

# a manager leads the team that is named after where the people he manages sell
TEAMS = {"272": "North America", "290": "Europe", "294": "Pacific"}


def login(name):
    """The login of a person: the name in small ASCII letters, words joined by dots."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


def users(company, folder):
    """Create the salespeople; they keep their names, get no mail and no password.

    :return: users by employee key
    """
    env = company.env
    own = env.ref("sales_team.group_sale_salesman")
    leads = env.ref("sales_team.group_sale_salesman_all_leads")
    people = source.rows(folder, "salespeople")
    managers = {person["manager_employee_key"] for person in people} - {""}
    values = [
        {
            "name": person["name"],
            "login": login(person["name"]),
            "email": f"{login(person['name'])}@adventure-works.example",
            "tz": TIME_ZONE,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.link((leads if person["employee_key"] in managers else own).id)],
            "notification_type": "inbox" if "notification_type" in env["res.users"] else "email",
        }
        for person in people
    ]
    made = env["res.users"].with_context(no_reset_password=True).create(values)
    for person, user in zip(people, made, strict=True):
        user.partner_id.write(
            {
                "function": "Sales manager" if person["employee_key"] in managers else "Sales",
                "comment": f"Bonus for a quarter whose quota is met: {person['bonus']} USD; "
                f"commission: {float(person['commission_pct']):.1%}.",
            }
        )
    return {person["employee_key"]: user for person, user in zip(people, made, strict=True)}


def teams(company, folder, people):
    """Create a sales team for each manager, who leads it and belongs to it.

    :param people: users by employee key
    :return: the team of each employee key
    """
    manager = {
        person["employee_key"]: person["manager_employee_key"] or person["employee_key"]
        for person in source.rows(folder, "salespeople")
    }
    made = {}
    for key, name in TEAMS.items():
        members = [people[person].id for person, leader in manager.items() if leader == key]
        made[key] = company.env["crm.team"].create(
            {
                "name": name,
                "company_id": company.id,
                "user_id": people[key].id,
                "member_ids": [Command.set(members)],
            }
        )
    return {person: made[leader] for person, leader in manager.items()}


def tags(company, folder):
    """Create an order tag for each territory; they say where a sale was made.

    :return: tags by territory key
    """
    rows = source.rows(folder, "territories")
    names = [f"{row['group']} / {row['region']}" for row in rows]
    made = company.env["crm.tag"].create([{"name": name} for name in names])
    return {row["territory_key"]: tag for row, tag in zip(rows, made, strict=True)}
