from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def send_file(content, content_type, name):
    """The response that saves a file, which no proxy or browser keeps or takes for something else.

    :param content: bytes
    :param name: with its ending
    """
    headers = [
        ("Content-Type", content_type),
        ("Content-Disposition", content_disposition(name)),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
    return request.make_response(content, headers=headers)


def send_pdf(report, record):
    """A report of a record that the caller has found to be the reader's own.

    :param report: XML id
    """
    reports = request.env["ir.actions.report"].sudo().with_company(record.company_id)
    content, kind = reports._render_qweb_pdf(report, record.ids)
    # without wkhtmltopdf, as in tests, it is a page
    return send_file(
        content, PDF if kind == "pdf" else "text/html; charset=utf-8", f"{record.display_name}.pdf"
    )
