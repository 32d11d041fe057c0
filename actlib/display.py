"""Tables for the notebooks."""

from collections.abc import Iterable, Mapping, Sequence

Row = Sequence[str]
# Jupyter aligns tables to the right, as if all were numbers.
LEFT = 'style="text-align: left"'


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return an HTML table; cells are HTML, the first of a row is its header."""
    return _table(head, f"<tbody>{_rows(rows)}</tbody>")


def grouped_table(head: Row, groups: Mapping[str, Iterable[Row]]) -> str:
    """Return an HTML table whose rows stand in groups, each below its heading."""
    span = f'scope="rowgroup" colspan="{len(head)}" {LEFT}'
    bodies = (
        f"<tbody><tr><th {span}>{heading}</th></tr>{_rows(rows)}</tbody>"
        for heading, rows in groups.items()
    )
    return _table(head, "".join(bodies))


def _table(head: Row, bodies: str) -> str:
    cells = "".join(f'<th scope="col" {LEFT}>{cell}</th>' for cell in head)
    return f"<table><thead><tr>{cells}</tr></thead>{bodies}</table>"


def _rows(rows: Iterable[Row]) -> str:
    lines = []
    for first, *rest in rows:
        cells = "".join(f"<td {LEFT}>{cell}</td>" for cell in rest)
        lines.append(f'<tr><th scope="row" {LEFT}>{first}</th>{cells}</tr>')
    return "".join(lines)
