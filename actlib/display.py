"""What a cell shows: HTML for the reader, text for everything else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """HTML with its plain-text equivalent. `repr` is the text, Jupyter shows the HTML."""

    html: str
    text: str

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def table(head, rows):
    """Return an HTML table; cells are HTML, the first of a row is its header."""
    left = 'style="text-align: left"'  # Jupyter aligns tables to the right, as if all were numbers
    header = "".join(f'<th scope="col" {left}>{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row" {left}>{first}</th>'
        + "".join(f"<td {left}>{cell}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
