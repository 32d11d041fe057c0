"""Stored notebooks for pages without a kernel or a network: what they hold, and its mathematics."""

import re
from html import escape

import nbformat
from bs4 import BeautifulSoup
from latex2mathml.converter import convert
from nbformat.reader import NotJSONError

from notebooks import NotebookError, defects

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
VERBATIM = {"pre", "code", "script", "style"}


def executed(path):
    """A stored notebook, once every code cell has run and shows no error; else NotebookError."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except NotJSONError as error:
        raise NotebookError(str(error).splitlines()[0]) from None
    again = f"run python tools/notebooks.py {path.stem}"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if cell.execution_count is None:
                raise NotebookError(f"cell {cell.id} was not executed: {again}")
            if defect := next(defects(cell.outputs), None):
                raise NotebookError(f"cell {cell.id}: {defect}; {again}")
    return notebook


def parsed(html):
    return BeautifulSoup(html, "html.parser")


def render_mathematics(page):
    """Turn every $formula$ into MathML, which browsers draw and read aloud by themselves."""
    for text in page.find_all(string=FORMULA):
        if VERBATIM.isdisjoint(parent.name for parent in text.parents):
            parts = FORMULA.split(text)
            for i, (block, inline) in enumerate(zip(parts[1::3], parts[2::3], strict=True)):
                parts[3 * i + 1] = convert(block or inline, display="block" if block else "inline")
                parts[3 * i + 2] = ""
            parts[::3] = map(escape, parts[::3])
            text.replace_with(parsed("".join(parts)))
    for bar in page.select("mo"):
        if bar.text in "|∣":  # else |x| is spaced like "x such that"
            bar["lspace"] = bar["rspace"] = "0"
