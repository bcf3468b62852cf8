"""Where it is sold: a division by geography, its tree, the rules, and who looked after what when."""

from collections import defaultdict

from . import source
from .catalogue import COUNTRY, find_states

COLOURS = 11


def tree(company, folder):
    """Create the primary division with the tree group > country > region of territories.

    A country that is one region is not repeated below itself.

    :return: (the division, territories by territory key)
    """
    env = company.env
    division = env["stm.territory.division"].create(
        {"name": "Geography", "kind": "geography", "company_id": company.id, "is_primary": True}
    )
    made = {}

    def place(path):
        if path not in made:
            made[path] = env["stm.territory"].create(
                {
                    "name": path[-1],
                    "division_id": division.id,
                    "parent_id": place(path[:-1]).id if path[:-1] else False,
                    "company_id": company.id,
                    "color": 1 + len(made) % COLOURS,
                }
            )
        return made[path]

    return division, {key: place(path) for key, path in paths(folder).items()}


def paths(folder):
    """The names from the group down to the region, by territory key."""
    return {
        row["territory_key"]: tuple(dict.fromkeys((row["group"], row["country"], row["region"])))
        for row in source.rows(folder, "territories")
    }


def rules(company, folder, territories):
    """Create the rules: a country that is one region by itself, every other by its states.

    Which state belongs where is seen from the addresses of the resellers.

    :param territories: what :func:`tree` returns, by territory key
    :return: the rules
    :raises ValueError: when a state lies in two territories, so that no rule can say where
    """
    env = company.env
    countries, states = defaultdict(set), defaultdict(set)
    for row in source.rows(folder, "resellers"):
        countries[row["country_code"]].add(row["territory_key"])
        states[row["country_code"], row["state_code"]].add(row["territory_key"])
    country = {code: env.ref(COUNTRY[code]) for code in countries}
    state = find_states(env, country)
    values = []
    for code, keys in countries.items():
        if len(keys) == 1:
            values.append({"territory_id": territories[min(keys)].id, "country_id": country[code].id})
            continue
        for (of, name), own in states.items():
            if of == code:
                if len(own) > 1:
                    raise ValueError(f"the state {code}-{name} lies in {len(own)} territories: {sorted(own)}")
                values.append(
                    {
                        "territory_id": territories[min(own)].id,
                        "country_id": country[code].id,
                        "state_id": state[of, name],
                    }
                )
    return env["stm.territory.rule"].create(values)


def assignments(company, folder, territories, people):
    """Have everybody look after the territories that the files name, from day to day.

    Who has none in the files has none here: managers, and one seller from a day on.

    :param people: users by employee key
    :return: the assignments
    """
    owner = company.env.ref("sales_target_mgmt.stm_territory_role_owner")
    return company.env["stm.territory.assignment"].create(
        [
            {
                "territory_id": territories[row["territory_key"]].id,
                "user_id": people[row["employee_key"]].id,
                "role_id": owner.id,
                "date_from": row["date_from"],
                "date_to": row["date_to"] or False,
            }
            for row in source.rows(folder, "territory_history")
        ]
    )


def market(company, folder, territories):
    """Enter as market data what the customers of each territory report of their annual sales.

    The whole of it counts as potential: only its distribution is looked at.

    :return: the market data
    """
    rows = source.rows(folder, "resellers")
    first = min(row["date_from"] for row in source.rows(folder, "territory_history"))
    division = next(iter(territories.values())).division_id
    division.write({"potential_method": "share", "potential_reach": 100})
    values = []
    for key, territory in territories.items():
        own = [row for row in rows if row["territory_key"] == key]
        values.append(
            {
                "territory_id": territory.id,
                "year": int(first[:4]),
                "market_size": sum(float(row["annual_sales"]) for row in own),
                "customer_count": len(own),
            }
        )
    return company.env["stm.territory.market"].create(values)
