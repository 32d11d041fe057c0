"""The website's pages: one of each notebook, to read, and the landing page."""

import json
import re
import shutil
from base64 import b64decode
from collections import Counter
from pathlib import Path

import matplotlib
import moving
from execute import code_cells, tags, uncovered
from jinja2 import Environment, FileSystemLoader
from layouts import family, width_of
from mathematics import parsed, render_mathematics
from nbconvert import HTMLExporter
from readme import repository
from slides import EXPORT, name_headings

import actlib
from actlib.catalogue import FAMILIES
from actlib.figures import STYLE, subplots

TEMPLATES = Path(__file__).parent / "page"
FILES = ["style.css", "page.js", "landing.js", "lite.js"]
# The landing page begins with the function that moves in the README.
FIRST = moving.ENTRY
SHORT = re.compile(r"\((\w+)[^)]*\)$")
SPACED = re.compile(r" ([=+−]) ")
LINK = re.compile(r'href="([\w-]+)\.ipynb"')
WIDE = "table, .jp-RenderedLatex math, math[display=block], .actlib-figure > img"
HEADINGS = ("# ", "## ", "### ")
MOST_IN_A_CARD = 320  # points; the text of a wider picture is too small there
SVG = "data:image/svg+xml;base64,"


def unbroken(text):
    """A text whose formulas stay in one line."""
    return SPACED.sub("\xa0\\1\xa0", text)


def rendered(template, **values):
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True
    )
    environment.filters["unbroken"] = unbroken
    return environment.get_template(template).render(address=repository(), **values)


def write(target, text):
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")


# A notebook's page


def is_plain(output):
    """Whether an output is text only: it says little without its code."""
    return output.output_type == "stream" or set(output.data) == {"text/plain"}


def fold_code(cell):
    """Fold code that is there to make something else: imports, helpers, figures.

    What stays is code to be read (show-code), and code whose output is plain text.
    """
    shown = "show-code" in tags(cell) or any(map(is_plain, cell.outputs))
    if not shown and "solution" not in tags(cell):
        cell.metadata.transient = {"fold_code": True}


def is_live(cell):
    outputs = cell.get("outputs", [])
    return any("actlib-live" in o.get("data", {}).get("text/html", "") for o in outputs)


def opens(cell, level):
    """Whether a cell begins with a heading of this level or a higher one."""
    return cell.cell_type == "markdown" and cell.source.startswith(HEADINGS[:level])


def live_first(cells):
    """The cells, with the first live figure and its questions right after the title.

    That is its section, up to the second heading after the figure.
    """
    live = next((cell for cell in cells if is_live(cell)), None)
    if live is None:
        return cells
    place = cells.index(live)
    start = max(i for i in range(place) if opens(cells[i], 2))
    ends = [i for i in range(place, len(cells)) if opens(cells[i], 3)]
    end = ends[1] if len(ends) > 1 else len(cells)
    words = [cell for cell in cells[start + 1 : end] if cell is not live]
    moved = [cells[start], live, *words]
    return [cells[0], *moved, *cells[1:start], *cells[end:]]


def join_folds(html):
    """Fold helpers that follow each other once, not each alone."""
    for fold in html.select(".jp-mod-noOutputs > details.code"):
        cell = fold.parent
        after = cell.find_next_sibling()
        joined = after and after.select_one(":scope > details.code")
        if joined:
            fold.summary.decompose()
            fold.unwrap()
            joined.summary.insert_after(cell)


def body(notebook):
    """The HTML of a notebook's cells, readable without a kernel, on a small screen."""
    notebook = uncovered(notebook)
    for cell in code_cells(notebook):
        fold_code(cell)
    notebook.cells = live_first(notebook.cells)
    exporter = HTMLExporter(template_name="page", **EXPORT)
    html = parsed(exporter.from_notebook_node(notebook)[0])
    for spare in html.select(".jp-Collapser"):  # JupyterLab's; a tenth of the tags
        spare.decompose()
    join_folds(html)
    name_headings(html)
    render_mathematics(html)
    for link in html.select("a[href]"):
        link["href"] = re.sub(r"^([\w-]+)\.ipynb(#.*)?$", r"\1.html\2", link["href"])
    # What is wide scrolls alone; page.js lets keys do it.
    for wide in html.select(WIDE):
        wide.wrap(html.new_tag("div", attrs={"class": "wide"}))
    return html


def contents(html):
    """The id and the HTML of each section's heading."""
    return [(heading["id"], heading.decode_contents()) for heading in html.select("h2")]


# The landing page


def thumbnail(entry, target):
    """Draw an entry in small to a file; the words for who does not see it."""
    figure, axes = subplots()
    with matplotlib.rc_context(fname=STYLE):
        actlib.draw(axes, entry)
        axes.set_title("")
    save_small(figure, target)
    if isinstance(entry, actlib.Activation):
        return actlib.plot(entry).get_label()
    shares = "about {:.2g}, {:.2g} and {:.2g}".format(*entry([0, 1, 2]))
    return f"{entry.title} of the logits 0, 1 and 2 as bars: {shares}."


def save_small(figure, target):
    figure.set_size_inches(3.2, 2.2)
    with matplotlib.rc_context(fname=STYLE):
        figure.savefig(target, metadata={"Date": None})


def first_picture(html, target):
    """Write the first picture of a page that is legible in a card to a file.

    Or all curves, where there is none. Return the words for it.
    """
    images = html.select(f'img[src^="{SVG}"]')
    image = next((i for i in images if width_of(i["src"]) < MOST_IN_A_CARD), None)
    if image:
        target.write_bytes(b64decode(image["src"].removeprefix(SVG)))
        return image["alt"]
    figure, alt = family()
    save_small(figure, target)
    return alt


def chosen(entry):
    """What the landing page shows of an entry, and lists of it."""
    short = SHORT.search(entry.title)
    return {
        "name": entry.name,
        "title": entry.title,
        "short": short[1] if short else entry.title,
        "idea": entry.idea,
        "stem": entry.notebook,
        "live": actlib.explore(entry)._repr_mimebundle_()[0]["text/html"],
    }


def families(cards):
    """The families that the cards are of: name, how many cards, what it brings."""
    counts = Counter(card["family"] for card in cards)
    return [(name, count, FAMILIES.get(name, "")) for name, count in counts.items()]


def routes():
    """The HTML of the ways through the collection, with links to pages."""
    return LINK.sub(r'href="read/\1.html"', actlib.routes().data)


def landing(site, cards):
    """Write the landing page, and a script for each function that can be chosen."""
    entries = [chosen(entry) for entry in actlib.CATALOGUE.values()]
    for entry in entries:
        html = json.dumps(rendered("figure.html.j2", entry=entry))
        write(
            site / "figures" / f"{entry['name']}.js",
            f'showFunction("{entry["name"]}", {html});\n',
        )
    first = next(entry for entry in entries if entry["name"] == FIRST.name)
    values = {"cards": cards, "entries": entries, "first": first}
    values |= {"families": families(cards), "routes": routes()}
    write(site / "index.html", rendered("landing.html.j2", **values))


def read(site, cards):
    """Write a page for each notebook, and the landing page with its pictures."""
    entries = {entry.notebook: entry for entry in actlib.CATALOGUE.values()}
    pictures = site / "figures"
    pictures.mkdir()
    for before, card, after in zip(
        [None, *cards], cards, [*cards[1:], None], strict=False
    ):
        html = body(card["notebook"])
        picture = pictures / f"{card['stem']}.svg"
        entry = entries.get(card["stem"])
        card["alt"] = (
            thumbnail(entry, picture) if entry else first_picture(html, picture)
        )
        text = rendered(
            "notebook.html.j2",
            card=card,
            before=before,
            after=after,
            contents=contents(html),
            body=html,
        )
        write(site / "read" / f"{card['stem']}.html", text)
    for name in FILES:
        shutil.copy(TEMPLATES / name, site)
    landing(site, cards)
