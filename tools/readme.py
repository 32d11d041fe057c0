"""The generated parts of README.md: <!-- name:begin --> opens one, end closes it."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlencode

import nbformat
from moving import alternative_text
from sympy import latex

import actlib
from actlib.catalogue import FAMILIES

ROOT = Path(__file__).resolve().parents[1]


def repository():
    """The repository's owner/name on GitHub, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    address = project["urls"]["Repository"]
    if found := re.fullmatch(r"https://github\.com/([\w-]+/[\w.-]+)", address):
        return found[1].removesuffix(".git")
    raise ValueError(
        f"Repository in pyproject.toml is {address!r}, "
        "not https://github.com/<owner>/<name>"
    )


def website():
    """The address at which GitHub Pages shows the repository's website."""
    owner, name = repository().lower().split("/")
    host = f"{owner}.github.io"
    # A repository that bears the host's name is shown at its root.
    folder = "" if name == host else repository().split("/")[1] + "/"
    return f"https://{host}/{folder}"


def ways(stem):
    """The ways to a notebook that need nothing installed: name -> address."""
    return {
        "Read": f"{website()}read/{stem}.html",
        "Slides": f"{website()}slides/{stem}/index.html",
        "Run in the browser": f"{website()}lite/lab/index.html?path={stem}.ipynb",
        "Binder": binder(stem),
        "Colab": colab(stem),
    }


def binder(stem):
    """The address that opens a notebook on Binder."""
    path = f"lab/tree/notebooks/{stem}.ipynb"
    return f"https://mybinder.org/v2/gh/{repository()}/HEAD?urlpath={path}"


def colab(stem):
    """The address that opens a notebook on Google Colab."""
    path = f"{repository()}/blob/main/notebooks/{stem}.ipynb"
    return f"https://colab.research.google.com/github/{path}"


def hub():
    """The link, in nbgitpuller's form, that copies the notebooks to any JupyterHub."""
    owner_and_name = repository()
    name = owner_and_name.split("/")[1]
    query = {
        "repo": f"https://github.com/{owner_and_name}",
        "urlpath": f"lab/tree/{name}/notebooks/00-start-here.ipynb",
    }
    return f"`https://<your hub>/hub/user-redirect/git-pull?{urlencode(query)}`"


def picture():
    """The picture that moves, with its words."""
    return f"![{alternative_text()}](notebooks/slider.svg)"


def launch():
    """The website, its decks, and the ways to run the first notebook."""
    first = ways("00-start-here")
    return (
        f"**[Read the notebooks as pages]({website()})**, with sliders that move, "
        f"on a phone, too · [show the slides]({website()}slides/index.html) "
        f"· run them [in the browser]({first['Run in the browser']}) "
        f"or [on Binder]({first['Binder']})"
    )


def summaries(folder):
    """The path, title, formula (LaTeX), idea and family of each notebook in a folder.

    Notebooks that are not about one function are of the family "across".
    """
    entries = {entry.notebook: entry for entry in actlib.CATALOGUE.values()}
    for path in sorted(folder.glob("*.ipynb")):
        if entry := entries.get(path.stem):
            yield path, entry.title, latex(entry.expr), entry.idea, entry.family
        else:  # not about one function: its first cell is a heading, then a paragraph
            source = nbformat.read(path, as_version=4).cells[0].source
            heading, _, text = source.partition("\n")
            idea = " ".join(text.strip().split("\n\n")[0].split())
            yield path, heading.removeprefix("# "), "", idea, "across"


def gallery():
    """A table with a row for each notebook, and a heading in it for each family."""
    rows = [
        "| Notebook | Formula | What it teaches | Open it |",
        "| --- | --- | --- | --- |",
    ]
    last = "across"  # the first notebook needs no heading
    for path, title, formula, idea, family in summaries(ROOT / "notebooks"):
        if family != last:
            brings = FAMILIES.get(family, "")
            rows.append(f"| **{family.capitalize()}** | | *{brings}* | |")
            last = family
        # A bar would end the table's cell. GitHub takes a backslash for Markdown's,
        # unless backquotes stand inside the dollars.
        formula = formula and "$`" + formula.replace("|", r"\vert ") + "`$"
        links = " · ".join(
            f"[{name}]({address})" for name, address in ways(path.stem).items()
        )
        rows.append(
            f"| [{title}](notebooks/{path.name}) | {formula} | {idea} | {links} |"
        )
    return "\n".join(rows)


def routes():
    """The ways through the collection, with links from the README's place."""
    return actlib.routes().data.replace('href="', 'href="notebooks/')


PARTS = {
    "picture": picture,
    "launch": launch,
    "routes": routes,
    "gallery": gallery,
    "hub": hub,
}


def render(text):
    """README's text with its generated parts made anew."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if (
            text.count(begin) != 1
            or text.count(end) != 1
            or text.index(begin) > text.index(end)
        ):
            raise ValueError(f"README.md must have {begin} and then {end}, once each")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{make()}\n{end}{rest.partition(end)[2]}"
    return text
