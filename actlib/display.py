"""Tables for the notebooks."""


def table(head, rows):
    """Return an HTML table; cells are HTML, the first of a row is its header."""
    left = 'style="text-align: left"'  # Jupyter aligns tables to the right, as if all were numbers
    lines = [[f'<th scope="col" {left}>{cell}</th>' for cell in head]]
    for first, *rest in rows:
        cells = (f"<td {left}>{cell}</td>" for cell in rest)
        lines.append([f'<th scope="row" {left}>{first}</th>', *cells])
    head, *body = (f"<tr>{''.join(line)}</tr>" for line in lines)
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
