"""Tables for the notebooks."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return an HTML table; cells are HTML, the first of a row is its header."""
    # Jupyter aligns tables to the right, as if all were numbers.
    left = 'style="text-align: left"'
    lines = [[f'<th scope="col" {left}>{cell}</th>' for cell in head]]
    for first, *rest in rows:
        cells = (f"<td {left}>{cell}</td>" for cell in rest)
        lines.append([f'<th scope="row" {left}>{first}</th>', *cells])
    top, *body = (f"<tr>{''.join(line)}</tr>" for line in lines)
    return f"<table><thead>{top}</thead><tbody>{''.join(body)}</tbody></table>"
