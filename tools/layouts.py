"""Where the parts of a slide stand: chosen by what the slide holds.

A slide is a heading and a body. `layout` names the arrangement of the body, and
theme/actlib.css has a rule for each name:

title      the words, and beside them the curve of the lecture's function
beside     a figure, and beside it what is said and asked of it
figure     a figure alone, or below its words if it takes the whole width
statement  a few words, or a formula, and nothing else: in large type
text       all else, from top to bottom: words, formulas, code and its output
"""

import re
from base64 import b64decode

from matplotlib.figure import Figure

from actlib import CATALOGUE, draw, figures, plot, subplots
from actlib.activation import Activation

FIGURE = "figure, .actlib-live"
NARROW = "actlib-explorer"  # the live figure that draws itself anew at any size
WIDE = 500  # points; a wider picture, beside words, has a text too small to read
FEW_WORDS = 420  # characters
NO_STATEMENT = "pre, table, ul, ol, .answer"
FORMULA = "[data-mime-type$=latex]"
PORTRAIT = (4.4, 4.2)  # inches: the size of a title's figure


# Layouts


def layout(body):
    """The name of the layout for what a slide holds below its heading."""
    words = " ".join(words_of(body))
    if figure := body.select_one(FIGURE):
        return "beside" if words and not fills_a_slide(figure) else "figure"
    many = len(words) > FEW_WORDS or (words and body.select_one(FORMULA))
    return "text" if many or body.select_one(NO_STATEMENT) else "statement"


def words_of(body):
    """The texts of a slide's body, without its figures' own and without formulas."""
    for text in body.find_all(string=str.strip):
        if not text.find_parent(["figure", "script", "math"]):
            yield text.strip()


def fills_a_slide(figure):
    """Whether a figure needs the whole width to be legible."""
    if "actlib-live" in figure["class"]:
        return NARROW not in figure["class"]
    return any(width_of(image["src"]) > WIDE for image in figure.select("img"))


def width_of(address):
    """The width in points of a picture of matplotlib's; of another one 0."""
    head, _, data = address.partition(";base64,")
    start = b64decode(data[:1000]) if head.endswith("svg+xml") else b""
    found = re.search(rb'<svg[^>]* width="([\d.]+)pt"', start)
    return float(found[1]) if found else 0


def arrange(page, section, portrait):
    """Put the parts of a slide into boxes, and name its layout in its class."""
    number_steps(section)
    set_widths(section)
    heading = section.find(["h1", "h2", "h3"]).extract()
    body = box(page, "body", section.find_all(recursive=False))
    name = "title" if heading.name == "h1" else layout(body)
    if name == "title":
        figure = box(page, "shown", [portrait])
        words = box(page, "words", [heading, *body.contents])
        body.extend([words, figure])
    elif name == "beside":
        figure = [part for part in body.contents if part.css.select_one(FIGURE)]
        shown = box(page, "shown", figure)
        body.extend([box(page, "words", list(body.contents)), shown])
        gather_answers(page, body)
    section["class"] = name
    section.clear()
    section.extend([body] if name == "title" else [heading, body])


def set_widths(section):
    """Tell the style sheet how wide code, what it prints, and formulas are.

    All code of a slide has one size, and what it prints is hardly larger.
    """
    code = max(map(letters, section.select(".highlight pre")), default=1)
    for lines in section.select(f"pre, {FORMULA} .nowrap"):
        least = code if lines.name == "pre" else 1
        lines["style"] = f"--letters: {max(letters(lines), least)}"


def letters(lines):
    """How many letters stand side by side, in lines of code or rows of a formula."""
    rows = [len(row.text) for row in lines.select("mtr")]
    if rows:
        return len(lines.text) - sum(rows) + max(rows)
    return max(map(len, lines.text.splitlines()), default=1)


def box(page, name, parts):
    """A new box of a slide, with these parts moved into it."""
    new = page.new_tag("div", attrs={"class": name})
    new.extend(parts)
    return new


def number_steps(section):
    """Keep the order in which keys reveal the steps, wherever they will stand."""
    for number, step in enumerate(section.select(".fragment")):
        step["data-fragment-index"] = str(number)


def gather_answers(page, body):
    """Let answers take turns in one place, so that the figure keeps its size."""
    answers = body.select(".words .answer")
    if len(answers) > 1:
        for answer in answers:
            answer["class"].append("current-visible")
        body.select_one(".words").append(box(page, "answers", answers))


# Figures for titles


def portrait_of(name):
    """The HTML of a figure for the title of the deck of a notebook of that name."""
    entries = [entry for entry in CATALOGUE.values() if entry.notebook == name]
    figure, alt = portrait(entries[0]) if entries else family()
    figure.set_size_inches(PORTRAIT)
    return figures.html_image(figures.data_uri(figure), alt)


def portrait(entry) -> tuple[Figure, str]:
    """A figure of one entry, and what it shows."""
    if isinstance(entry, Activation):
        figure = plot(entry)
        figure.axes[0].set_title("")
        return figure, figure.get_label()
    figure, axes = subplots()
    draw(axes, entry)
    axes.set(title="", xlabel="input", ylabel="output")
    values = ", ".join(map(figures.as_text, entry([0, 1, 2], axis=0)))
    return figure, f"{entry.title} of 0, 1 and 2 as bars: {values}."


def family() -> tuple[Figure, str]:
    """A figure of all curves of the catalogue, and what it shows."""
    functions = [f for f in CATALOGUE.values() if isinstance(f, Activation)]
    figure, axes = subplots()
    for function in functions:
        curve = figures.Curve(function, 0, {})
        figures.draw_curve(axes, curve, color="C0", linestyle="-", alpha=0.7)
    axes.set(xlim=(-4, 4), ylim=(-1.5, 3), xticks=[-4, 0, 4], yticks=[-1, 0, 1, 2, 3])
    names = ", ".join(function.name for function in functions)
    return figure, f"The curves of the collection in one figure: {names}."
