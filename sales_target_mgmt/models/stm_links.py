def check_links(model, vals_list, *names):
    """Refuse links to what the user may not read, before any other message can name it.

    Odoo judges a new record by its rules after the constraints, and a changed one by what it was
    before: without this a target could be moved onto a node of somebody else's plan.

    :param names: many2one fields of the model
    :raises AccessError: if one of the values names a record that is hidden from the user
    """
    for name in names:
        # the client sets defaults as well, of which only new records take notice
        default = not model and model.env.context.get(f"default_{name}")
        ids = {vals.get(name, default) for vals in vals_list} - {False, None}
        model.env[model._fields[name].comodel_name].browse(ids).check_access("read")


def is_company_of_user(record):
    """Whether the company is one of the user's, on a form that is not saved: there the client names it.

    Who may see a saved record the record rules have said.
    """
    company = record.company_id
    return company == record._origin.company_id or company.id in record.env.user._get_company_ids()
