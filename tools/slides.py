"""Build lecture slides from the notebooks: decks that need no network and no kernel.

python tools/slides.py                  all notebooks, to _build/slides
python tools/slides.py 10-logistic      only the named ones
python tools/slides.py --pdf            a PDF of each deck as well
python tools/slides.py --home ADDRESS   where the list of decks leads back to
"""

import os
import re
import shutil
import sys
from html import escape
from pathlib import Path
from urllib.parse import unquote

from execute import (
    NOTEBOOKS,
    ROOT,
    NotebookError,
    attempt,
    chosen,
    code_cells,
    command,
    executed,
    hides_output,
    tags,
    uncovered,
)
from layouts import arrange, portrait_of
from mathematics import FormulaError, parsed, render_mathematics
from nbconvert import SlidesExporter
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from actlib import CATALOGUE

TOOLS = Path(__file__).parent
SHARED = TOOLS / "deck" / "shared"
TARGET = ROOT / "_build" / "slides"
BROWSERS = [
    *("chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
    # Where it is not on the path: macOS, Windows.
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]
NO_BROWSER = (
    "no Chromium found: install Google Chrome, or on Debian and Ubuntu "
    "apt-get install -y --no-install-recommends chromium fonts-liberation"
)
# How nbconvert writes a notebook for readers, in a deck and on the website.
EXPORT = {
    "extra_template_basedirs": [str(TOOLS)],
    "exclude_input_prompt": True,
    "exclude_output_prompt": True,
    "exclude_anchor_links": True,
}
SPOKEN = ("say", "ask")  # the speaker's words, in the metadata of the opening cell
BLANKS = re.compile(r"\n{3,}")  # on a slide, one empty line parts as well as two
TITLE = re.compile("<title>(.*) slides</title>")
FIGURE = re.compile(r'<figure class="actlib-figure">.*?</figure>', re.DOTALL)


def chromium():
    """The path of a Chromium or Google Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


# A deck


def slide_type(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def stored(path):
    """A notebook that can be shown; of its code, the cells tagged show-code only."""
    notebook = uncovered(executed(path))
    if not any(slide_type(cell) == "slide" for cell in notebook.cells):
        raise NotebookError(
            "no cell has the slide type 'slide' (CONTRIBUTING.md says how)"
        )
    for cell in notebook.cells:
        if slide_type(cell) == "slide":
            opening = f"cell {cell.id} opens a slide, but has no"
            if not cell.metadata.slideshow.get("minutes"):
                raise NotebookError(f"{opening} slideshow.minutes")
            if not cell.source.startswith("#"):
                raise NotebookError(f"{opening} heading")
    for cell in code_cells(notebook):
        cell.source = BLANKS.sub("\n\n", cell.source)
        if "show-code" not in tags(cell):
            cell.metadata.transient = {"remove_source": True}
    heading = notebook.cells[0].source.partition("\n")[0]
    notebook.metadata.title = heading.removeprefix("# ")
    return notebook


def add_notes(page, notebook):
    """Give each slide one note: clock, what to say and to ask, its cells' notes."""
    opening = [cell for cell in notebook.cells if slide_type(cell) == "slide"]
    total, clock = sum(cell.metadata.slideshow.minutes for cell in opening), 0
    for section, cell in zip(page.select("section > section"), opening, strict=True):
        minutes = cell.metadata.slideshow.minutes
        clock += minutes
        unit = "minute" if minutes == 1 else "minutes"
        lines = [f"{minutes} {unit}; after this slide: {clock} of {total}."]
        for key in SPOKEN:
            if words := cell.metadata.slideshow.get(key):
                lines.append(f"<b>{key.capitalize()}:</b> {escape(words)}")
        note = page.new_tag("aside", attrs={"class": "notes"})
        note.append(parsed("".join(f"<p>{line}</p>" for line in lines)))
        # One for all: in reveal.js, a note within a fragment would oust the others.
        for part in section.select("aside.notes"):
            part.name = "div"
            del part["class"]
            note.append(part.extract())
        section.append(note)
        section["id"] = cell.id


def arrange_slides(page, name):
    """Give each slide the layout for what it holds."""
    portrait = parsed(portrait_of(name)).figure
    for section in page.select("section > section"):
        note = section.select_one("aside").extract()
        arrange(page, section, portrait)
        section.append(note)
    for figure in page.select(".actlib-live"):
        figure["data-prevent-swipe"] = ""  # reveal.js would turn the slide


def reveal_outputs(page, notebook):
    """Let a key of its own reveal what the audience is to predict."""
    for cell in filter(hides_output, code_cells(notebook)):
        # Without its code, a fragment is the output.
        alone = slide_type(cell) == "fragment" and "show-code" not in tags(cell)
        shown = page.find(id=f"cell-id={cell.id}")
        if shown and not alone:
            shown.select_one(".jp-Cell-outputWrapper")["class"].append("fragment")


def reveal_in_order(page):
    """Let no key reveal what follows an answer in its cell before the answer."""
    for answer in page.select(".fragment.answer"):
        for part in answer.find_next_siblings():
            if "fragment" not in part.get("class", []):
                part["class"] = [*part.get("class", []), "fragment"]


def drop_empty_steps(page):
    """Let no key reveal nothing: a fragment needs more than the fragments within."""
    for step in page.select("div.fragment:has(.fragment)"):
        seen = [*step.find_all(string=str.strip), *step.select("img, svg")]
        if all(node.find_parent(class_="fragment") is not step for node in seen):
            step.unwrap()


def name_headings(page):
    """Give headings JupyterLab's anchors, for links within a notebook."""
    for heading in page.select("h1, h2, h3, h4"):
        heading["id"] = heading.text.replace(" ", "-")


def deck(path):
    """The HTML of one notebook's deck."""
    notebook = stored(path)
    exporter = SlidesExporter(
        template_name="deck",
        reveal_url_prefix="../shared",
        reveal_theme="actlib",
        **EXPORT,
    )
    page = parsed(exporter.from_notebook_node(notebook)[0])
    name_headings(page)
    add_notes(page, notebook)
    try:
        render_mathematics(page)
    except FormulaError as error:
        raise NotebookError(str(error)) from error
    reveal_outputs(page, notebook)
    for answer in page.select("details"):
        # The next key press unfolds it, but for the speaker it is no secret.
        step = [] if answer.find_parent("aside") else ["fragment"]
        answer.name, answer["class"] = "div", [*step, "answer"]
        answer.summary.name = "b"
        answer.b.append(": ")
    reveal_in_order(page)
    drop_empty_steps(page)
    arrange_slides(page, path.stem)
    for link in page.select("a[href]"):
        link["href"] = re.sub(
            r"^([\w-]+)\.ipynb(#.*)?$", r"../\1/index.html", link["href"]
        )
        if link["href"].startswith("#") and not page.find(id=unquote(link["href"][1:])):
            link.unwrap()  # it leads to what is in the notebook only
    return str(page)


# The folder of all decks


def write(path, content):
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    os.replace(new, path)


def pdf(browser, source):
    """The bytes of a PDF of a deck, one page a slide."""
    page = browser.new_page()
    page.goto(f"{source.as_uri()}?print-pdf")
    page.wait_for_function("Reveal.isReady() && document.querySelector('.pdf-page')")
    page.evaluate("document.fonts.ready")
    # On paper there is no deck beside this one.
    page.locator("a[href^='../']").evaluate_all(
        "links => links.forEach(a => a.removeAttribute('href'))"
    )
    content = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
    page.close()
    return content


def index(home):
    """The HTML of a page that links to every deck there is, with its first figure."""
    ideas = {entry.notebook: entry.idea for entry in CATALOGUE.values()}
    items = []
    for source in sorted(TARGET.glob("*/index.html")):
        name, text = source.parent.name, source.read_text(encoding="utf-8")
        figure = FIGURE.search(text)
        items.append(
            f'<li><h2><a href="{name}/index.html">{TITLE.search(text)[1]}</a></h2>'
            f"{figure.group() if figure else ''}"
            f"<p>{escape(ideas.get(name, ''))}</p></li>"
        )
    back = f'<nav><a href="{escape(home)}">All notebooks</a></nav>' if home else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Lecture slides</title><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="shared/index.css"></head>'
        f"<body>{back}<main><h1>Lecture slides</h1><ul>{''.join(items)}</ul></main>"
        "</body></html>\n"
    )


def build(path):
    """Write one deck; a word on its size."""
    content = deck(path).encode()
    write(TARGET / path.stem / "index.html", content)
    return f"{len(content) / 1e6:.1f} MB"


def print_deck(browser, path):
    """Write the PDF of one deck; a word on its size."""
    try:
        content = pdf(browser, TARGET / path.stem / "index.html")
    except PlaywrightError as error:
        raise NotebookError(str(error)) from error
    write(TARGET / path.stem / f"{path.stem}.pdf", content)
    return f"{len(content) / 1e6:.1f} MB"


def main(arguments=None):
    """The command; returns its exit code."""
    parser = command(__doc__)
    parser.add_argument(
        "--pdf", action="store_true", help="needs Chromium or Google Chrome"
    )
    parser.add_argument("--home", metavar="ADDRESS", help="of a page before all decks")
    options = parser.parse_args(arguments)
    paths = chosen(parser, NOTEBOOKS, options.names)
    executable = options.pdf and chromium()
    if options.pdf and not executable:
        parser.error(NO_BROWSER)
    shutil.copytree(SHARED, TARGET / "shared", dirs_exist_ok=True)
    built = [path for path in paths if attempt(path.stem, build, path)]
    printed = built
    if options.pdf:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable)
            printed = [
                p for p in built if attempt(f"{p.stem}.pdf", print_deck, browser, p)
            ]
    write(TARGET / "index.html", index(options.home).encode())
    print(TARGET / "index.html")
    return 0 if len(printed) == len(paths) else 1


if __name__ == "__main__":
    sys.exit(main())
