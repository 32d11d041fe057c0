"""The generated parts of README.md, each between <!-- name:begin --> and <!-- name:end -->."""

import re
import tomllib
from pathlib import Path

import nbformat
from sympy import latex

import actlib

ROOT = Path(__file__).resolve().parents[1]


def repository():
    """The repository's owner/name on GitHub, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project["urls"]["Repository"]
    if found := re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", address):
        return found[1]
    raise ValueError(
        f"Repository in pyproject.toml is {address!r}, not https://github.com/<owner>/<name>"
    )


def badges():
    """A badge that opens the first notebook on Binder."""
    return (
        "[![Open the notebooks on Binder](https://mybinder.org/badge_logo.svg)]"
        f"(https://mybinder.org/v2/gh/{repository()}/HEAD"
        "?urlpath=lab/tree/notebooks/00-start-here.ipynb)"
    )


def gallery():
    """A table with a row for each notebook."""
    entries = {entry.notebook: entry for entry in actlib.CATALOGUE.values()}
    rows = ["| Notebook | Formula | What it teaches |", "| --- | --- | --- |"]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        if entry := entries.get(path.stem):
            # A bar would end the table's cell.
            formula = "$" + latex(entry.expr).replace("|", r"\vert ") + "$"
            title, idea = entry.title, entry.idea
        else:  # not about one function: its first cell is a heading, then a paragraph
            source = nbformat.read(path, as_version=4).cells[0].source
            heading, _, text = source.partition("\n")
            title, formula = heading.removeprefix("# "), ""
            idea = " ".join(text.strip().split("\n\n")[0].split())
        rows.append(f"| [{title}](notebooks/{path.name}) | {formula} | {idea} |")
    return "\n".join(rows)


def render(text):
    """README's text with its generated parts made anew."""
    for name, part in {"badges": badges(), "gallery": gallery()}.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise ValueError(f"README.md must have {begin} and then {end}, once each")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{part}\n{end}{rest.partition(end)[2]}"
    return text
